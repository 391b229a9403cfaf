import { captureParts } from "../model/capture.js";
import type { CaptureConfiguration, Configuration } from "./configuration.js";

/** What becomes of traffic as files, a sentence each. */
export function explainCapture({ capture, spool }: Configuration): readonly string[] {
  return [
    ...explainCaptures(capture),
    ...(spool === undefined
      ? []
      : [`What passes is spooled as files in ${spool.directory}, ${limits(spool.maxBytes, spool.maxAgeMs)}.`]),
  ];
}

function explainCaptures(capture: CaptureConfiguration): readonly string[] {
  const { mode, relays, threshold, holdMs, directory, maxBytes, maxAgeMs } = capture;
  if (mode === "none") return ["Traffic is captured on demand alone."];
  const where = relays.length === 0 ? "all relays" : relays.join(", ");
  const what =
    mode === "always"
      ? `All traffic of ${where} is captured`
      : `A device of ${where} is captured for ${holdMs / 1000} s when the anomalies of one direction of a session score ${threshold} or more`;
  const whole = captureParts.filter(({ letter }) => !capture.parts.includes(letter) && letter !== "J");
  return [
    `${what}, in ${directory}, ${limits(maxBytes, maxAgeMs)}. Captures hold secrets.`,
    ...(whole.length === 0 ? [] : [`Left out of captures: ${whole.map(({ word }) => word).join(", ")}.`]),
    ...explainSecrets(capture),
  ];
}

function explainSecrets({ tlsSecrets }: CaptureConfiguration): readonly string[] {
  const where = {
    none: "",
    file: "in a file beside each capture",
    block: "inside each capture",
    both: "beside and inside each capture",
  };
  return tlsSecrets === "none" ? [] : [`TLS SECRETS are kept ${where[tlsSecrets]}: who has them can read the traffic.`];
}

function limits(maxBytes: number, maxAgeMs: number): string {
  return `for ${maxAgeMs / 86_400_000} days, at most ${maxBytes / 1_000_000} MB`;
}
