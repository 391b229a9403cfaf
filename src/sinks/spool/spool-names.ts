import type { EpochMs } from "../../model/time.js";

export const dayMs = 86_400_000;
/** Ends the name of a file while it is being written. */
export const unfinished = ".part";
export const compressed = ".gz";

const relayPattern = /^[a-z0-9_-]+$/;
const dayPattern = /^\d{4}-\d\d-\d\d$/;
const bodyPattern = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z-\d{6,}\.[a-z]+(?:\.gz)?(?:\.part)?$/;
const dayFilePattern = /^[a-z0-9_]+-\d{4}-\d\d-\d\d(?:-\d{3,})?\.(?:jsonl|raw-log\.json)(?:\.gz)?(?:\.part)?$/;

/** `2026-11-21`, UTC. */
export function dayOf(at: EpochMs): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** When the day is over. */
export function endOfDay(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) + dayMs;
}

/** `2026-11-21T14-20-56.123Z-000001`, UTC: sorts, and no file system forbids a character of it. */
export function exchangeName(at: EpochMs, number: number): string {
  return `${new Date(at).toISOString().replaceAll(":", "-")}-${String(number).padStart(6, "0")}`;
}

/** `part` counts from 1, which is not shown. */
export function dayFileName(stem: string, day: string, part: number, extension: string): string {
  return `${stem}-${day}${part === 1 ? "" : `-${String(part).padStart(3, "0")}`}.${extension}`;
}

/** Whether a folder of the spool is a relay's. */
export function isRelayFolder(name: string): boolean {
  return relayPattern.test(name);
}

export function isDayFolder(name: string): boolean {
  return dayPattern.test(name) && !Number.isNaN(endOfDay(name));
}

/** Whether a spool made a file of this name; others in its folders are not its own. */
export function isSpoolFile(name: string): boolean {
  return bodyPattern.test(name) || dayFilePattern.test(name);
}
