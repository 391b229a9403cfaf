import { randomUUID } from "node:crypto";
import type { Clock } from "../../runtime/clock.js";
import { createCollector } from "./collector.js";
import { createLineEncoder } from "./event-line.js";
import type { SplunkOptions } from "./options.js";
import type { Outcome } from "./outcome.js";

export interface TestResult {
  readonly ok: boolean;
  /** What happened and what to do, a sentence a line. */
  readonly lines: readonly string[];
}

const askAgainMs = 1_000;
/** An indexer takes some seconds, of a quiet index up to a minute or two. */
const acknowledgedWithinMs = 20_000;

/** Hands one event of the kind `test` to the collector, past the queue, and waits a moment for its acknowledgement. Never rejects. */
export async function sendTestEvent(
  options: SplunkOptions,
  { clock, version }: { readonly clock: Clock; readonly version: string },
): Promise<TestResult> {
  const id = randomUUID();
  const event = { id, kind: "test", version, message: "Cloudtap reaches this collector." };
  const line = createLineEncoder(options)({ time: clock.now() / 1000, host: "cloudtap", event }, false);
  const collector = createCollector(options, clock);
  try {
    const outcome = await collector.hand([line]);
    if (outcome.type !== "accepted") return { ok: false, lines: explainRefusal(outcome, options.url) };
    const indexed = outcome.ackId === undefined ? undefined : await isIndexed(outcome.ackId, collector, clock);
    return { ok: true, lines: explainSuccess(indexed, id, options) };
  } finally {
    collector.close();
  }
}

async function isIndexed(
  ackId: number,
  collector: { acknowledged(ackId: number): Promise<boolean> },
  clock: Clock,
): Promise<boolean> {
  const until = clock.now() + acknowledgedWithinMs;
  while (clock.now() < until) {
    await new Promise<void>((resolve) => {
      clock.after(askAgainMs, resolve);
    });
    if (await collector.acknowledged(ackId)) return true;
  }
  return false;
}

function explainRefusal(outcome: Exclude<Outcome, { readonly type: "accepted" }>, url: string): readonly string[] {
  const { reason } = outcome;
  if (outcome.type !== "failed") return [`Splunk at ${url} did not take the test event: ${reason}.`];
  return [`Splunk at ${url} did not take the test event: ${reason}.`, `What helps: ${outcome.hint}.`];
}

function explainSuccess(
  indexed: boolean | undefined,
  id: string,
  { url, index, source }: SplunkOptions,
): readonly string[] {
  const where = index === undefined ? "" : `index="${index}" `;
  return [
    `Splunk at ${url} accepted the test event.`,
    explainAcknowledgement(indexed),
    `To see it, search for: ${where}source="${source}" id="${id}"`,
    ...(index === undefined
      ? []
      : [
          "Where the search finds nothing: Splunk may accept events for an index that it does not have, and drops them.",
        ]),
  ];
}

function explainAcknowledgement(indexed: boolean | undefined): string {
  if (indexed === undefined) return "The token has no acknowledgement, so Splunk does not say whether it was indexed.";
  if (indexed) return "It said that the event is indexed.";
  return `It did not say within ${acknowledgedWithinMs / 1000} s that the event is indexed; that may take longer.`;
}
