import type { Anomaly } from "./anomaly.js";
import type { CaptureStatus } from "./capture.js";
import type { CloudMode, WriteRequest, WriteResult } from "./command.js";
import type { DeviceDescription, DeviceId, DeviceStatus, DeviceUpdate } from "./device.js";
import type { Encryption } from "./encryption.js";
import type { DeviceEvent } from "./event.js";
import type { EnergyDayRecord, HistoryRecord } from "./history.js";
import type { Decoded, Posting, PostingOutcome, RememberedDevice, Role } from "./protocol.js";
import type { Reading } from "./reading.js";
import type { CloseReason, Direction, SessionCounters, SessionInfo } from "./session.js";
import type { SpliceKey, SpliceRecord } from "./splice.js";
import type { EpochMs } from "./time.js";
import type { JsonObject, Values } from "./value.js";

/** What parts tell each other. The first group comes from sessions, the second from the device hub, the third from relays. */
export type BusMessage =
  | { readonly type: "session-opened"; readonly session: SessionInfo }
  | {
      readonly type: "session-closed";
      readonly session: SessionInfo;
      readonly reason: CloseReason;
      readonly counters: SessionCounters;
    }
  | {
      readonly type: "frame";
      readonly session: SessionInfo;
      readonly direction: Direction;
      readonly role: Role;
      readonly label: string;
      readonly bytes: number;
      /** The whole frame: a view, valid during the call. */
      readonly data: Uint8Array;
      /** True for what Cloudtap says to the device in the cloud's place or for itself. */
      readonly own?: boolean;
      /** Why it was not passed on to the device. */
      readonly blocked?: string;
    }
  | { readonly type: "device"; readonly session: SessionInfo; readonly update: DeviceUpdate }
  | { readonly type: "seen"; readonly session: SessionInfo; readonly device: DeviceId; readonly at: EpochMs }
  | { readonly type: "reading"; readonly session: SessionInfo; readonly reading: Reading }
  | { readonly type: "event"; readonly event: DeviceEvent }
  | { readonly type: "anomaly"; readonly session: SessionInfo; readonly anomaly: Anomaly; readonly at: EpochMs }
  /** The cloud said something to the device. */
  | { readonly type: "cloud-answered"; readonly device: DeviceId; readonly at: EpochMs }
  /** At the beginning of a session and at every change. */
  | {
      readonly type: "cloud-mode";
      readonly session: SessionInfo;
      readonly device: DeviceId;
      readonly mode: CloudMode;
      readonly reason: string;
      readonly at: EpochMs;
    }
  /** A session whose TLS passes through unread. With `splice`: because the device refused Cloudtap's certificate. */
  | {
      readonly type: "encrypted";
      readonly session: SessionInfo;
      readonly target: string;
      readonly reason: string;
      readonly splice?: SpliceRecord;
      readonly at: EpochMs;
    }
  /** The next connection is opened again. */
  | { readonly type: "splice-forgotten"; readonly splice: SpliceKey; readonly at: EpochMs }
  /** A connection was closed before it became a session. */
  | {
      readonly type: "turned-away";
      readonly relay: string;
      readonly address: string;
      readonly reason: string;
      readonly at: EpochMs;
    }
  | { readonly type: "write-result"; readonly request: WriteRequest; readonly result: WriteResult }
  | { readonly type: "described"; readonly description: DeviceDescription }
  /** It is not announced any more, and nothing of it is to be kept. */
  | { readonly type: "removed"; readonly device: DeviceId }
  | {
      readonly type: "state";
      readonly device: DeviceId;
      readonly values: Values;
      readonly lastSeen: EpochMs;
      readonly cloud?: CloudState;
    }
  | {
      readonly type: "availability";
      readonly device: DeviceId;
      readonly available: boolean;
      readonly status: DeviceStatus;
    }
  | { readonly type: "relay"; readonly relay: RelayStatus }
  /** Captures began, ended, stopped for a fault or go on again. */
  | { readonly type: "capture"; readonly capture: CaptureStatus };

