/**
 * What the API answers, as JSON. Shared by the server and the page; documented in docs/openapi.json, which is generated from the
 * schemas beside the routes. Times are milliseconds since 1970-01-01T00:00:00Z; `undefined` is an absent key.
 */
import type { JsonObject, Value } from "../model/value.js";

/** Something that is wrong, or was. The page shows `code` in its own words with `facts` filled in, else `text`. */
export interface ProblemView {
  /** `[a-z0-9_]+`; never changes between versions. */
  readonly code: string;
  readonly severity: "error" | "warning";
  /** What fills the gaps of the words that `code` stands for. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** English: what is wrong, in one sentence. */
  readonly text: string;
  /** English: what to do. */
  readonly remedy: string;
  readonly device?: string;
  readonly relay?: string;
  readonly since?: number;
}

export interface ProgramView {
  readonly version: string;
  readonly startedAt: number;
  readonly now: number;
  readonly broker: { readonly url: string; readonly connected: boolean; readonly embedded: boolean };
  /** IANA name by which days are counted. */
  readonly timezone: string;
  /** 0: no history is kept. */
  readonly historyHours: number;
}

export interface RelayView {
  readonly name: string;
  readonly protocol: string;
  readonly listen: string;
  readonly upstream: string;
  readonly cloud: "relay" | "local" | "auto";
  readonly control: boolean;
  readonly status: "waiting" | "active" | "silent" | "failed";
  readonly error?: string;
  readonly sessionsOpen: number;
  readonly sessionsStarted: number;
  readonly turnedAway: number;
}

/** A point of a chart: time, and the value; null: a gap. */
export type Point = readonly [at: number, value: number | null];

export interface SeriesView {
  readonly key: string;
  readonly name: string;
  readonly unit?: string;
  readonly points: readonly Point[];
}

export interface ValueView {
  readonly key: string;
  readonly name: string;
  readonly value: Value;
  readonly unit?: string;
  /** Decimals that are shown. */
  readonly precision?: number;
  readonly deviceClass?: string;
  readonly category?: "diagnostic" | "config";
}

export interface DeviceCloudView {
  /** What the relay's configuration wants. */
  readonly policy: "relay" | "local" | "auto";
  /** Who answers the device at present. */
  readonly mode?: "relay" | "local";
  readonly lastAnswerAt?: number;
  /** Reports that wait until the cloud is back. */
  readonly waiting: number;
}

export interface EncryptionView {
  readonly state: "readable" | "refused" | "unread";
  readonly since: number;
  readonly reason: string;
  readonly target: string;
}

/** A device in the overview. */
export interface DeviceSummary {
  readonly id: string;
  readonly name: string;
  readonly protocol: string;
  readonly relay: string;
  readonly model?: string;
  /** Id of the device through which it is reached. */
  readonly via?: string;
  readonly status: "online" | "asleep" | "offline";
  readonly available: boolean;
  readonly lastSeen: number;
  /** Usual seconds between its signs of life. */
  readonly intervalS: number;
  /** Absent of a device that is reached through another one. */
  readonly cloud?: DeviceCloudView;
  readonly encryption?: EncryptionView;
  /** What people want to see first, at most six. */
  readonly highlights: readonly ValueView[];
  /** The last 24 hours of the first highlight that is a measurement. */
  readonly sparkline?: SeriesView;
  readonly problems: readonly ProblemView[];
}

export interface OverviewView {
  readonly program: ProgramView;
  readonly relays: readonly RelayView[];
  readonly devices: readonly DeviceSummary[];
  /** Those that belong to no device. */
  readonly problems: readonly ProblemView[];
}

/** One key of a device's state. */
export interface StateValueView extends ValueView {
  readonly platform: string;
  readonly enabled: boolean;
  /** When it came in; absent where that was in an earlier run. */
  readonly receivedAt?: number;
  /** Counted since the start. */
  readonly reads: number;
  readonly changes: number;
  readonly changedAt?: number;
  readonly total?: "lifetime" | "daily";
  /** Present where it can be written now. */
  readonly setting?: SettingView;
}

/** How a value can be written: what the entity of Home Assistant allows. */
export interface SettingView {
  readonly platform: "number" | "select" | "switch" | "button" | "text";
  readonly range?: { readonly min: number; readonly max: number; readonly step: number };
  readonly options?: readonly string[];
  readonly onOff?: readonly [on: string, off: string];
  readonly pattern?: string;
}

export interface DeviceView extends DeviceSummary {
  readonly manufacturer?: string;
  readonly swVersion?: string;
  readonly hwVersion?: string;
  readonly serialNumber?: string;
  readonly address?: string;
  readonly values: readonly StateValueView[];
  /** True: its relay lets settings be written. */
  readonly control: boolean;
  /** Keys for which there is a history. */
  readonly charted: readonly string[];
  /** True: it has a table of properties. */
  readonly hasProperties: boolean;
  readonly hasEnergy: boolean;
  readonly children: readonly string[];
}

export interface HistoryView {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
  readonly series: readonly SeriesView[];
}

export interface EnergyDay {
  /** `2026-11-21`, in the program's time zone. */
  readonly day: string;
  /** Null: nothing is known of that day. */
  readonly kwh: number | null;
  /** False: the day is not over, or was not observed from its beginning. */
  readonly complete: boolean;
}

export interface EnergyView {
  readonly key: string;
  readonly name: string;
  readonly days: readonly EnergyDay[];
}

/** One row of a device's properties. */
export interface PropertyView {
  /** As the vendor writes it: `0x0600`. */
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly type?: string;
  readonly queries: number;
  readonly changes: number;
  readonly changedAt?: number;
  readonly decoded: Value;
  readonly unit?: string;
  /** Newest value as it came, in hex digits; absent where it came in an earlier run. */
  readonly raw?: string;
}

