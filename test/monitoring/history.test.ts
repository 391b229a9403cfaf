import { beforeEach, describe, expect, it } from "vitest";
import type { DeviceDescription, DeviceId } from "../../src/model/device.js";
import type { EntityDescription } from "../../src/model/entity.js";
import type { BusMessage } from "../../src/model/ports.js";
import type { EpochMs } from "../../src/model/time.js";
import type { Values } from "../../src/model/value.js";
import { createHistory, type History, type KeySeries } from "../../src/monitoring/history.js";
import { createBus } from "../../src/runtime/bus.js";
import { createHistoryStore } from "../../src/store/history-store.js";
import { FakeClock } from "../support/fake-clock.js";
import { inverter, setUpHub } from "../support/hub-setup.js";
import { recordLog } from "../support/log-recorder.js";
import { createMemoryDatabase, type MemoryDatabase } from "../support/memory-database.js";

const minute = 60_000;
const hour = 60 * minute;
const acme = "acme_1" as DeviceId;
const start = Date.UTC(2026, 5, 21, 10);
const power: EntityDescription = { key: "power", platform: "sensor", name: "Power", stateClass: "measurement" };
const energy: EntityDescription = { key: "energy", platform: "sensor", name: "Energy", unit: "kWh" };

function describing(id: string, entities = [power, energy], more: Partial<DeviceDescription> = {}): BusMessage {
  const description = { id: id as DeviceId, protocol: "acme", name: id, entities, eventTypes: [], ...more };
  return { type: "described", description };
}

function setUp({ database = createMemoryDatabase(), clock = new FakeClock(start), keepMs = 48 * hour } = {}) {
  const logs = recordLog();
  const bus = createBus(logs.log);
  const store = createHistoryStore(database, logs.log);
  const history = createHistory({ bus, store, clock, log: logs.log, keepMs, intervalS: () => 300 });
  const show = (values: Values, device = acme, lastSeen = clock.now()): void =>
    bus.publish({ type: "state", device, values, lastSeen });
  return { bus, clock, database, history, logs, show };
}

/** Minutes after the start, and the value. */
function inMinutes(series: KeySeries | undefined): readonly (readonly [number, number | null])[] | undefined {
  return series?.points.map(([at, value]) => [(at - start) / minute, value]);
}

async function pointsOf(history: History, key: string, hours = 48) {
  const found = await history.series(acme, [key], hours);
  return inMinutes(found?.series.find((one) => one.key === key));
}

