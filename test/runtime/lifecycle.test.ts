import { describe, expect, it } from "vitest";
import { type Clock, systemClock } from "../../src/runtime/clock.js";
import { Lifecycle, type Part } from "../../src/runtime/lifecycle.js";
import { silentLogger } from "../../src/runtime/log.js";

function part(name: string, journal: string[], faults: { start?: boolean; stop?: boolean } = {}): Part {
  return {
    name,
    async start() {
      if (faults.start === true) throw new Error(`${name} cannot start`);
      journal.push(`start ${name}`);
    },
    async stop() {
      journal.push(`stop ${name}`);
      if (faults.stop === true) throw new Error(`${name} cannot stop`);
    },
  };
}

describe("lifecycle", () => {
  it("starts in order and stops in reverse", async () => {
    const journal: string[] = [];
    const lifecycle = new Lifecycle(silentLogger(), systemClock, 5_000);
    await lifecycle.start([part("store", journal), part("relay", journal)]);
    expect(await lifecycle.stop()).toBe(true);
    expect(journal).toEqual(["start store", "start relay", "stop relay", "stop store"]);
  });

  it("stops what was started when a later part fails to start", async () => {
    const journal: string[] = [];
    const lifecycle = new Lifecycle(silentLogger(), systemClock, 5_000);
    const start = lifecycle.start([part("store", journal), part("relay", journal, { start: true })]);
    await expect(start).rejects.toThrow("relay cannot start");
    expect(journal).toEqual(["start store", "stop store"]);
  });

  it("goes on stopping when a part fails to stop, and stops nothing twice", async () => {
    const journal: string[] = [];
    const lifecycle = new Lifecycle(silentLogger(), systemClock, 5_000);
    await lifecycle.start([part("store", journal), part("relay", journal, { stop: true })]);
    await lifecycle.stop();
    await lifecycle.stop();
    expect(journal).toEqual(["start store", "start relay", "stop relay", "stop store"]);
  });

  it("gives up waiting for a part that never stops", async () => {
    const timers: (() => void)[] = [];
    const after = (_delayMs: number, run: () => void) => {
      timers.push(run);
      return () => {};
    };
    const clock: Clock = { ...systemClock, after };
    const lifecycle = new Lifecycle(silentLogger(), clock, 5_000);
    const stuck: Part = { name: "stuck", start: async () => {}, stop: () => new Promise(() => {}) };
    await lifecycle.start([stuck]);
    const stopped = lifecycle.stop();
    for (const run of timers) run();
    expect(await stopped).toBe(false);
  });
});
