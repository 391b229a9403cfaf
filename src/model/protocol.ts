import type { Anomaly, AnomalyTable } from "./anomaly.js";
import type { CloudCommand, WriteRequest, WriteResult } from "./command.js";
import type { DeviceId, DeviceUpdate } from "./device.js";
import type { EntityDescription } from "./entity.js";
import type { DeviceEvent } from "./event.js";
import type { Pseudonyms } from "./pseudonyms.js";
import type { Reading } from "./reading.js";
import type { Direction, SessionInfo } from "./session.js";
import type { EpochMs } from "./time.js";
import type { JsonObject, JsonValue, Value, Values } from "./value.js";

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
  /** TCP port of the cloud at which Wireshark takes what is in the clear for this protocol. */
  readonly dissectorPort: number;
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
  /** The device's own numbers of the words that a key may have, by word; undefined: it has none. */
  codes?(key: string): Readonly<Record<string, number>> | undefined;
  /** Everything that a device was ever asked for, in the order of its ids, from what `recall` gives; pure. */
  properties?(facts: JsonObject, values: Values): readonly PropertyLine[];
  readonly abilities: Abilities;
  /** Where the cloud takes later what it missed. */
  readonly delivery?: Delivery;
  /** Tells from the first bytes of a device whether they are this protocol's, for `protocol: auto`. Never throws. */
  probe?(head: Uint8Array): "match" | "no-match" | "need-more";
  createSplitter(direction: Direction): Splitter;
  /** One a session; sees both directions. */
  createConversation(options: ConversationOptions): Conversation;
  createDeviceSimulator?(options: SimulatorOptions): Player;
  createCloudSimulator?(): Player;
  /** How many bytes of a whole frame stand before its payload. Absent: all of a frame is payload. Never throws. */
  headBytes?(frame: Frame): number;
  /** Names the bytes of a whole frame, in their order; bytes that nobody understands are left out. Never throws. */
  layout?(frame: Frame): readonly FieldSpan[];
  /**
   * A whole frame, or bytes that could not be framed, with everything replaced that tells whose it is. Whatever guards the
   * frame (length, checksum, compression) fits again. Never throws.
   */
  anonymize?(frame: Frame, pseudonyms: Pseudonyms): Uint8Array;
  /** How a spool keeps its traffic; absent: not at all. */
  readonly archive?: Archive;
}

/** A row of the table of what a device was asked for. */
export interface PropertyLine {
  /** As the vendor writes it: `0x0600`. */
  readonly id: string;
  /** Of the state object. */
  readonly key: string;
  readonly name: string;
  /** Word for the form of its values. */
  readonly type?: string;
  /** How often it was read, and was another value than before. */
  readonly queries: number;
  readonly changes: number;
  readonly changedAt?: EpochMs;
  /** Null: not known, or not in use. */
  readonly decoded: Value;
  readonly unit?: string;
  /** The newest value as it came, in hex digits, at most 32 bytes; absent where only an earlier version read it. */
  readonly raw?: string;
  /** True: it tells whose device it is, so it is not published. */
  readonly isPersonal?: true;
}

/** A field of a frame. Spans never overlap. */
export interface FieldSpan {
  readonly offset: number;
  readonly length: number;
  /** As in the field tables. */
  readonly name: string;
  /** As a person reads it, with its unit. */
  readonly value?: string;
}

/** `sessions`: one file a session, with all its frames. `bodies`: files for each frame that has something worth keeping. */
export type Archive =
  | { readonly type: "sessions" }
  | {
      readonly type: "bodies";
      parts(frame: Frame): readonly ArchivedBody[];
      /** What a file of `parts` holds, as a frame that is decoded alike; undefined: nothing that can be told. Never throws. */
      restore(file: Uint8Array): { readonly direction: Direction; readonly bytes: Uint8Array } | undefined;
    };

export interface ArchivedBody {
  /** Of the file, without a dot. */
  readonly extension: string;
  readonly bytes: Uint8Array;
}

/** Which policies a protocol can carry out; the configuration refuses the others. */
export interface Abilities {
  /** `cloud: local` and `auto`: its conversations have `answer`. */
  readonly localCloud: boolean;
  /** `commands: protect` and `block`: frames from the cloud are classed, and its conversations have `refuse`. */
  readonly classedCommands: boolean;
  /** `control: true`: its conversations have `encode`. */
  readonly control: boolean;
}

/** How frames that the cloud missed are handed in when it is back, each on a connection of its own, as they came. */
export interface Delivery {
  /** True for a whole frame of a device that the cloud must get. */
  keeps(frame: Frame): boolean;
  /** A whole frame of the cloud's. `refused`: it will never take it; `failed`: it may later; `interim`: its answer follows. */
  judge(answer: Frame): "delivered" | "refused" | "failed" | "interim";
}

/** One complete unit on the wire, or, with `whole` false, bytes that could not be framed. */
export interface Frame {
  readonly direction: Direction;
  /** A view, valid during the call; who keeps it copies it. */
  readonly bytes: Uint8Array;
  readonly whole: boolean;
  /** True for what Cloudtap says to the device in the cloud's place or for itself. */
  readonly own?: boolean;
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
  /** Of every frame from the cloud; not of Cloudtap's own. */
  readonly command?: CloudCommand;
  /** Why the command did not reach the device. Set by the relay, never by a protocol. */
  readonly blocked?: string;
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
  /** What was counted; for who enters recorded traffic. */
  readonly counts?: PostingCounts;
  readonly devices: readonly DeviceUpdate[];
  readonly readings: readonly Reading[];
  readonly events: readonly DeviceEvent[];
  readonly anomalies: readonly Anomaly[];
}

