import { describe, expect, it } from "vitest";
import { Refresher } from "../../../../src/web/page/logic/refresher.js";

interface Loading {
  answer(value: number): Promise<void>;
  refuse(error: Error): Promise<void>;
}

function setUp() {
  const loads: Loading[] = [];
  const timers: (() => void)[] = [];
  const told: unknown[] = [];
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  const refresher = new Refresher<number>({
    load: () =>
      new Promise((resolve, reject) => {
        loads.push({
          answer: (value) => {
            resolve(value);
            return settle();
          },
          refuse: (error) => {
            reject(error);
            return settle();
          },
        });
      }),
    show: (value) => told.push(value),
    fail: (error) => told.push(error),
    after: (_ms, run) => {
      timers.push(run);
      return () => timers.splice(timers.indexOf(run), 1);
    },
    gapMs: 1000,
  });
  return { refresher, loads, timers, told };
}

describe("refresher", () => {
  it("reads at once, and shows what it read", async () => {
    const { refresher, loads, told } = setUp();
    refresher.refresh();
    await loads[0]?.answer(1);
    expect(told).toEqual([1]);
  });

  it("makes one more reading of all that is asked for meanwhile", async () => {
    const { refresher, loads, timers, told } = setUp();
    refresher.refresh();
    refresher.refresh();
    refresher.refresh();
    await loads[0]?.answer(1);
    refresher.refresh();
    expect(loads.length).toBe(1);
    timers.shift()?.();
    expect(loads.length).toBe(2);
    await loads[1]?.answer(2);
    timers.shift()?.();
    expect(loads.length).toBe(2);
    expect(told).toEqual([1, 2]);
  });

  it("tells of a fault, and reads again when asked", async () => {
    const { refresher, loads, timers, told } = setUp();
    const fault = new Error("away");
    refresher.refresh();
    await loads[0]?.refuse(fault);
    timers.shift()?.();
    refresher.refresh();
    await loads[1]?.answer(2);
    expect(told).toEqual([fault, 2]);
  });

  it("shows nothing after its end, whatever was on its way", async () => {
    const { refresher, loads, timers, told } = setUp();
    refresher.refresh();
    refresher.end();
    await loads[0]?.answer(1);
    refresher.refresh();
    expect([told, loads.length, timers.length]).toEqual([[], 1, 0]);
  });

  it("takes back what it was to do after its rest", async () => {
    const { refresher, loads, timers } = setUp();
    refresher.refresh();
    await loads[0]?.answer(1);
    refresher.end();
    expect(timers).toEqual([]);
  });
});
