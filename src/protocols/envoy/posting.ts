import type { Anomaly } from "../../model/anomaly.js";
import type { DeviceEvent } from "../../model/event.js";
import type { Posting, PostingOutcome } from "../../model/protocol.js";
import type { Reading } from "../../model/reading.js";
import type { EpochMs } from "../../model/time.js";
import type { Books } from "./books.js";
import { encodeBooks, parseBooks } from "./books-json.js";
import { envoyId } from "./description.js";
import { type Entry, laterTime } from "./entry.js";
import { takeEvents } from "./events.js";
import { type Clock, isAhead, judgeClock } from "./freshness.js";
import { takeIntervals } from "./intervals.js";
import { takeIdentity, takeInventory } from "./inventory.js";
import { projectEnvoy, projectInverters } from "./projection.js";
import { takeReadings } from "./readings.js";
import type { PerfReport } from "./report.js";
import { localTime } from "./time-text.js";

const recentLimit = 32;
const delayOfCatchingUpS = 900;
const joulesPerWattHour = 3_600;

/** Enters a report into the books of its Envoy: docs/protocols/envoy.md §8. */
export function reportPosting(report: PerfReport): Posting {
  return {
    account: envoyId(report.envoy.serialNum),
    apply: (json, now) => enter(parseBooks(json), report, now),
  };
}

/**
 * Enters the energy of a recorded report, once as that of any other. What else it says was so once: nothing of it is shown, open
 * conditions and the Envoy's clock are left as they are, and it is no repeat. Books in which it finds nothing to change stay the very
 * same.
 */
export function recordedPosting(report: PerfReport): Posting {
  return {
    account: envoyId(report.envoy.serialNum),
    apply(json, now) {
      const books = parseBooks(json);
      const joulesBefore = books.joules;
      const entry = begin(books, report, { notes: books.clock, live: false, shiftS: 0 }, now);
      takeIntervals(entry);
      if (entry.news > 0) books.reports += 1;
      const after = encodeBooks(books);
      const isSame = json !== undefined && JSON.stringify(json) === JSON.stringify(after);
      const counts = {
        added: entry.counted,
        known: report.intervals.length - entry.counted,
        energyWh: (books.joules - joulesBefore) / joulesPerWattHour,
      };
      const nothing = { devices: [], readings: [], events: [] };
      return { books: isSame ? json : after, counts, ...nothing, anomalies: anomaliesOf(entry) };
    },
  };
}

function enter(books: Books, report: PerfReport, now: EpochMs): PostingOutcome {
  const isNewTime = !books.recentReports.includes(report.reportedAt);
  const clock = judgeClock(books.clock, report.reportedAt, now, isNewTime);
  books.clock = clock.notes;
  const entry = begin(books, report, clock, now);
  takeInventory(entry);
  takeIntervals(entry);
  const historic = takeReadings(entry);
  const events = takeEvents(entry);
  takeTimes(entry);
  takeCount(entry, isNewTime);
  return outcome(entry, historic, events);
}

function begin(books: Books, report: PerfReport, clock: Clock, now: EpochMs): Entry {
  takeIdentity(books, report, clock);
  const local = localTime(books.identity?.timezone);
  return { books, report, clock, now, local, touched: new Set(), tally: new Map(), news: 0, counted: 0 };
}

/** A report counts once: it is a repeat when nothing in it is new, or, where nothing in it could be, when its time is known. */
function takeCount({ books, report, news }: Entry, isNewTime: boolean): void {
  const isEmpty = report.intervals.length + report.events.length === 0;
  const isRepeat = isEmpty ? !isNewTime : news === 0;
  if (isRepeat) books.repeats += 1;
  else books.reports += 1;
  if (isNewTime) books.recentReports = [...books.recentReports, report.reportedAt].slice(-recentLimit);
}

function takeTimes(entry: Entry): void {
  const { books } = entry;
  const { reportedAt, intervals, readings } = entry.report;
  books.lastReport = laterTime(entry, books.lastReport, reportedAt);
  const dates = [...intervals.map(({ endDate }) => endDate), ...readings.map(({ date }) => date)];
  const newest = Math.max(...dates.filter((at) => !isAhead(at, reportedAt)));
  const hasData = Number.isFinite(newest);
  books.catchingUp = hasData && reportedAt - newest > delayOfCatchingUpS;
  if (!hasData) return;
  books.lastData = laterTime(entry, books.lastData, newest);
  books.dataDelayS = Math.max(0, reportedAt - newest);
}

function outcome(entry: Entry, historic: readonly Reading[], events: readonly DeviceEvent[]): PostingOutcome {
  const envoy = projectEnvoy(entry);
  const inverters = projectInverters(entry);
  return {
    books: encodeBooks(entry.books),
    devices: [envoy, ...inverters].map(({ description }) => ({ description })),
    readings: [...envoy.readings, ...inverters.flatMap(({ readings }) => readings), ...historic],
    events,
    anomalies: anomaliesOf(entry),
  };
}

function anomaliesOf({ report, tally }: Entry): readonly Anomaly[] {
  const device = envoyId(report.envoy.serialNum);
  const detail = (count: number): string => `${count} elements of the report of ${report.reportedAt}`;
  return [...tally].map(([kind, count]) => ({
    ...{ kind, direction: "device-to-cloud", device, detail: detail(count) },
  }));
}