describe("history", () => {
  let setup: ReturnType<typeof setUp>;

  beforeEach(async () => {
    setup = setUp();
    await setup.history.start();
    setup.bus.publish(describing(acme));
  });

  it("tells the mean of a measurement and the last value of a counter, per five minutes, with what is running", async () => {
    const { clock, history, show } = setup;
    for (const watts of [1, 3, 5, 9]) {
      if (watts > 1) clock.advance(2.5 * minute);
      show({ power: watts, energy: watts });
    }
    expect(await pointsOf(history, "power")).toEqual([
      [0, 2],
      [5, 7],
    ]);
    expect(await pointsOf(history, "energy")).toEqual([
      [0, 3],
      [5, 9],
    ]);
  });

  it("gives all keys that were shown, and the span that was asked for", async () => {
    const { clock, history, show } = setup;
    show({ power: 1, serial: "x" });
    expect(await history.series(acme, [], 2)).toEqual({
      from: start - 2 * hour,
      to: start,
      stepMs: 5 * minute,
      series: [{ key: "power", points: [[start, 1]] }],
    });
    clock.advance(3 * hour);
    expect((await history.series(acme, [], 2))?.series).toEqual([]);
    expect((await history.series(acme, [], 9_999))?.from).toBe(clock.now() - 48 * hour);
  });

  it("knows nothing of devices that were not described, nor of Cloudtap itself", async () => {
    const { bus, history, show } = setup;
    const own = "cloudtap_bridge" as DeviceId;
    bus.publish(describing(own, [power], { isBridge: true }));
    for (const device of [own, "acme_9" as DeviceId]) {
      show({ power: 1 }, device);
      expect(await history.series(device, [], 1)).toBeUndefined();
      expect(history.charted(device)).toEqual([]);
      expect(await history.sparkline(device, "power")).toEqual([]);
    }
  });

  it("breaks the line where a device was away for more than three of its intervals", async () => {
    const { clock, history, show } = setup;
    for (const pause of [15, 20, 0]) {
      show({ power: 1 });
      clock.advance(pause * minute);
    }
    expect(await pointsOf(history, "power")).toEqual([
      [0, 1],
      [15, 1],
      [20, null],
      [35, 1],
    ]);
  });

  it("writes nothing before five minutes are over, then one record a device", async () => {
    const { bus, clock, database, show } = setup;
    bus.publish(describing("acme_2"));
    for (let index = 0; index < 29; index += 1) {
      show({ power: index }, index % 2 === 0 ? acme : ("acme_2" as DeviceId));
      clock.advance(10_000);
    }
    await new Promise(setImmediate);
    expect(database.writes).toBe(0);
    clock.advance(10_000);
    await new Promise(setImmediate);
    expect(database.writes).toBe(1);
    expect((await database.range({ from: "history:", to: "history;" })).map(([key]) => key)).toEqual([
      `history:acme_1:00${start / 1_000}`,
      `history:acme_2:00${start / 1_000}`,
    ]);
  });

  it("sleeps while no device reports", () => {
    const { clock, show } = setup;
    expect(clock.pendingTimers).toBe(0);
    show({ power: 1 });
    expect(clock.pendingTimers).toBe(1);
    clock.advance(5 * minute);
    expect(clock.pendingTimers).toBe(0);
  });

  it("survives a stop, and a sudden end but for the last five minutes", async () => {
    const { clock, database, history, show } = setup;
    for (const watts of [1, 2, 3]) {
      clock.advance(5 * minute);
      show({ power: watts });
    }
    await new Promise(setImmediate);
    const killed = setUp({ database, clock });
    killed.bus.publish(describing(acme));
    expect(await pointsOf(killed.history, "power")).toEqual([
      [5, 1],
      [10, 2],
    ]);
    await history.stop();
    show({ power: 99 });
    const stopped = setUp({ database, clock });
    stopped.bus.publish(describing(acme));
    expect((await pointsOf(stopped.history, "power"))?.at(-1)).toEqual([15, 3]);
  });

  it("forgets a device that is removed", async () => {
    const { bus, clock, database, history, show } = setup;
    show({ power: 1 });
    clock.advance(6 * minute);
    show({ power: 1 });
    await history.sparkline(acme, "power");
    bus.publish({ type: "removed", device: acme });
    expect(history.charted(acme)).toEqual([]);
    bus.publish(describing(acme));
    expect(await pointsOf(history, "power")).toBeUndefined();
    expect(await history.sparkline(acme, "power")).toEqual([]);
    expect(await database.range({ from: "history:", to: "history;" })).toEqual([]);
  });

  it("drops what is too old, at the start also of devices that report no more", async () => {
    const { bus, clock, database, history, show } = setup;
    bus.publish(describing("acme_2"));
    show({ power: 1 }, "acme_2" as DeviceId);
    for (let hours = 0; hours < 50; hours += 1) {
      show({ power: hours });
      clock.advance(hour);
    }
    await history.stop();
    const keys = async () => (await database.range({ from: "history:", to: "history;" })).map(([key]) => key);
    expect((await keys()).filter((key) => key.includes("acme_1"))).toHaveLength(48);
    expect((await keys()).filter((key) => key.includes("acme_2"))).toHaveLength(0);
    clock.advance(100 * hour);
    const later = setUp({ database, clock });
    await later.history.start();
    await later.history.stop();
    expect(await keys()).toEqual([]);
  });

  it("puts steps together where many hours are asked for", async () => {
    const { bus, clock, history, show } = setUp({ keepMs: 336 * hour });
    bus.publish(describing(acme));
    for (let index = 0; index < 96; index += 1) {
      show({ power: index, energy: index });
      clock.advance(hour);
    }
    const found = await history.series(acme, [], 96);
    expect(found?.stepMs).toBe(10 * minute);
    expect(found?.series.map(({ points }) => points.length)).toEqual([96 * 2 - 1, 96 * 2 - 1]);
    expect((await history.series(acme, [], 48))?.stepMs).toBe(5 * minute);
  });

  it("draws a sparkline of half hours, up to date without another read", async () => {
    const { clock, history, show } = setup;
    for (let index = 0; index < 12; index += 1) {
      show({ power: index });
      clock.advance(5 * minute);
      if (index === 2) expect((await history.sparkline(acme, "power")).at(-1)).toEqual([start, 1]);
    }
    expect(await history.sparkline(acme, "power")).toEqual([
      [start, 2.5],
      [start + 30 * minute, 8.5],
    ]);
    expect(await history.sparkline(acme, "serial")).toEqual([]);
  });

  it("goes on where the store fails, says it once, and says when it works again", async () => {
    const { clock, database, history, logs, show } = setup;
    database.failing = true;
    for (let index = 0; index < 3; index += 1) {
      show({ power: index });
      clock.advance(5 * minute);
      await new Promise(setImmediate);
    }
    database.failing = false;
    show({ power: 7 });
    clock.advance(5 * minute);
    expect(await pointsOf(history, "power")).toEqual([[15, 7]]);
    expect(logs.of("store fails", "error")).toHaveLength(1);
    expect(logs.of("store works again")).toHaveLength(1);
  });

  it("keeps 64 keys of a device and says once that there are more devices than it can keep", async () => {
    const { bus, history, logs, show } = setup;
    const many = Array.from({ length: 70 }, (_, index) => ({ ...power, key: `k${index}` }));
    bus.publish(describing("acme_2", many));
    show(Object.fromEntries(many.map(({ key }) => [key, 1])), "acme_2" as DeviceId);
    expect(history.charted("acme_2" as DeviceId)).toHaveLength(64);
    for (let index = 3; index <= 502; index += 1) bus.publish(describing(`acme_${index}`));
    expect(await history.series("acme_500" as DeviceId, [], 1)).toBeDefined();
    expect(await history.series("acme_501" as DeviceId, [], 1)).toBeUndefined();
    bus.publish({ type: "removed", device: acme });
    bus.publish(describing("acme_501"));
    expect(await history.series("acme_501" as DeviceId, [], 1)).toBeDefined();
    expect(logs.of("history is full, further values have no charts", "warn")).toHaveLength(1);
  });

  it("keeps less of each device where all that is kept would take too much of the disk", async () => {
    const { bus, history, logs, show } = setUp({ keepMs: 336 * hour });
    const many = Array.from({ length: 64 }, (_, index) => ({ ...power, key: `a_rather_long_key_${index}` }));
    const values = Object.fromEntries(many.map(({ key }) => [key, 1]));
    const kept = Array.from({ length: 60 }, (_, index) => {
      const id = `acme_${index}` as DeviceId;
      bus.publish(describing(id, many));
      bus.publish(describing(id, many));
      show(values, id);
      return history.charted(id).length;
    });
    expect(kept[0]).toBe(64);
    expect(kept.at(-1)).toBe(0);
    // As they stand on the disk: 14 days of records with a number of average length.
    const record = JSON.stringify({ at: start, values }).length + 4 * 64;
    const total = kept.reduce((sum, count) => sum + (count / 64) * record, 0) * 288 * 14;
    expect(total).toBeGreaterThan(200_000_000);
    expect(total).toBeLessThan(260_000_000);
    expect(logs.of("history is full, further values have no charts", "warn")).toHaveLength(1);
  });
});

