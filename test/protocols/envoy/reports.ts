import type { Posting, PostingOutcome } from "../../../src/model/protocol.js";
import type { Reading } from "../../../src/model/reading.js";
import type { EpochMs } from "../../../src/model/time.js";
import type { JsonObject, JsonValue, Value } from "../../../src/model/value.js";
import { emptyBooks } from "../../../src/protocols/envoy/books.js";
import type { Entry } from "../../../src/protocols/envoy/entry.js";
import { judgeClock } from "../../../src/protocols/envoy/freshness.js";
import { recordedPosting, reportPosting } from "../../../src/protocols/envoy/posting.js";
import {
  type DeviceElement,
  type Eqid,
  type EventElement,
  type IntervalElement,
  type PerfReport,
  parseEqid,
  type ReadingElement,
} from "../../../src/protocols/envoy/report.js";
import { localTime } from "../../../src/protocols/envoy/time-text.js";

/** 2025-06-15T15:05:00Z, on the grid of 300 s; 11:05 where the Envoy is. */
export const noon = 1_749_999_900;
export const envoySerial = "122000000001";
export const envoy = `envoy_${envoySerial}`;
export const pcu = (serial: string): string => `envoy_pcu_${serial}`;

export function at(epochS: number): EpochMs {
  return (epochS * 1000) as EpochMs;
}

export function eqid(text: string): Eqid {
  const parsed = parseEqid(text);
  if (parsed === undefined) throw new Error(`expected an equipment id, found ${text}`);
  return parsed;
}

export function report(changes: Partial<PerfReport> = {}): PerfReport {
  return {
    reportedAt: noon,
    envoy: { serialNum: envoySerial, timezone: "US/Eastern", partNum: "800-00069-r05", swVersion: "R3.12.34 (2e8bfe)" },
    intervals: [],
    readings: [],
    events: [],
    devices: [],
    ...changes,
  };
}

/** 300 s of 100 W, of which 294 s are covered. */
export function interval(id: number, changes: Partial<IntervalElement> = {}): IntervalElement {
  const basics = { eqid: eqid("121.1"), endDate: noon, intervalDurationS: 300, statDurationS: 294, stats: [29_400] };
  return { id, ...basics, ...changes };
}

/** 290 s of 120 W. */
export function reading(id: number, changes: Partial<ReadingElement> = {}): ReadingElement {
  const stats = [244_000, 59_990, 30_000, 4_000, 29, 1, 2, 34_800];
  return { id, eqid: eqid("121.1"), date: noon - 10, durationS: 290, flags: "0", stats, ...changes };
}

export function event(id: number, changes: Partial<EventElement> = {}): EventElement {
  return { id, code: 10009, state: 2, date: noon - 60, eqid: eqid("121"), ...changes };
}

export function device(serial: string, changes: Partial<DeviceElement> = {}): DeviceElement {
  return { eqid: eqid(serial), partNum: "800-00103-r05", conditionFlags: 0x200000, channels: [], ...changes };
}

/** Posts reports one after the other, with a restart between any two: books pass through their text on the disk. */
export class Bookkeeper {
  #books: string | undefined;
  /** State of each device as a hub would have it; expired values are not taken away. */
  readonly state = new Map<string, Record<string, Value>>();

  post(posted: PerfReport, nowS = posted.reportedAt): PostingOutcome {
    return this.#apply(reportPosting(posted), nowS);
  }

  /** The same of a recorded report. */
  enter(recorded: PerfReport, nowS: number): PostingOutcome {
    return this.#apply(recordedPosting(recorded), nowS);
  }

  #apply(posting: Posting, nowS: number): PostingOutcome {
    const before: JsonValue | undefined = this.#books === undefined ? undefined : JSON.parse(this.#books);
    const text = JSON.stringify(before);
    const outcome = posting.apply(before, at(nowS));
    if (JSON.stringify(before) !== text) throw new Error("a posting changed the books that it was given");
    this.#books = JSON.stringify(outcome.books);
    for (const live of outcome.readings.filter((one) => one.live)) {
      this.state.set(live.device, { ...this.state.get(live.device), ...live.values });
    }
    return outcome;
  }

  get books(): JsonObject {
    const books: JsonObject = JSON.parse(this.#books ?? "{}");
    return books;
  }

  value(id: string, key: string): Value | undefined {
    return this.state.get(id)?.[key];
  }

  /** All energies that are shown, by device and key. */
  energies(): Readonly<Record<string, Value>> {
    const all = [...this.state].flatMap(([id, values]) =>
      Object.entries(values)
        .filter(([key]) => key.endsWith("energy_total"))
        .map(([key, value]) => [`${id} ${key}`, value] as const),
    );
    return Object.fromEntries(all.sort());
  }
}

export function entryOf(posted: PerfReport, nowS = posted.reportedAt, books = emptyBooks()): Entry {
  const clock = judgeClock(books.clock, posted.reportedAt, at(nowS), true);
  const local = localTime(posted.envoy.timezone);
  return {
    books,
    report: posted,
    clock,
    now: at(nowS),
    local,
    touched: new Set(),
    tally: new Map(),
    news: 0,
    counted: 0,
  };
}

export function kinds(findings: readonly { readonly kind: string }[]): readonly string[] {
  return findings.map(({ kind }) => kind);
}

export function historic(readings: readonly Reading[]): readonly Reading[] {
  return readings.filter((one) => !one.live);
}
