import { captureSuffix, growingSuffix } from "../../model/capture.js";
import type { EpochUs } from "../../model/recording.js";

export const keysSuffix = ".keys";

const pattern = /^cloudtap-\d{8}T\d{6}\.\d{6}Z-\d{4,}-[A-Za-z0-9_.-]+\.pcapng(\.part|\.keys)?$/;

/** Names sort by time, and by number within one microsecond. `label`: what is captured. */
export function captureFileName(at: EpochUs, number: number, label: string): string {
  const iso = new Date(Math.floor(at / 1000)).toISOString();
  const seconds = iso.slice(0, 19).replaceAll(/[-:]/g, "");
  const micros = String(at % 1_000_000).padStart(6, "0");
  return `cloudtap-${seconds}.${micros}Z-${String(number).padStart(4, "0")}-${label.slice(0, 80)}${captureSuffix}`;
}

/** True of files that a capture has written; everything else in the folder is left alone. */
export function isCaptureFile(name: string): boolean {
  return pattern.test(name);
}

/** The name that a file has once it is finished. */
export function finishedName(name: string): string {
  return name.endsWith(growingSuffix) ? name.slice(0, -growingSuffix.length) : name;
}
