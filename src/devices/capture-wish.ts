import { captureLongestMs, captureUsualMs } from "../model/capture.js";

/** What somebody wants of captures. */
export interface CaptureWish {
  /** 0: an end to what goes on. */
  readonly forMs: number;
  readonly relay?: string;
  readonly device?: string;
}

/** A wish, or in words why it is none. */
export type ReadWish = { readonly wish: CaptureWish } | { readonly error: string };

const longestS = captureLongestMs / 1_000;
const expected = `expected ON, OFF or seconds up to ${longestS}`;
const knownKeys: ReadonlySet<string> = new Set(["relay", "device", "seconds"]);

/** Reads `ON`, `OFF` or a number of seconds, as an MQTT payload. */
export function readCaptureTime(payload: string): ReadWish {
  const word = payload.trim().toLowerCase();
  if (word === "on" || word === "true") return { wish: { forMs: captureUsualMs } };
  if (word === "off" || word === "false") return { wish: { forMs: 0 } };
  return /^\d{1,9}$/.test(word) ? readSeconds(Number(word)) : { error: expected };
}

/** The same, or `{"relay": NAME, "seconds": N}` with `device` in the place of `relay`, or neither. */
export function readCaptureWish(payload: string): ReadWish {
  if (!payload.trimStart().startsWith("{")) return readCaptureTime(payload);
  const fields = parseFields(payload);
  if (fields === undefined) return { error: `${expected}, or a JSON object` };
  const { relay, device, seconds = captureUsualMs / 1_000 } = fields;
  const unknown = Object.keys(fields).find((key) => !knownKeys.has(key));
  if (unknown !== undefined) return { error: `expected relay, device and seconds, found ${unknown}` };
  if (relay !== undefined && device !== undefined) return { error: "expected relay or device, not both" };
  const read = typeof seconds === "number" ? readSeconds(seconds) : readCaptureTime(String(seconds));
  if ("error" in read) return read;
  if (relay === undefined && device === undefined) return read;
  if (typeof relay === "string") return { wish: { ...read.wish, relay } };
  if (typeof device === "string") return { wish: { ...read.wish, device } };
  return { error: "expected a name as relay or device" };
}

function readSeconds(seconds: number): ReadWish {
  return seconds >= 0 && seconds <= longestS ? { wish: { forMs: Math.round(seconds * 1_000) } } : { error: expected };
}

function parseFields(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return { ...JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
