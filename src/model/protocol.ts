import type { Anomaly, AnomalyTable } from "./anomaly.js";
import type { DeviceId, DeviceUpdate } from "./device.js";
import type { EntityDescription } from "./entity.js";
import type { DeviceEvent } from "./event.js";
import type { Reading } from "./reading.js";
import type { Direction, SessionInfo } from "./session.js";
import type { EpochMs } from "./time.js";
import type { JsonObject, JsonValue, Values } from "./value.js";

export interface ProtocolDefaults {
  readonly listenPort: number;
  /** Absent: the configuration must name the upstream. */
  readonly upstream?: { readonly host: string; readonly port: number };
  /** What `tls: auto` does with a TLS hello: open it, or pass it through unread because the device checks certificates. */
  readonly onTls: "terminate" | "splice";
  readonly tlsMin: "TLSv1" | "TLSv1.2";
  /** Usual seconds between signs of life of a device. */
  readonly intervalS: number;
  /** Seconds without a byte in either direction after which a session is ended. */
  readonly idleTimeoutS: number;
}

/** Everything about a device family. Sans-I/O: bytes and a clock reading in, values out. */
export interface Protocol {
  readonly name: string;
  /** One line for `--help` and the configuration. */
  readonly title: string;
  readonly defaults: ProtocolDefaults;
  readonly anomalies: AnomalyTable;
  /** Every entity that a device of this protocol may have, for the reference page and the table tests. */
  readonly entities: readonly EntityDescription[];
  createSplitter(direction: Direction): Splitter;
  /** One a session; sees both directions. */
  createConversation(options: ConversationOptions): Conversation;
  createDeviceSimulator?(options: SimulatorOptions): Player;
  createCloudSimulator?(): Player;
}

/** One complete unit on the wire, or, with `whole` false, bytes that could not be framed. */
export interface Frame {
  readonly direction: Direction;
  /** A view, valid during the call; who keeps it copies it. */
  readonly bytes: Uint8Array;
  readonly whole: boolean;
  /** Only where `whole` is false, and only on the first piece of a run of such bytes: a row of the anomaly table. */
  readonly fault?: { readonly kind: string; readonly detail: string };
}

/** Every byte pushed leaves exactly once, in order, whatever the chunks are. Never throws. */
export interface Splitter {
  push(chunk: Uint8Array): readonly Frame[];
  /** Gives out what is pending: at FIN, or when half a frame has waited `staleAfterMs`. It may be pushed to again. */
  end(): readonly Frame[];
  readonly pendingBytes: number;
  /** How long half a frame may wait for its rest; 0: for ever. */
  readonly staleAfterMs: number;
}

/** With it a policy can block, hold and match frames without knowing the protocol. */
export type Role = "report" | "acknowledgement" | "command" | "command-result" | "other";

export interface Decoded {
  readonly role: Role;
  /** One line for the log: what this frame is, without values that are secrets. */
  readonly label: string;
  /** Devices that showed a sign of life. */
  readonly seen: readonly DeviceId[];
  readonly devices: readonly DeviceUpdate[];
  readonly readings: readonly Reading[];
  readonly events: readonly DeviceEvent[];
  readonly anomalies: readonly Anomaly[];
  /** What must be on disk before the peer's answer may pass. */
  readonly postings: readonly Posting[];
  /** What the cloud asked the device to do, in words, where this frame is a command that changes something. */
  readonly command?: string;
}

/** A change of persisted books, each applied exactly once and written atomically. */
export interface Posting {
  /** `[a-z0-9_]+`; postings of one account are applied one after the other. */
  readonly account: string;
  /** Pure: returns new books and never changes the given ones. `undefined`: the account is new. */
  apply(books: JsonValue | undefined, now: EpochMs): PostingOutcome;
}

export interface PostingOutcome {
  readonly books: JsonValue;
  readonly devices: readonly DeviceUpdate[];
  readonly readings: readonly Reading[];
  readonly events: readonly DeviceEvent[];
  readonly anomalies: readonly Anomaly[];
}

export interface RememberedDevice {
  readonly facts: JsonObject;
  readonly values: Values;
}

export interface ConversationOptions {
  readonly session: SessionInfo;
  /** What was last known of a device, from this run or from disk. */
  recall(device: DeviceId): RememberedDevice | undefined;
}

export interface Conversation {
  /** Decodes a whole frame. Never throws. */
  receive(frame: Frame, now: EpochMs): Decoded;
  /** Told of bytes that could not be framed, where open requests depend on them. */
  receiveUnframed?(frame: Frame, now: EpochMs): void;
  /** Silence after which `settle` is due; absent: never. */
  readonly quietMs?: number;
  /** Gives out what was collected: after `quietMs` of silence and at the end of the session. */
  settle?(now: EpochMs): Decoded | undefined;
}

export interface SimulatorOptions {
  /** 0, 1, 2 …: gives each device its own serial number. */
  readonly index: number;
  /** Seconds between reports. */
  readonly intervalS: number;
  /** Protocol's own words, `--option key=value`. */
  readonly extra: Readonly<Record<string, string>>;
}

/** Plays one end of a connection, sans-I/O. Each call returns what to do next, in order. */
export interface Player {
  /** Device: a connection is up. Cloud: a connection was accepted. */
  connected(now: EpochMs): readonly PlayerAction[];
  received(chunk: Uint8Array, now: EpochMs): readonly PlayerAction[];
  /** The time asked for with `wake` has come. */
  woken(now: EpochMs): readonly PlayerAction[];
  /** The connection is gone. Device: says when to connect again with `wake`, then `connect`. */
  disconnected(now: EpochMs): readonly PlayerAction[];
}

export type PlayerAction =
  | { readonly type: "send"; readonly bytes: Uint8Array }
  /** Replaces an earlier wake. */
  | { readonly type: "wake"; readonly afterMs: number }
  | { readonly type: "end" }
  | { readonly type: "connect" }
  | { readonly type: "log"; readonly text: string };