/** What is known of a device's cloud. */
export interface CloudState {
  readonly mode: CloudMode;
  readonly lastAnswerAt?: EpochMs;
}

export interface RelayStatus {
  readonly name: string;
  readonly protocol: string;
  readonly listen: string;
  readonly upstream: string;
  /** Who answers its devices. */
  readonly cloud: "relay" | "local" | "auto";
  /** `waiting`: no device came yet. `silent`: none for longer than three intervals. `failed`: not listening; see `error`. */
  readonly status: "waiting" | "active" | "silent" | "failed";
  readonly error?: string;
  readonly sessionsOpen: number;
  readonly sessionsStarted: number;
  readonly sessionsEnded: number;
  /** Connections that were closed before they became sessions. */
  readonly turnedAway: number;
}

export interface Bus {
  /** Calls each subscriber at once, in order of subscription. A subscriber that throws is logged and skipped. */
  publish(message: BusMessage): void;
  subscribe(name: string, accept: (message: BusMessage) => void): void;
}

/** A consumer of readings and events. */
export interface Sink {
  readonly name: string;
  /** Returns at once and never throws. */
  accept(message: BusMessage): void;
  start(): Promise<void>;
  /** Hands over what is pending, within a second. */
  stop(): Promise<void>;
}

/**
 * Takes what a session decoded. A promise says: hold the peer's answer until it settles. It never rejects; false says
 * that what must be on disk is not.
 */
export type Deliver = (session: SessionInfo, decoded: Decoded, now: EpochMs) => Promise<boolean> | undefined;

/**
 * Sessions that carry writes. The promise resolves once and never rejects; undefined in it says that nothing was sent,
 * so that the next session may carry it. Undefined in place of a promise: no session of that device is open.
 */
export interface WriteCarrier {
  write(request: WriteRequest): Promise<WriteResult | undefined> | undefined;
}

/** What a cloud missed, on disk until it can be handed in. Bounded by size and age; what is dropped is reported. */
export interface Outbox {
  /** Resolves when it is on disk; rejects with StoreError. The key removes it. */
  keep(item: OutboxItem): Promise<string>;
  /** The oldest of a relay, in order. */
  oldest(relay: string, limit: number): Promise<readonly { readonly key: string; readonly item: OutboxItem }[]>;
  /** Delivered or refused for good. */
  remove(key: string): Promise<void>;
  /** How many of this device wait; without `device` those of the whole relay. */
  waiting(relay: string, device?: DeviceId): number;
}

export interface OutboxItem {
  readonly relay: string;
  readonly device: DeviceId;
  readonly keptAt: EpochMs;
  /** As the device sent it. */
  readonly bytes: Uint8Array;
  /** How the device spoke, so that the cloud is spoken to alike. */
  readonly security: "plain" | "tls";
}

/** What the device hub knows, for conversations. */
export interface DeviceMemory {
  recall(device: DeviceId): RememberedDevice | undefined;
}

/** Exactly-once books on disk. */
export interface Ledger {
  /** Resolves when the new books are on disk; rejects with StoreError and leaves the old ones. */
  post(posting: Posting, now: EpochMs): Promise<PostingOutcome>;
}

export interface DeviceRecord {
  readonly description: DeviceDescription;
  readonly facts: JsonObject;
  readonly values: Values;
  readonly lastSeen: EpochMs;
  /** Name of the relay where it was last seen. */
  readonly relay: string;
  /** IP address from which it was last seen there. */
  readonly address?: string;
  readonly cloud?: CloudState;
  readonly encryption?: Encryption;
  /** Settings that were written from here and are protected from the cloud. */
  readonly owned?: readonly string[];
  /** When values become unknown unless a newer reading brings them again. */
  readonly expiries?: Readonly<Record<string, EpochMs>>;
  /** What is known of the lifetime counters, by key. */
  readonly totals?: Readonly<Record<string, TotalRecord>>;
}

