import { describe, expect, it } from "vitest";
import { createSplunkPart } from "../../src/composition/splunk.js";
import { validateConfiguration } from "../../src/config/validate.js";
import { protocols } from "../../src/protocols/registry.js";
import { createBus } from "../../src/runtime/bus.js";
import { sessionInfo } from "../support/capture-moments.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";
import { createMemoryDatabase } from "../support/memory-database.js";
import { anomalyOf } from "../support/session-messages.js";

const url = "https://splunk.test:8088";

async function setUp(splunk: object) {
  const { log, lines } = recordLog();
  const bus = createBus(log);
  const configuration = validateConfiguration({ splunk }, { protocols, dataDir: "/data" });
  const ports = { bus, clock: new FakeClock(), log, database: createMemoryDatabase() };
  return { bus, lines, part: await createSplunkPart(configuration, ports) };
}

describe("Splunk", () => {
  it("D27: gets nothing without URL and token, which is said where one of them is given", async () => {
    const nothing = await setUp({});
    expect(nothing.part).toBeUndefined();
    expect(nothing.lines).toEqual([]);
    for (const [given, missing] of [
      [{ url }, "splunk.token"],
      [{ token: "secret" }, "splunk.url"],
    ] as const) {
      const { part, lines } = await setUp(given);
      expect(part).toBeUndefined();
      expect(lines).toMatchObject([{ msg: "nothing is sent to Splunk", missing }]);
    }
  });

  it("is told what is on the bus where both are given", async () => {
    const { bus, part } = await setUp({ url, token: "secret" });
    expect(part?.status()).toMatchObject({ queued: 0 });
    bus.publish(anomalyOf(sessionInfo("s-1"), "bad_checksum"));
    await part?.stop();
    expect(part?.status().queued).toBe(1);
  });
});
