import type { JsonValue } from "../../model/value.js";

/** A performance report: docs/protocols/envoy.md §6. Times are Unix seconds by the Envoy's clock. */
export interface PerfReport {
  readonly reportedAt: number;
  readonly webcommVersion?: string;
  readonly envoy: EnvoyElement;
  readonly intervals: readonly IntervalElement[];
  readonly readings: readonly ReadingElement[];
  readonly events: readonly EventElement[];
  readonly devices: readonly DeviceElement[];
}

/** The gateway. Its latitude and longitude are not read: where the user lives goes nowhere. */
export interface EnvoyElement {
  /** Digits. */
  readonly serialNum: string;
  readonly partNum?: string;
  readonly swVersion?: string;
  readonly ipAddr?: string;
  readonly macAddr?: string;
  readonly timezone?: string;
  readonly emuRegion?: string;
}

/** Energy of one channel on the Envoy's time grid; what is counted. */
export interface IntervalElement {
  readonly id: number;
  readonly eqid: Eqid;
  readonly endDate: number;
  readonly intervalDurationS: number;
  /** Seconds that inverter data really cover. */
  readonly statDurationS: number;
  /** One value: joules. More: a form that is not known. */
  readonly stats: readonly number[];
}

/** What the inverter itself answered to one poll. */
export interface ReadingElement {
  readonly id: number;
  readonly eqid: Eqid;
  readonly date: number;
  readonly durationS: number;
  readonly flags: string;
  /** 7 or 8 values in the order of `readingFields`, cut behind the eighth. */
  readonly stats: readonly number[];
}

export interface EventElement {
  readonly id: number;
  readonly code: number;
  /** 2: a condition begins; 1: it ends; 0: momentary. */
  readonly state: number;
  /** The id of the partner. */
  readonly correlationId?: number;
  readonly date: number;
  readonly eqid: Eqid;
  readonly serialNum?: string;
  readonly messageKey?: string;
  readonly params?: JsonValue;
}

export interface DeviceElement {
  readonly eqid: Eqid;
  readonly deviceType?: number;
  readonly partNum?: string;
  readonly adminState?: number;
  readonly conditionFlags?: number;
  readonly observedFlags?: number;
  readonly controlBits?: number;
  readonly imageBits?: number;
  readonly channels: readonly ChannelElement[];
}

export interface ChannelElement {
  readonly eqid: Eqid;
  readonly channelType?: number;
  readonly conditionFlags?: number;
  readonly observedFlags?: number;
  readonly controlBits?: number;
}

/** `serial.channel` taken apart. The whole is kept as text: as a number it would lose its end. */
export interface Eqid {
  readonly text: string;
  readonly serial: string;
  /** Undefined: the device as a whole. */
  readonly channel?: number;
}

/** Undefined where `text` is no equipment id. */
export function parseEqid(text: string): Eqid | undefined {
  const [, serial, channel] = /^(\d{1,20})(?:\.(\d{1,2}))?$/.exec(text) ?? [];
  if (serial === undefined) return undefined;
  return { text, serial, ...(channel === undefined ? {} : { channel: Number(channel) }) };
}