describe("history behind a device hub", () => {
  it("has what readings bring, not what is restored, announced again or a mere sign of life", async () => {
    const database: MemoryDatabase = createMemoryDatabase();
    const { hub, clock, describe: announce, read, see, take, logs } = setUpHub({ clock: new FakeClock(start) });
    const bus = createBus(logs.log);
    const store = createHistoryStore(database, logs.log);
    const history = createHistory({ bus, store, clock, log: logs.log, keepMs: 48 * hour, intervalS: () => 300 });
    const pass = (): void => {
      for (const message of take()) bus.publish(message);
    };
    announce(inverter(acme));
    read(acme, { power: 5 });
    pass();
    clock.advance(5 * minute);
    see(acme);
    hub.announceAll();
    pass();
    clock.advance(5 * minute);
    hub.republish(acme);
    read(acme, { power: 7 });
    pass();
    expect(await pointsOf(history, "power")).toEqual([
      [0, 5],
      [10, 7],
    ]);
    expect(history.charted(acme)).toEqual(["power"]);
  });

  it("takes the time of now where the clock has been set", async () => {
    const { clock, history, bus, show } = setUp({ clock: new FakeClock(1_000) });
    bus.publish(describing(acme));
    show({ power: 1 });
    clock.advance(start);
    show({ power: 2 });
    const found = await history.series(acme, ["power"], 1);
    expect(found?.series[0]?.points).toEqual([
      [(Math.floor((start + 1_000) / (5 * minute)) * 5 * minute) as EpochMs, 2],
    ]);
  });
});
