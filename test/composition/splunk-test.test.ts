import { expect, it, vi } from "vitest";
import { testSplunk } from "../../src/composition/splunk-test.js";
import { validateConfiguration } from "../../src/config/validate.js";
import { systemClock } from "../../src/runtime/clock.js";
import { validation } from "../config/protocols.js";
import { FakeCollector, taken } from "../support/fake-collector.js";

it("a test event goes where the configuration says, and the process lives until it is acknowledged", async () => {
  const splunk = await FakeCollector.start();
  splunk.reaction = { ...taken, body: { code: 0, ackId: 1 } };
  const { splunk: options } = validateConfiguration({ splunk: { url: splunk.url, token: "t" } }, validation);
  if (options === undefined) throw new Error("expected Splunk to be configured");
  const timers = vi.spyOn(globalThis, "setInterval");
  const cleared = vi.spyOn(globalThis, "clearInterval");
  const sent = testSplunk(options, { clock: systemClock, version: "1.2.3" });
  const alive = timers.mock.results.flatMap(({ type, value }) => (type === "return" ? [value] : []));
  expect(alive.map((timer) => timer.hasRef())).toEqual([true]);
  expect((await sent).ok).toBe(true);
  expect(cleared.mock.calls).toEqual([alive]);
  timers.mockRestore();
  cleared.mockRestore();
  await splunk.stop();
});
