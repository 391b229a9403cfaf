import type { JsonValue } from "../../model/value.js";
import { WireError } from "../../wire/wire-error.js";
import { hasDoctype, parseXml, type XmlElement } from "../../wire/xml.js";
import type { Finding } from "./body.js";
import type {
  ChannelElement,
  DeviceElement,
  EnvoyElement,
  EventElement,
  IntervalElement,
  PerfReport,
  ReadingElement,
} from "./report.js";
import { parseEqid } from "./report.js";

export interface ReadReport {
  readonly report?: PerfReport;
  readonly findings: readonly Finding[];
}

/** 500 elements of a kind are the most that an Envoy sends; these leave room for five times as many. */
const xmlLimits = { characters: 1024 * 1024, tags: 20_000 };
const paramsLimit = 2000;
/** The year 2100. A later time is no time. */
const latestTime = 4_102_444_800;
const readingStats = { least: 7, most: 8 };

/** XML to a report. Elements may come in any order; unknown ones are ignored, unreadable ones left out and reported. */
export function readReport(xml: string, webcommVersion: string | undefined): ReadReport {
  if (hasDoctype(xml)) return { findings: [{ kind: "xml_doctype", detail: "expected XML without a document type" }] };
  try {
    return collect(parseXml(xml, xmlLimits), webcommVersion);
  } catch (error) {
    if (error instanceof WireError) return { findings: [{ kind: "body_undecodable", detail: error.message }] };
    throw error;
  }
}

function collect(root: XmlElement, queryVersion: string | undefined): ReadReport {
  const envoyElement = root.children.find((child) => child.name === "envoy");
  const envoy = envoyElement === undefined ? undefined : readEnvoy(envoyElement);
  const reportedAt = time(root, "report_timestamp");
  if (root.name !== "perf_report" || envoy === undefined || reportedAt === undefined) {
    return {
      findings: [
        { kind: "report_unreadable", detail: "expected perf_report with a time and an envoy's serial number" },
      ],
    };
  }
  const intervals = readAll(root, "interval", readInterval);
  const readings = readAll(root, "reading", readReading);
  const events = readAll(root, "event", readEvent);
  const devices = readAll(root, "device", readDevice);
  const webcommVersion = root.attributes.get("webcomm_version") ?? queryVersion;
  const report: PerfReport = {
    reportedAt,
    ...(webcommVersion === undefined ? {} : { webcommVersion }),
    envoy,
    intervals: intervals.found,
    readings: readings.found,
    events: events.found,
    devices: devices.found,
  };
  const findings = [intervals, readings, events, devices].flatMap((kind) => kind.findings);
  return { report, findings };
}

/** What one element gives, or which anomaly it is. */
type Read<T> = T | "element_unreadable" | "stats_unreadable";

/** One finding for all elements of a kind that have the same fault. */
function readAll<T extends object>(root: XmlElement, name: string, read: (element: XmlElement) => Read<T>) {
  const found: T[] = [];
  const faults = new Map<string, number>();
  for (const element of root.children) {
    if (element.name !== name) continue;
    const result = read(element);
    if (typeof result === "string") faults.set(result, (faults.get(result) ?? 0) + 1);
    else found.push(result);
  }
  const findings = [...faults].map(([kind, count]): Finding => ({ kind, detail: `${count} of the elements ${name}` }));
  return { found, findings };
}

function readEnvoy(element: XmlElement): EnvoyElement | undefined {
  const serialNum = element.attributes.get("serial_num") ?? "";
  if (!/^\d{1,20}$/.test(serialNum)) return undefined;
  return {
    serialNum,
    ...optionalText(element, "partNum", "part_num"),
    ...optionalText(element, "swVersion", "sw_version"),
    ...optionalText(element, "ipAddr", "ip_addr"),
    ...optionalText(element, "macAddr", "mac_addr"),
    ...optionalText(element, "timezone", "timezone"),
    ...optionalText(element, "emuRegion", "emu_region"),
  };
}

function readInterval(element: XmlElement): Read<IntervalElement> {
  const id = integer(element, "id");
  const eqid = eqidOf(element);
  const endDate = time(element, "end_date");
  const intervalDurationS = integer(element, "interval_duration");
  const statDurationS = integer(element, "stat_duration");
  if (id === undefined || eqid === undefined || endDate === undefined) return "element_unreadable";
  if (intervalDurationS === undefined || intervalDurationS <= 0 || intervalDurationS > endDate)
    return "element_unreadable";
  const stats = integers(element.attributes.get("stats"));
  if (stats === undefined) return "stats_unreadable";
  return { id, eqid, endDate, intervalDurationS, statDurationS: statDurationS ?? 0, stats };
}

