import type { DeviceId } from "./device.js";
import type { EpochMs } from "./time.js";

/** Whose sessions a capture holds. */
export type CaptureTarget =
  | { readonly type: "all" }
  | { readonly type: "relay"; readonly relay: string }
  | { readonly type: "device"; readonly device: DeviceId }
  /** A device that nobody could name yet. */
  | { readonly type: "address"; readonly relay: string; readonly address: string };

/** One capture that goes on. */
export interface RunningCapture {
  /** Names it, for who wants to end it. */
  readonly id: string;
  readonly target: CaptureTarget;
  /** One line: why it was begun. */
  readonly reason: string;
  readonly since: EpochMs;
  /** Undefined: for ever. */
  readonly until?: EpochMs;
}

export interface CaptureStatus {
  readonly mode: "none" | "always" | "anomaly";
  readonly directory: string;
  readonly running: readonly RunningCapture[];
  /** Why nothing is written at present, though something is to be captured. */
  readonly problem?: string;
  /** Packets since the start. */
  readonly captured: number;
  readonly dropped: number;
}

/** A finished file, or one that is being written. */
export interface CaptureFile {
  /** Without its folder. */
  readonly name: string;
  readonly bytes: number;
  readonly changedAt: EpochMs;
  readonly isOpen: boolean;
}

/** Takes a stream of bytes; false: it is slow, so that what follows is dropped until `drained`. */
export interface CaptureOutput {
  write(bytes: Uint8Array): boolean;
  onDrained(resume: () => void): void;
}

/** Captures on demand. */
export interface CaptureControl {
  /**
   * Begins a capture that ends by itself, or renews the one of the same target that was begun on demand. Throws CloudtapError CAPTURE_FAILED
   * where nothing can be written at present.
   */
  start(target: CaptureTarget, forMs: number, reason: string): Promise<RunningCapture>;
  /** Ends what was begun on demand and matches; undefined: all of it. What ended. */
  stop(target: CaptureTarget | undefined): Promise<readonly RunningCapture[]>;
  status(): CaptureStatus;
  /** Oldest first. Throws CloudtapError STORE_FAILED. */
  files(): Promise<readonly CaptureFile[]>;
  /** Streams one target as pcapng, from its section header on, until the returned function is called. Nothing goes to disk. */
  tap(target: CaptureTarget, output: CaptureOutput): () => void;
}

/** Key of the setting that begins and ends a capture; obeyed without `control`, since nothing is written to the device. */
export const captureKey = "capture";

/** How long a capture on demand lasts where nobody said it. */
export const captureUsualMs = 600_000;

/** The longest that can be asked for. */
export const captureLongestMs = 7 * 24 * 3_600_000;

/** Stands in the place of a device where Cloudtap itself is meant. */
export const bridgeId = "bridge" as DeviceId;

/** How the name of a capture ends. */
export const captureSuffix = ".pcapng";

/** What follows that while it is being written. */
export const growingSuffix = ".part";

/** A letter of `captureParts`. */
export type CapturePart = (typeof captureParts)[number]["letter"];

/** What a capture consists of; `parts` takes letters and words. */
export const captureParts = [
  { letter: "A", word: "header", text: "beside the first packet of a leg: session, relay, device, reason" },
  { letter: "B", word: "request_headers", text: "what the device sends, up to the payload of each frame" },
  { letter: "C", word: "request_body", text: "the payload of what the device sends" },
  { letter: "E", word: "response_body", text: "the payload of what the cloud sends" },
  { letter: "F", word: "response_headers", text: "what the cloud sends, up to the payload of each frame" },
  { letter: "H", word: "extra", text: "beside the last packet of a leg: who ended it and how, bytes, duration" },
  { letter: "I", word: "compact_body", text: "beside each frame: what it said, in one line" },
  { letter: "J", word: "file_details", text: "beside each frame: its size and the SHA-256 of it" },
  { letter: "K", word: "matched_rules", text: "beside the packet that brought it: each anomaly with its score" },
  { letter: "Z", word: "end", text: "at the end of each file: what was captured and what was dropped" },
] as const;