/** Contributions of one posting. */
export interface PostingCounts {
  /** Counted now. */
  readonly added: number;
  /** Counted before, or not countable. */
  readonly known: number;
  /** Lifetime energy of those that were added. */
  readonly energyWh: number;
}

export interface RememberedDevice {
  readonly facts: JsonObject;
  readonly values: Values;
}

export interface ConversationOptions {
  readonly session: SessionInfo;
  /** What was last known of a device, from this run or from disk. */
  recall(device: DeviceId): RememberedDevice | undefined;
  /** Minutes east of UTC that are in force at a time where the devices stand, summer time included. */
  offsetMinutes(at: EpochMs): number;
  /** Who answers the devices of this relay. */
  readonly cloud: "relay" | "local" | "auto";
  /** True: recorded traffic is entered into the books. Nothing in it is current, and it is no repeat. */
  readonly isReplayed?: boolean;
  /** What of `control` is on; decides which entities can be written. */
  readonly control: ControlLevel;
}

/** `experimental`: also what the reference grades as unproven. */
export type ControlLevel = "off" | "on" | "experimental";

/**
 * What a gate must know of a whole frame before anything is done with it. Tokens name exchanges: the frame that answers
 * carries the token of the frame that asked. The same token may be open more than once; the oldest is answered first.
 */
export interface Outline {
  /** The peer must answer, or with `yields` speak next. */
  readonly asks?: string;
  /** The peer is to speak next, but owes no answer to this frame: Cloudtap may put a question of its own in between. */
  readonly yields?: boolean;
  readonly answers?: string;
  /** Another answer to the same token will follow. */
  readonly interim?: boolean;
  /** Of every frame from the cloud. */
  readonly command?: CloudCommand;
  /** Why an answer of the cloud says that it cannot serve, in words: `answered 503`. */
  readonly failure?: string;
}

/** What is said in the cloud's place. Each frame goes out in a segment of its own, in order; `end`: FIN after them. */
export interface LocalAnswer {
  readonly frames: readonly Uint8Array[];
  readonly end: boolean;
}

/** How a command that is not let through is answered; empty where no form is known. */
export interface Refusal {
  /** As the device would refuse. */
  readonly toCloud: readonly Uint8Array[];
  /** In place of the frame, where the device waits for it. Not empty: this answers what the frame would have answered. */
  readonly toDevice: readonly Uint8Array[];
}

/** An exchange of Cloudtap's own with the device, begun where nothing else is open. Its frames stay from the cloud. */
export interface Injection {
  readonly frame: Uint8Array;
  /** Token of the answer to `frame`. */
  readonly asks: string;
  /** Given each whole frame that answers the token that is open. Never throws. */
  next(answer: Frame, now: EpochMs): InjectionStep;
}

export type InjectionStep =
  | { readonly type: "wait" }
  | { readonly type: "send"; readonly frame: Uint8Array; readonly asks: string }
  | { readonly type: "done"; readonly result: WriteResult };

/** How a new cloud leg is opened in the middle of a session, and the token of the cloud's answer. */
export interface Greeting {
  readonly frame: Uint8Array;
  readonly token: string;
}

/**
 * One session as the device sees it: `receive` is given, in order, what the device says and what it is told, by the cloud
 * or by Cloudtap itself. The optional parts are what a gate uses. Nothing here throws.
 */
export interface Conversation {
  /** Decodes a whole frame. Never throws. */
  receive(frame: Frame, now: EpochMs): Decoded;
  /** Tells of a whole frame without taking it in. For frames of either side, before `receive` and `forward`. */
  outline?(frame: Frame): Outline;
  /** The bytes as the other leg must see them once own exchanges have shifted its counters; else the frame's own. */
  forward?(frame: Frame): Uint8Array;
  /**
   * What the vendor's cloud would say to a frame of the device that was received; the device gets it at once. `stored`
   * false: what the frame told could not be put on disk, so it must not be acknowledged.
   */
  answer?(frame: Frame, now: EpochMs, stored: boolean): LocalAnswer;
  /** For a frame from the cloud that does not pass, in place of `receive`. */
  refuse?(frame: Frame, now: EpochMs): Refusal;
  /** True once the device may be asked or told something on Cloudtap's own account. */
  readonly mayAsk?: boolean;
  /** Begins a write; the caller sends the frame at once. A text says why it cannot be done. */
  encode?(request: WriteRequest, now: EpochMs): Injection | string;
  /** A question of Cloudtap's own that is worth asking now, to know what the cloud does not ask for. */
  wants?(now: EpochMs): Injection | undefined;
  /** Undefined: the session so far gives nothing to open a cloud leg with. */
  greeting?(now: EpochMs): Greeting | undefined;
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
  /** The other end says nothing more; where it is given, the connection stays open in this direction until the player ends it. */
  ended?(now: EpochMs): readonly PlayerAction[];
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
  /** RST. */
  | { readonly type: "reset" }
  | { readonly type: "connect" }
  | { readonly type: "log"; readonly text: string };