function readReading(element: XmlElement): Read<ReadingElement> {
  const id = integer(element, "id");
  const eqid = eqidOf(element);
  const date = time(element, "date");
  const durationS = integer(element, "duration");
  if (id === undefined || eqid === undefined || date === undefined || durationS === undefined)
    return "element_unreadable";
  const stats = integers(element.attributes.get("stats"));
  if (stats === undefined || stats.length < readingStats.least) return "stats_unreadable";
  const flags = element.attributes.get("flags") ?? "";
  return { id, eqid, date, durationS, flags, stats: stats.slice(0, readingStats.most) };
}

function readEvent(element: XmlElement): Read<EventElement> {
  const id = integer(element, "id");
  const eqid = eqidOf(element);
  const date = time(element, "event_date");
  const code = integer(element, "event_code");
  const state = integer(element, "event_state");
  if (id === undefined || eqid === undefined || date === undefined) return "element_unreadable";
  if (code === undefined || state === undefined) return "element_unreadable";
  const correlationId = integer(element, "correlation_id");
  const params = readParams(element);
  return {
    id,
    code,
    state,
    ...(correlationId === undefined ? {} : { correlationId }),
    date,
    eqid,
    ...optionalText(element, "serialNum", "serial_num"),
    ...optionalText(element, "messageKey", "message_key"),
    ...(params === undefined ? {} : { params }),
  };
}

function readDevice(element: XmlElement): Read<DeviceElement> {
  const eqid = eqidOf(element);
  if (eqid === undefined) return "element_unreadable";
  return {
    eqid,
    ...optionalNumber(element, "deviceType", "device_type"),
    ...optionalText(element, "partNum", "part_num"),
    ...optionalNumber(element, "adminState", "admin_state"),
    ...optionalNumber(element, "conditionFlags", "condition_flags"),
    ...optionalNumber(element, "observedFlags", "observed_flags"),
    ...optionalNumber(element, "controlBits", "control_bits"),
    ...optionalNumber(element, "imageBits", "image_bits"),
    channels: element.children.filter((child) => child.name === "channel").flatMap(readChannel),
  };
}

function readChannel(element: XmlElement): readonly ChannelElement[] {
  const eqid = eqidOf(element);
  if (eqid === undefined) return [];
  return [
    {
      eqid,
      ...optionalNumber(element, "channelType", "channel_type"),
      ...optionalNumber(element, "conditionFlags", "condition_flags"),
      ...optionalNumber(element, "observedFlags", "observed_flags"),
      ...optionalNumber(element, "controlBits", "control_bits"),
    },
  ];
}

/** JSON in CDATA; text that is none stays text. */
function readParams(event: XmlElement): JsonValue | undefined {
  const text = event.children.find((child) => child.name === "message_params")?.text.trim();
  if (text === undefined || text === "") return undefined;
  if (text.length > paramsLimit) return text.slice(0, paramsLimit);
  try {
    const params: JsonValue = JSON.parse(text);
    return params;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function eqidOf(element: XmlElement) {
  return parseEqid(element.attributes.get("eqid") ?? "");
}

function integer(element: XmlElement, attribute: string): number | undefined {
  return parseInteger(element.attributes.get(attribute));
}

/** Unix seconds. */
function time(element: XmlElement, attribute: string): number | undefined {
  const value = integer(element, attribute);
  return value !== undefined && value >= 0 && value <= latestTime ? value : undefined;
}

function integers(text: string | undefined): readonly number[] | undefined {
  const values = (text ?? "").split(",").map((part) => parseInteger(part.trim()));
  return values.every((value) => value !== undefined) ? values : undefined;
}

function parseInteger(text: string | undefined): number | undefined {
  if (text === undefined || !/^-?\d{1,16}$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

function optionalText<K extends string>(element: XmlElement, key: K, attribute: string): { readonly [P in K]?: string };
function optionalText(element: XmlElement, key: string, attribute: string): Readonly<Record<string, string>> {
  const value = element.attributes.get(attribute);
  return value === undefined || value === "" ? {} : { [key]: value.slice(0, 100) };
}

function optionalNumber<K extends string>(
  element: XmlElement,
  key: K,
  attribute: string,
): { readonly [P in K]?: number };
function optionalNumber(element: XmlElement, key: string, attribute: string): Readonly<Record<string, number>> {
  const value = integer(element, attribute);
  return value === undefined ? {} : { [key]: value };
}
