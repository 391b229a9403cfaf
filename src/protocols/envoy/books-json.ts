import type { JsonObject, JsonValue } from "../../model/value.js";
import type { Books, Channel, Condition, Identity, Inverter, SeenIds, ShownPower, ShownReading } from "./books.js";
import { emptyBooks } from "./books.js";
import { parseRanges, type Ranges } from "./ranges.js";

const version = 1;

export function encodeBooks(books: Books): JsonValue {
  return {
    version,
    reports: books.reports,
    repeats: books.repeats,
    recent_reports: books.recentReports,
    identity: books.identity === undefined ? null : { ...books.identity },
    last_report: books.lastReport ?? null,
    last_data: books.lastData ?? null,
    data_delay: books.dataDelayS ?? null,
    catching_up: books.catchingUp,
    clock: { offset: books.clock.offsetS, off_reports: books.clock.offReports },
    grid: books.gridS ?? null,
    told_of_lists: books.toldOfLists,
    joules: books.joules,
    today: { ...books.today },
    interval_ids: books.intervalIds,
    readings: { ids: books.readings.ids, newest: books.readings.newestAt },
    events: { ids: books.events.ids, newest: books.events.newestAt },
    channels: fromMap(books.channels, encodeChannel),
    inverters: fromMap(books.inverters, (inverter) => ({ ...inverter })),
    conditions: fromMap(books.conditions, (condition) => ({ ...condition })),
  };
}

/**
 * A copy that may be changed; empty books where there are none. Throws where the books are damaged: counting on from wrong
 * totals would be worse than not counting.
 */
export function parseBooks(json: JsonValue | undefined): Books {
  if (json === undefined) return emptyBooks();
  const books = objectOf(json, "books");
  if (books.version !== version) throw damaged("version");
  const clock = objectOf(books.clock, "clock");
  const today = objectOf(books.today, "today");
  return {
    reports: numberOf(books.reports, "reports"),
    repeats: numberOf(books.repeats, "repeats"),
    recentReports: listOf(books.recent_reports, "recent_reports").map((at) => numberOf(at, "recent_reports")),
    identity: books.identity === null ? undefined : parseIdentity(objectOf(books.identity, "identity")),
    lastReport: optionalNumber(books.last_report, "last_report"),
    lastData: optionalNumber(books.last_data, "last_data"),
    dataDelayS: optionalNumber(books.data_delay, "data_delay"),
    catchingUp: books.catching_up === true,
    clock: { offsetS: numberOf(clock.offset, "clock"), offReports: numberOf(clock.off_reports, "clock") },
    gridS: optionalNumber(books.grid, "grid"),
    toldOfLists: books.told_of_lists === true,
    joules: numberOf(books.joules, "joules"),
    today: { day: textOf(today.day, "today"), joules: numberOf(today.joules, "today") },
    intervalIds: rangesOf(books.interval_ids, "interval_ids"),
    readings: parseSeenIds(books.readings, "readings"),
    events: parseSeenIds(books.events, "events"),
    channels: toMap(books.channels, "channels", parseChannel),
    inverters: toMap(books.inverters, "inverters", parseInverter),
    conditions: toMap(books.conditions, "conditions", parseCondition),
  };
}

function encodeChannel(channel: Channel): JsonObject {
  return {
    joules: channel.joules,
    covered: channel.covered,
    covered_from: channel.coveredFrom,
    power: channel.power === undefined ? null : { ...channel.power },
    reading: channel.reading === undefined ? null : { ...channel.reading },
    last_reading: channel.lastReadingAt ?? null,
  };
}

function parseChannel(json: JsonObject): Channel {
  return {
    joules: numberOf(json.joules, "joules"),
    covered: rangesOf(json.covered, "covered"),
    coveredFrom: numberOf(json.covered_from, "covered_from"),
    power: json.power === null ? undefined : parsePower(objectOf(json.power, "power")),
    reading: json.reading === null ? undefined : parseReading(objectOf(json.reading, "reading")),
    lastReadingAt: optionalNumber(json.last_reading, "last_reading"),
  };
}

