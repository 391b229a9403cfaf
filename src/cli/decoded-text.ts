import type { DeviceUpdate } from "../model/device.js";
import type { EntityDescription } from "../model/entity.js";
import type { DeviceEvent } from "../model/event.js";
import type { Reading } from "../model/reading.js";
import type { EpochMs } from "../model/time.js";
import type { Value } from "../model/value.js";
import type { DecodedFrame } from "./offline-session.js";

/** Where a frame came to its end. */
export interface Place {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

const margin = "       ";

/** One frame as rows for a person; `entities` give the units. Ends in a line break. */
export function renderFrameText(frame: DecodedFrame, place: Place, entities: readonly EntityDescription[]): string {
  const { decoded, direction, bytes } = frame;
  const arrow = direction === "device-to-cloud" ? "> device" : "< cloud ";
  const units = new Map(entities.map(({ key, unit }) => [key, unit]));
  const size = `${bytes} B`;
  const rows = [
    `${String(place.line).padStart(5)}  ${arrow}  ${size.padStart(7)}  ${decoded.role.padEnd(15)}  ${decoded.label}`,
    ...(frame.whole ? [] : [`${margin}hex ${frame.hex}`]),
    ...(decoded.command?.text === undefined ? [] : [`${margin}command: ${decoded.command.text}`]),
    ...decoded.devices.map(({ description }) => `${margin}device ${description.id}: ${description.name}`),
    ...decoded.readings.flatMap((reading) => renderReading(reading, units)),
    ...decoded.events.map(
      (event) => `${margin}event ${event.type} of ${event.device} ${JSON.stringify(event.attributes)}`,
    ),
    ...decoded.anomalies.map(({ kind, detail }) => `${margin}anomaly ${kind}: ${detail}`),
  ];
  return `${rows.join("\n")}\n`;
}

function renderReading(reading: Reading, units: ReadonlyMap<string, string | undefined>): readonly string[] {
  const { device, measuredAt, live, values } = reading;
  const keys = Object.keys(values);
  const column = Math.max(0, ...keys.map((key) => key.length));
  const when = measuredAt === undefined ? "at an unknown time" : (isoTime(measuredAt) ?? "at an impossible time");
  return [
    `${margin}reading of ${device}, ${when}${live ? "" : ", stored"}`,
    ...keys.map((key) => `${margin}  ${key.padEnd(column)}  ${withUnit(values[key] ?? null, units.get(key))}`),
  ];
}

function withUnit(value: Value, unit: string | undefined): string {
  if (value === null) return "unknown";
  return unit === undefined ? String(value) : `${value} ${unit}`;
}

/** One frame as a JSON object in one line. */
export function renderFrameJson(frame: DecodedFrame, place: Place): string {
  const { decoded, direction, bytes, whole, hex } = frame;
  const { role, label, command, devices, readings, events, anomalies } = decoded;
  const object = {
    ...place,
    ...{ direction, bytes, whole, role, label },
    ...(command?.text === undefined ? {} : { command: command.text, classes: command.classes }),
    devices: devices.map(describeDevice),
    readings: readings.map(describeReading),
    events: events.map(describeEvent),
    anomalies,
    hex,
  };
  return `${JSON.stringify(object)}\n`;
}

function describeDevice({ description }: DeviceUpdate) {
  const { id, name, manufacturer, model, swVersion, hwVersion, serialNumber, viaDevice, intervalS } = description;
  return {
    ...{ id, name, manufacturer, model },
    sw_version: swVersion,
    hw_version: hwVersion,
    serial_number: serialNumber,
    via_device: viaDevice,
    interval_s: intervalS,
  };
}

function describeReading({ device, measuredAt, live, values }: Reading) {
  return { device, measured_at: measuredAt === undefined ? null : isoTime(measuredAt), live, values };
}

function describeEvent({ device, type, at, attributes }: DeviceEvent) {
  return { device, type, at: isoTime(at), attributes };
}

/** Null where the calendar does not reach. */
function isoTime(at: EpochMs): string | null {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