export interface DeviceEventView {
  readonly at: number;
  readonly type: string;
  readonly attributes: JsonObject;
}

export interface LegView {
  readonly local: string;
  readonly remote: string;
  readonly security: "plain" | "tls" | "splice";
  readonly openedAt: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Who ended its half of the stream first, and how. */
  readonly ended?: { readonly by: "peer" | "cloudtap"; readonly how: "fin" | "reset"; readonly at: number };
}

export interface SessionView {
  readonly id: string;
  readonly relay: string;
  readonly protocol: string;
  readonly devices: readonly string[];
  readonly openedAt: number;
  readonly serverName?: string;
  /** Where the device was heading, where a gateway led it here. */
  readonly destination?: string;
  readonly device?: LegView;
  /** The newest one. */
  readonly cloud?: LegView;
  readonly frames: number;
  readonly anomalies: number;
  readonly lastByteAt: number;
  readonly closed?: {
    readonly at: number;
    readonly by: "device" | "cloud" | "cloudtap";
    readonly how: string;
    readonly detail: string;
  };
}

export interface SessionsView {
  /** Newest first; at most 200. */
  readonly open: readonly SessionView[];
  readonly openCount: number;
  /** The newest first; at most 100. */
  readonly closed: readonly SessionView[];
}

export interface FieldView {
  readonly offset: number;
  readonly length: number;
  readonly name: string;
  readonly value?: string;
}

export interface FrameView {
  readonly session: string;
  /** Of its session, from 1. */
  readonly number: number;
  readonly at: number;
  readonly direction: "device-to-cloud" | "cloud-to-device";
  readonly role: string;
  readonly label: string;
  /** Of the whole frame, also where `hex` is cut. */
  readonly bytes: number;
  /** At most 8 KiB of it, in hex digits. */
  readonly hex: string;
  readonly fields: readonly FieldView[];
  /** True: Cloudtap said it, in the cloud's place or for itself. */
  readonly own?: boolean;
  /** Why it was not passed on. */
  readonly blocked?: string;
}

export interface FramesView {
  readonly session: SessionView;
  /** Oldest first: those that are still kept. */
  readonly frames: readonly FrameView[];
}

export interface RunningCaptureView {
  readonly id: string;
  /** A relay's name, a device's id, an address or `all`. */
  readonly target: string;
  readonly reason: string;
  readonly since: number;
  readonly until?: number;
}

export interface CaptureFileView {
  readonly name: string;
  readonly bytes: number;
  readonly changedAt: number;
  readonly isOpen: boolean;
}

export interface CapturesView {
  readonly mode: "none" | "always" | "anomaly";
  readonly directory: string;
  readonly running: readonly RunningCaptureView[];
  readonly files: readonly CaptureFileView[];
  readonly problem?: string;
  readonly captured: number;
  readonly dropped: number;
  /** True: only anonymized copies of the files are handed out. */
  readonly rawRefused?: boolean;
}

export interface SetupRelay {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly upstream: string;
  /** Hosts of the vendors whose devices it serves, with their ports. */
  readonly vendors: readonly { readonly host: string; readonly port: number }[];
}

export interface SetupView {
  /** This host's, the likeliest first. */
  readonly addresses: readonly string[];
  readonly relays: readonly SetupRelay[];
  readonly interceptMode: "none" | "redirect" | "tproxy";
  /** Cloudtap's own name server answers. */
  readonly nameServer: boolean;
}

export interface FindingView {
  readonly check: string;
  readonly state: "ok" | "problem" | "unknown";
  readonly found: string;
  readonly remedy?: string;
}

export interface ChecklistView {
  readonly relay: string;
  readonly at: number;
  /** In the order of the way from the device to Home Assistant. */
  readonly findings: readonly FindingView[];
}

export interface DestinationView {
  /** The name under which the device or the configuration calls it, else the address. */
  readonly host: string;
  readonly port: number;
  readonly security: "plain" | "tls" | "splice";
  readonly lastAt: number;
  /** Newest first, at most 30. */
  readonly days: readonly { readonly day: string; readonly sent: number; readonly received: number }[];
}

export interface PrivacyView {
  readonly devices: readonly {
    readonly id: string;
    readonly name: string;
    /** Whom it told something; empty: nobody but Cloudtap. */
    readonly destinations: readonly DestinationView[];
    /** What of its reports went to its cloud. */
    readonly fields: readonly { readonly key: string; readonly name: string }[];
    /** True: part of it passes encrypted, so that nobody here knows what it says. */
    readonly unread: boolean;
  }[];
}

export type WriteView =
  | { readonly status: "applied"; readonly value: Value }
  | { readonly status: "rejected" | "timeout"; readonly error: string };

export interface HealthView {
  readonly status: "ok" | "failing";
  /** English, for people; empty when it is ok. */
  readonly reasons: readonly string[];
}

/** What `/api/live` tells, by the name of its event. */
export interface LiveEvents {
  /** First of all. */
  readonly hello: { readonly version: string; readonly now: number };
  /** The values of a device, all of them. */
  readonly state: {
    readonly device: string;
    readonly values: Readonly<Record<string, Value>>;
    readonly lastSeen: number;
  };
  /** A device came, left or changed: ask for it again. */
  readonly device: { readonly device: string; readonly removed: boolean };
  readonly event: DeviceEventView & { readonly device: string };
  readonly session: SessionView;
  /** Of the session that was asked for. */
  readonly frame: FrameView;
  /** Captures began or ended: ask for them again. */
  readonly captures: Record<string, never>;
  /** Relays, broker or problems changed: ask for the overview again. */
  readonly overview: Record<string, never>;
}

export type LiveName = keyof LiveEvents;
