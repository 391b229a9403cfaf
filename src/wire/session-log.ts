import { Buffer } from "node:buffer";
import type { Direction } from "../model/session.js";
import type { EpochMs } from "../model/time.js";
import { civilTime } from "./civil-time.js";
import { WireError } from "./wire-error.js";

/** One session of a raw log, the file that the earlier WebSentry exporter writes and reads. */
export interface SessionLog {
  readonly start: EpochMs;
  readonly durationMs: number;
  readonly frames: readonly LoggedFrame[];
}

export interface LoggedFrame {
  readonly direction: Direction;
  readonly bytes: Uint8Array;
}

const nanoseconds = 9;

/**
 * One object of a raw log, with its line break: as the earlier exporter appends them, byte for byte. What is empty is left
 * out, so a session that took no time has no duration.
 */
export function encodeSessionLog({ start, durationMs, frames }: SessionLog): string {
  const fields = [
    `\t"Start": "${encodeTime(start)}"`,
    ...(durationMs === 0 ? [] : [`\t"DurSec": ${durationMs / 1000}`]),
    ...(frames.length === 0 ? [] : [`\t"Frames": [\n${frames.map(encodeFrame).join(",\n")}\n\t]`]),
  ];
  return `{\n${fields.join(",\n")}\n}\n`;
}

function encodeFrame({ direction, bytes }: LoggedFrame, index: number): string {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  // The number has one byte, and 0 counts as empty.
  const number = (index + 1) % 256;
  const fields = [
    ...(number === 0 ? [] : [`\t\t\t"N": ${number}`]),
    ...(base64 === "" ? [] : [`\t\t\t"${direction === "device-to-cloud" ? "C" : "S"}": "${base64}"`]),
  ];
  return fields.length === 0 ? "\t\t{}" : `\t\t{\n${fields.join(",\n")}\n\t\t}`;
}

function encodeTime(at: EpochMs): string {
  const fraction = String(((at % 1000) + 1000) % 1000).padStart(3, "0");
  const shown = fraction.replace(/0+$/, "");
  return `${civilTime(Math.floor(at / 1000))}${shown === "" ? "" : `.${shown}`}Z`;
}

/** Reads one object of a raw log. A frame without bytes is left out. Throws WireError. */
export function parseSessionLog(text: string): SessionLog {
  const object = fieldsOf(parseJson(text), "a session");
  const start = object.Start;
  if (typeof start !== "string") {
    throw new WireError(`expected a session with Start, DurSec and Frames, found ${namesOf(object)}`);
  }
  const seconds = object.DurSec ?? 0;
  if (typeof seconds !== "number" || !(seconds >= 0))
    throw new WireError(`expected seconds in DurSec, found ${shown(seconds)}`);
  const frames = object.Frames ?? [];
  if (!Array.isArray(frames)) throw new WireError(`expected a list in Frames, found ${shown(frames)}`);
  return { start: parseTime(start), durationMs: seconds * 1000, frames: frames.flatMap(parseFrame) };
}

function parseFrame(found: unknown, index: number): readonly LoggedFrame[] {
  const place = `frame ${index + 1}`;
  const { C: fromDevice, S: fromCloud } = fieldsOf(found, place);
  if (fromDevice !== undefined && fromCloud !== undefined)
    throw new WireError(`expected C or S in ${place}, found both`);
  const base64 = fromDevice ?? fromCloud;
  if (base64 === undefined) return [];
  if (typeof base64 !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) {
    throw new WireError(`expected base64 in ${place}, found ${shown(base64)}`);
  }
  const direction = fromDevice === undefined ? "cloud-to-device" : "device-to-cloud";
  const bytes = Buffer.from(base64, "base64");
  return bytes.length === 0 ? [] : [{ direction, bytes }];
}

/** RFC 3339. Finer than milliseconds is cut. */
function parseTime(text: string): EpochMs {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/.exec(text);
  if (parts === null)
    throw new WireError(`expected a time such as 2024-01-20T10:39:54-08:00 in Start, found ${shown(text)}`);
  const numbers = parts.slice(1, 7).map(Number);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = numbers;
  const fraction = Number((parts[7] ?? "").slice(0, nanoseconds).padEnd(nanoseconds, "0")) / 1e6;
  const offset = (Number(parts[9] ?? 0) * 60 + Number(parts[10] ?? 0)) * (parts[8] === "-" ? -1 : 1);
  const at = Date.UTC(year, month - 1, day, hour, minute - offset, second) + Math.floor(fraction);
  return at as EpochMs;
}

function parseJson(text: string): unknown {
  try {
    const found: unknown = JSON.parse(text);
    return found;
  } catch (error) {
    if (error instanceof SyntaxError) throw new WireError(`expected JSON, found a fault: ${error.message}`);
    throw error;
  }
}

function fieldsOf(found: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof found === "object" && found !== null && !Array.isArray(found))
    return Object.fromEntries(Object.entries(found));
  throw new WireError(`expected an object for ${what}, found ${shown(found)}`);
}

function namesOf(object: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(object);
  return names.length === 0 ? "none of them" : `one with ${names.slice(0, 6).join(", ").slice(0, 80)}`;
}

function shown(found: unknown): string {
  return (JSON.stringify(found) ?? "nothing").slice(0, 60);
}
