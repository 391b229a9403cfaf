import type { Ranges } from "./ranges.js";

/** What is kept of one Envoy: docs/protocols/envoy.md §8. A posting works on its own copy. Times are Unix seconds. */
export interface Books {
  /** Reports that held something new, and those that did not. */
  reports: number;
  repeats: number;
  recentReports: readonly number[];
  identity: Identity | undefined;
  lastReport: number | undefined;
  lastData: number | undefined;
  dataDelayS: number | undefined;
  catchingUp: boolean;
  clock: ClockNotes;
  /** Length of the newest intervals on the regular grid: 300, or 900 over a slow line. */
  gridS: number | undefined;
  /** Intervals in an unknown form were reported once. */
  toldOfLists: boolean;
  /** Energy of the array, joules; never goes down. */
  joules: number;
  today: { day: string; joules: number };
  intervalIds: Ranges;
  readings: SeenIds;
  events: SeenIds;
  /** By `serial.channel`. */
  channels: Map<string, Channel>;
  /** By serial number. */
  inverters: Map<string, Inverter>;
  /** By `eqid code`. */
  conditions: Map<string, Condition>;
}

/** Ids that were seen, and the newest date among them: a known id with a newer date belongs to a counter that began anew. */
export interface SeenIds {
  ids: Ranges;
  newestAt: number;
}

/** The Envoy as it described itself last. */
export interface Identity {
  readonly reportedAt: number;
  readonly partNum?: string;
  readonly swVersion?: string;
  readonly timezone?: string;
  readonly ipAddr?: string;
  readonly webcommVersion?: string;
}

export interface ClockNotes {
  /** Arrival less report_timestamp of the last report, in seconds. */
  offsetS: number;
  /** Reports in a row whose clock was off by about the same. */
  offReports: number;
}

export interface Channel {
  joules: number;
  /** Time whose energy was counted. Before `coveredFrom` only ids tell what was counted. */
  covered: Ranges;
  coveredFrom: number;
  power: ShownPower | undefined;
  reading: ShownReading | undefined;
  lastReadingAt: number | undefined;
}

export interface ShownPower {
  readonly at: number;
  /** Milliseconds, as this host's clock has it. */
  readonly expiresAt: number;
  readonly watts: number;
}

export interface ShownReading {
  readonly at: number;
  readonly expiresAt: number;
  /** Keys of `readingFields`. */
  readonly values: Readonly<Record<string, number>>;
}

/** From the inventory that comes with some reports. */
export interface Inverter {
  readonly partNum?: string;
  readonly flagsAt?: number;
  readonly conditionFlags?: number;
  /** By channel number. */
  readonly channelFlags?: Readonly<Record<string, number>>;
}

/** The newest event of one code at one device. */
export interface Condition {
  readonly at: number;
  readonly id: number;
  readonly open: boolean;
}

export const channelLimit = 1024;

export function emptyBooks(): Books {
  return {
    reports: 0,
    repeats: 0,
    recentReports: [],
    identity: undefined,
    lastReport: undefined,
    lastData: undefined,
    dataDelayS: undefined,
    catchingUp: false,
    clock: { offsetS: 0, offReports: 0 },
    gridS: undefined,
    toldOfLists: false,
    joules: 0,
    today: { day: "", joules: 0 },
    intervalIds: [],
    readings: { ids: [], newestAt: 0 },
    events: { ids: [], newestAt: 0 },
    channels: new Map(),
    inverters: new Map(),
    conditions: new Map(),
  };
}

/** Undefined where the Envoy has more channels than it can have. */
export function channelOf(books: Books, key: string): Channel | undefined {
  const known = books.channels.get(key);
  if (known !== undefined || books.channels.size >= channelLimit) return known;
  const channel: Channel = {
    joules: 0,
    covered: [],
    coveredFrom: 0,
    power: undefined,
    reading: undefined,
    lastReadingAt: undefined,
  };
  books.channels.set(key, channel);
  return channel;
}

/** False where the Envoy has more inverters than it can have. */
export function admitInverter(books: Books, serial: string): boolean {
  if (books.inverters.has(serial)) return true;
  if (books.inverters.size >= channelLimit) return false;
  books.inverters.set(serial, {});
  return true;
}
