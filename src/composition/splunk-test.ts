import type { SplunkConfiguration } from "../config/configuration.js";
import type { Clock } from "../runtime/clock.js";
import { sendTestEvent, type TestResult } from "../sinks/splunk/test-event.js";

/** Sends one event past the queue of the running program. Never rejects. */
export async function testSplunk(
  splunk: SplunkConfiguration,
  ports: { readonly clock: Clock; readonly version: string },
): Promise<TestResult> {
  // Timers alone would let the process end between two questions.
  const alive = setInterval(() => undefined, 60_000);
  try {
    return await sendTestEvent(splunk, ports);
  } finally {
    clearInterval(alive);
  }
}