function parsePower(json: JsonObject): ShownPower {
  const { at, expiresAt, watts } = json;
  return { at: numberOf(at, "at"), expiresAt: numberOf(expiresAt, "expiresAt"), watts: numberOf(watts, "watts") };
}

function parseReading(json: JsonObject): ShownReading {
  const { at, expiresAt, values } = json;
  return { at: numberOf(at, "at"), expiresAt: numberOf(expiresAt, "expiresAt"), values: numbersOf(values, "values") };
}

function parseSeenIds(json: JsonValue | undefined, what: string): SeenIds {
  const { ids, newest } = objectOf(json, what);
  return { ids: rangesOf(ids, what), newestAt: numberOf(newest, what) };
}

function parseIdentity(json: JsonObject): Identity {
  const { partNum, swVersion, timezone, ipAddr, webcommVersion } = json;
  return {
    reportedAt: numberOf(json.reportedAt, "identity"),
    ...(partNum === undefined ? {} : { partNum: textOf(partNum, "identity") }),
    ...(swVersion === undefined ? {} : { swVersion: textOf(swVersion, "identity") }),
    ...(timezone === undefined ? {} : { timezone: textOf(timezone, "identity") }),
    ...(ipAddr === undefined ? {} : { ipAddr: textOf(ipAddr, "identity") }),
    ...(webcommVersion === undefined ? {} : { webcommVersion: textOf(webcommVersion, "identity") }),
  };
}

function parseInverter(json: JsonObject): Inverter {
  const { partNum, flagsAt, conditionFlags, channelFlags } = json;
  return {
    ...(partNum === undefined ? {} : { partNum: textOf(partNum, "inverter") }),
    ...(flagsAt === undefined ? {} : { flagsAt: numberOf(flagsAt, "inverter") }),
    ...(conditionFlags === undefined ? {} : { conditionFlags: numberOf(conditionFlags, "inverter") }),
    ...(channelFlags === undefined ? {} : { channelFlags: numbersOf(channelFlags, "inverter") }),
  };
}

function parseCondition(json: JsonObject): Condition {
  return { at: numberOf(json.at, "condition"), id: numberOf(json.id, "condition"), open: json.open === true };
}

function fromMap<T>(map: ReadonlyMap<string, T>, encode: (value: T) => JsonObject): JsonObject {
  return Object.fromEntries([...map].map(([key, value]) => [key, encode(value)]));
}

function toMap<T>(json: JsonValue | undefined, what: string, parse: (json: JsonObject) => T): Map<string, T> {
  return new Map(Object.entries(objectOf(json, what)).map(([key, value]) => [key, parse(objectOf(value, what))]));
}

function numbersOf(json: JsonValue | undefined, what: string): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(objectOf(json, what)).map(([key, value]) => [key, numberOf(value, what)]));
}

function objectOf(json: JsonValue | undefined, what: string): JsonObject {
  if (!isObject(json)) throw damaged(what);
  return json;
}

function isObject(json: JsonValue | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function listOf(json: JsonValue | undefined, what: string): readonly JsonValue[] {
  if (!Array.isArray(json)) throw damaged(what);
  return json;
}

function numberOf(json: JsonValue | undefined, what: string): number {
  if (typeof json !== "number" || !Number.isFinite(json)) throw damaged(what);
  return json;
}

function optionalNumber(json: JsonValue | undefined, what: string): number | undefined {
  return json === null ? undefined : numberOf(json, what);
}

function textOf(json: JsonValue | undefined, what: string): string {
  if (typeof json !== "string") throw damaged(what);
  return json;
}

function rangesOf(json: JsonValue | undefined, what: string): Ranges {
  const ranges = parseRanges(json);
  if (ranges === undefined) throw damaged(what);
  return ranges;
}

function damaged(what: string): Error {
  return new Error(
    `expected the books of an Envoy, found damage in ${what}; bring the data directory back from a backup`,
  );
}
