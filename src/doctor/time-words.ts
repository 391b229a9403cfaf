import type { EpochMs } from "../model/time.js";

const units = [
  { ms: 86_400_000, word: "d" },
  { ms: 3_600_000, word: "h" },
  { ms: 60_000, word: "min" },
  { ms: 1_000, word: "s" },
] as const;

/** A span of time in its largest unit that it has two of, rounded down: `90 s`, `5 min`, `3 d`. */
export function describeSpan(ms: number): string {
  const unit = units.find((one) => ms >= 2 * one.ms) ?? { ms: 1_000, word: "s" };
  return `${Math.max(0, Math.floor(ms / unit.ms))} ${unit.word}`;
}

/** `5 min ago`. */
export function describeAge(at: EpochMs, now: EpochMs): string {
  return `${describeSpan(now - at)} ago`;
}
