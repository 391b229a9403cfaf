import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sendTestEvent } from "../../../src/sinks/splunk/test-event.js";
import { FakeClock } from "../../support/fake-clock.js";
import { FakeCollector, taken } from "../../support/fake-collector.js";
import { settle } from "./delivery-setup.js";
import { options } from "./splunk-setup.js";

let splunk: FakeCollector;

beforeEach(async () => {
  splunk = await FakeCollector.start();
});
afterEach(() => splunk.stop());

/** Sends one event; time passes as long as nothing else happens. */
async function send(changes: Partial<typeof options> & { readonly index?: string } = {}) {
  const clock = new FakeClock();
  const sent = sendTestEvent({ ...options, url: splunk.url, ...changes }, { clock, version: "1.2.3" });
  let isOver = false;
  void sent.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await settle();
    if (splunk.batches.length > 0) clock.advance(500);
  }
  return sent;
}

describe("a test event", () => {
  it("D31: says that Splunk accepted it, and how to find it", async () => {
    const { ok, lines } = await send();
    expect(ok).toBe(true);
    const [event] = splunk.stored;
    expect(event).toMatchObject({ host: "cloudtap", event: { kind: "test", version: "1.2.3" } });
    expect(lines).toEqual([
      `Splunk at ${splunk.url} accepted the test event.`,
      "The token has no acknowledgement, so Splunk does not say whether it was indexed.",
      `To see it, search for: source="cloudtap" id="${String(event?.event.id)}"`,
    ]);
  });

  it("says whether it is indexed where Splunk does", async () => {
    splunk.reaction = { ...taken, body: { code: 0, ackId: 5 } };
    expect((await send()).lines).toContain("It said that the event is indexed.");
    splunk.indexed = () => false;
    const late = await send();
    expect(late.ok).toBe(true);
    expect(late.lines).toContain("It did not say within 20 s that the event is indexed; that may take longer.");
  });

  it("warns of an index that may not be there", async () => {
    const { lines } = await send({ index: "deye" });
    expect(lines[2]).toContain('index="deye" source="cloudtap"');
    expect(lines[3]).toContain("an index that it does not have");
  });

  it.each([
    ["the token", { status: 403, body: { text: "Invalid token", code: 4 } }, "the token is not known", "splunk.token"],
    [
      "the index",
      { status: 400, body: { text: "Incorrect index", code: 7 } },
      "the index is not there",
      "splunk.index",
    ],
    ["the path", { status: 404 }, "no collector at this path", "/services/collector/event"],
  ])("says that %s is wrong, and what helps", async (_name, reaction, reason, hint) => {
    splunk.reaction = reaction;
    const { ok, lines } = await send();
    expect(ok).toBe(false);
    expect(lines).toEqual([expect.stringContaining(reason), expect.stringContaining(hint)]);
    expect(lines.join()).not.toContain("secret-token");
  });

  it("says so where the event itself is refused", async () => {
    splunk.reaction = { status: 400, body: { text: "Invalid data format", code: 6, "invalid-event-number": 0 } };
    const { ok, lines } = await send();
    expect([ok, lines]).toEqual([false, [`Splunk at ${splunk.url} did not take the test event: Invalid data format.`]]);
  });
});
