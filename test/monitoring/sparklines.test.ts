import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../src/model/device.js";
import type { HistoryRecord } from "../../src/model/history.js";
import type { HistoryStore } from "../../src/model/ports.js";
import type { EpochMs } from "../../src/model/time.js";
import { Sparklines, type SparkWish } from "../../src/monitoring/sparklines.js";
import { silentLogger } from "../../src/runtime/log.js";
import { createHistoryStore } from "../../src/store/history-store.js";
import { createMemoryDatabase } from "../support/memory-database.js";

const device = "acme_1" as DeviceId;
const minute = 60_000;
const start = Date.UTC(2026, 5, 21);
const at = (minutes: number) => (start + minutes * minute) as EpochMs;
const record = (minutes: number, power: number): HistoryRecord => ({ at: at(minutes), values: { power, other: 1 } });

/** Counts how often the past is read. */
function setUp() {
  const inner = createHistoryStore(createMemoryDatabase(), silentLogger());
  const state = { loads: 0, failing: false };
  const store: HistoryStore = {
    ...inner,
    async load(...asked) {
      state.loads += 1;
      return state.failing ? undefined : inner.load(...asked);
    },
  };
  return { store, state, sparklines: new Sparklines(store) };
}

function wish(recordedUntil: number, more: Partial<SparkWish> = {}): SparkWish {
  return {
    ...{ device, key: "power", isMean: true, gapMs: 90 * minute, running: undefined },
    recordedUntil: at(recordedUntil),
    ...more,
  };
}

describe("sparklines", () => {
  it("read the past once and are kept up to date by what ends", async () => {
    const { store, state, sparklines } = setUp();
    for (const minutes of [0, 30]) store.save(device, record(minutes, minutes));
    expect(await sparklines.points(wish(60), at(60))).toEqual([
      [at(0), 0],
      [at(30), 30],
    ]);
    sparklines.ended(device, record(60, 60), at(65));
    const running = { at: at(65), value: 70 };
    expect((await sparklines.points(wish(65, { running }), at(66))).at(-1)).toEqual([at(60), 65]);
    expect(state.loads).toBe(1);
  });

  it("miss nothing that ends while the past is read, and count nothing twice", async () => {
    const { store, sparklines } = setUp();
    for (const minutes of [0, 5]) store.save(device, record(minutes, 1));
    const asked = sparklines.points(wish(5), at(9));
    store.save(device, record(5, 4));
    sparklines.ended(device, record(5, 4), at(10));
    await asked;
    expect(await sparklines.points(wish(10), at(10))).toEqual([[at(0), 2.5]]);
  });

  it("are dropped when nobody looked for an hour", async () => {
    const { store, state, sparklines } = setUp();
    store.save(device, record(0, 7));
    await sparklines.points(wish(5), at(5));
    sparklines.ended(device, record(60, 1), at(65));
    await sparklines.points(wish(65), at(65));
    expect(state.loads).toBe(1);
    sparklines.ended(device, record(120, 1), at(126));
    expect(await sparklines.points(wish(130), at(130))).toEqual([[at(0), 7]]);
    expect(state.loads).toBe(2);
  });

  it("are read again of a device that was forgotten, and of one whose past could not be read", async () => {
    const { store, state, sparklines } = setUp();
    store.save(device, record(0, 7));
    state.failing = true;
    expect(await sparklines.points(wish(5), at(5))).toEqual([]);
    state.failing = false;
    expect(await sparklines.points(wish(5), at(5))).toEqual([[at(0), 7]]);
    sparklines.forget(device);
    await sparklines.points(wish(5), at(5));
    expect(state.loads).toBe(3);
  });

  it("are kept of four keys of a device", async () => {
    const { state, sparklines } = setUp();
    for (const key of ["a", "b", "c", "d", "e", "b", "e"]) await sparklines.points(wish(5, { key }), at(5));
    expect(state.loads).toBe(5);
    await sparklines.points(wish(5, { key: "a" }), at(5));
    expect(state.loads).toBe(6);
  });

  it("have nothing to do with what ends of a device that nobody looks at", async () => {
    const { state, sparklines } = setUp();
    sparklines.ended(device, record(0, 7), at(5));
    expect(await sparklines.points(wish(5), at(5))).toEqual([]);
    expect(state.loads).toBe(1);
  });
});