/** One lifetime counter as `devices/totals.ts` guards it. */
export interface TotalRecord {
  /** The last value that was admitted; what is shown. */
  readonly value: number;
  /** Undefined where it is not known since when it stands. */
  readonly admittedAt?: EpochMs;
  /** When another device's counter was last accepted in place of this one. */
  readonly replacedAt?: EpochMs;
  /** Values that are being refused; gone once one is admitted. */
  readonly refused?: RefusedTotal;
}

export interface RefusedTotal {
  readonly reason: "zero" | "decrease" | "jump";
  /** Since when they have been counting up consistently on the same side of the shown value. */
  readonly since: EpochMs;
  readonly last: number;
  readonly lastAt: EpochMs;
}

/** What is kept of devices between runs. */
export interface DeviceStore {
  load(): Promise<readonly DeviceRecord[]>;
  /** Queued; the newest record of a device wins. Failures are logged, never thrown. */
  save(record: DeviceRecord): void;
  /** Queued behind what was saved before. */
  remove(device: DeviceId): void;
  flush(): Promise<void>;
}

/** The past of what devices showed, for charts. Failures are logged, never thrown; what cannot be written is lost. */
export interface HistoryStore {
  /** Queued; it replaces what was saved of the same time. */
  save(device: DeviceId, record: HistoryRecord): void;
  /** From `from` on and before `to`, oldest first, with all that was saved until now. Undefined: it cannot be read. */
  load(device: DeviceId, from: EpochMs, to: EpochMs): Promise<readonly HistoryRecord[] | undefined>;
  /** Queued behind what was saved before. */
  remove(device: DeviceId): void;
  /** Queued: drops what is older, of all devices. */
  dropBefore(at: EpochMs): void;
  /** Waits until everything so far is written, or was given up. */
  flush(): Promise<void>;
}

/** Lifetime counters by day. Failures are logged, never thrown; what cannot be written is lost. */
export interface EnergyStore {
  /** The newest record of each device that is not later than `day`, of at most `limit` devices. */
  newest(day: string, limit: number): Promise<ReadonlyMap<DeviceId, EnergyDayRecord>>;
  /** Queued; it replaces what was saved of the same day. */
  save(device: DeviceId, record: EnergyDayRecord): void;
  /** From `from` to `to`, both included, oldest first, with all that was saved until now. */
  load(device: DeviceId, from: string, to: string): Promise<readonly EnergyDayRecord[]>;
  /** Queued behind what was saved before. */
  remove(device: DeviceId): void;
  /** Queued: drops the days before `day`, of all devices. */
  dropBefore(day: string): void;
  /** Waits until everything so far is written, or was given up. */
  flush(): Promise<void>;
}

/** Whose TLS is passed through unread, between runs. */
export interface SpliceStore {
  load(): Promise<readonly SpliceRecord[]>;
  /** Queued and synced; failures are logged, never thrown. */
  save(record: SpliceRecord): void;
  remove(key: SpliceKey): void;
  /** Waits until everything so far is written, or was given up. */
  flush(): Promise<void>;
}

/** Messages kept on disk while their receiver is away; bounded, the oldest is dropped first. */
export interface MessageQueue {
  readonly size: number;
  push(message: JsonObject): Promise<void>;
  /** The oldest messages with their keys, in order. */
  peek(limit: number): Promise<readonly { readonly key: string; readonly message: JsonObject }[]>;
  remove(keys: readonly string[]): Promise<void>;
}

/** How far the messages of a queue were sent, between runs: what is sent again can be told from what is new. */
export interface DeliveryMark {
  /** Key of the newest message that may have been sent; undefined: none. */
  load(): Promise<string | undefined>;
  /** Resolves when it would survive the end of the process; rejects with CloudtapError STORE_FAILED. */
  save(key: string | undefined): Promise<void>;
}
