import type { DecodeTiming } from "../model/timing.js";
import { Guard } from "../runtime/guard.js";
import type { Logger } from "../runtime/log.js";

/** Fault barrier around whoever is told of durations: a fault there is none of the decoder's. */
export function guardTiming(timing: DecodeTiming, log: Logger): DecodeTiming {
  const guard = new Guard(log, "timing");
  return {
    isDue: () => guard.run(() => timing.isDue()) ?? false,
    decoded: (protocol, durationMs) => guard.run(() => timing.decoded(protocol, durationMs)),
  };
}
