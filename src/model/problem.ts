import type { DeviceId } from "./device.js";
import type { EpochMs } from "./time.js";

/** Something that is wrong at present, in words for people. */
export interface Problem {
  /** `[a-z0-9_]+`; never changes between versions. */
  readonly code: string;
  /** `warning`: it may pass by itself, or nothing of a device is missing yet. */
  readonly severity: "error" | "warning";
  /** What fills the gaps of the words that `code` stands for, in whatever language; `since` is a time in milliseconds. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** English: what is wrong, in one sentence. */
  readonly text: string;
  /** English: what to do. */
  readonly remedy: string;
  /** Whose it is. */
  readonly device?: DeviceId;
  /** Name of the relay that it belongs to; with `device`, the one where that device calls. */
  readonly relay?: string;
  readonly since?: EpochMs;
}
