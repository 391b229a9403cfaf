import type { CapturePart } from "../../model/capture.js";
import type { Protocol } from "../../model/protocol.js";

export interface CaptureOptions {
  readonly mode: "none" | "always" | "anomaly";
  readonly directory: string;
  /** Of all files together, open ones included. */
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  /** Score of one direction of a session. */
  readonly threshold: number;
  readonly holdMs: number;
  readonly parts: readonly CapturePart[];
  /** Names of relays that `mode` is for; empty: all. */
  readonly relays: readonly string[];
  readonly tlsSecrets: "none" | "file" | "block" | "both";
  /** Program and version, for the files. */
  readonly application: string;
}

/** What must be known of a protocol to capture it. */
export interface CapturedProtocol extends Pick<Protocol, "createSplitter" | "headBytes"> {
  readonly defaults: Pick<Protocol["defaults"], "dissectorPort">;
}
