import { describe, expect, it } from "vitest";
import { Health } from "../../../src/sinks/capture/health.js";
import { turn } from "../../support/capture-setup.js";
import { FakeClock } from "../../support/fake-clock.js";
import { recordLog } from "../../support/log-recorder.js";

function setUp() {
  const clock = new FakeClock();
  const logs = recordLog();
  const seen = { probes: 0, changes: 0, isWell: false };
  const health = new Health({
    ...{ clock, log: logs.log, directory: "/data/captures" },
    async probe() {
      seen.probes += 1;
      if (!seen.isWell) throw new Error("still full");
    },
    changed: () => {
      seen.changes += 1;
    },
  });
  /** Seconds pass, one by one. */
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      clock.advance(1_000);
      await turn();
    }
  };
  return { clock, logs, seen, health, pass };
}

describe("whether captures can be written", () => {
  it("is taken for granted, without a look", async () => {
    const { health, seen, pass } = setUp();
    await pass(100);
    expect(health.problem).toBeUndefined();
    expect(seen).toMatchObject({ probes: 0, changes: 0 });
  });

  it("is told once when they cannot, however many fail", () => {
    const { health, logs, seen } = setUp();
    health.failed(new Error("no space left"));
    health.failed(new Error("no space left"));
    health.failed(new Error("something else"));
    expect(health.problem).toBe("no space left");
    expect(seen.changes).toBe(1);
    expect(logs.of("captures cannot be written, relaying goes on", "error")).toMatchObject([
      { code: "CAPTURE_FAILED", directory: "/data/captures", reason: "no space left" },
    ]);
    expect(logs.lines).toHaveLength(1);
  });

  it("is looked at again after pauses that grow up to a minute", async () => {
    const { health, seen, pass } = setUp();
    health.failed(new Error("full"));
    const looks: number[] = [];
    for (let second = 1; second <= 215; second += 1) {
      const before = seen.probes;
      await pass(1);
      if (seen.probes > before) looks.push(second);
    }
    expect(looks).toEqual([5, 15, 35, 75, 135, 195]);
  });

  it("is told once when it is over, and the next time anew", async () => {
    const { health, logs, seen, pass } = setUp();
    health.failed(new Error("full"));
    await pass(20);
    seen.isWell = true;
    await pass(20);
    expect(health.problem).toBeUndefined();
    expect(seen.changes).toBe(2);
    expect(logs.of("captures can be written again", "info")).toHaveLength(1);
    expect(logs.of("captures cannot be written, relaying goes on")).toHaveLength(1);
    const probes = seen.probes;
    await pass(200);
    expect(seen.probes).toBe(probes);

    health.failed(new Error("full again"));
    expect(health.problem).toBe("full again");
    await pass(5);
    expect(seen.probes).toBe(probes + 1);
  });

  it("is looked at no more once it was stopped", async () => {
    const { health, seen, pass, clock } = setUp();
    health.failed(new Error("full"));
    health.stop();
    await pass(200);
    expect(seen.probes).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });
});
