import { beforeEach, describe, expect, it } from "vitest";
import type { DeviceDescription, DeviceId } from "../../src/model/device.js";
import type { EntityDescription } from "../../src/model/entity.js";
import type { BusMessage } from "../../src/model/ports.js";
import type { EpochMs } from "../../src/model/time.js";
import type { Values } from "../../src/model/value.js";
import { createEnergyDays, type EnergyDays } from "../../src/monitoring/energy-days.js";
import { createBus } from "../../src/runtime/bus.js";
import { createEnergyStore } from "../../src/store/energy-store.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";
import { createMemoryDatabase } from "../support/memory-database.js";

const minute = 60_000;
const hour = 60 * minute;
const acme = "acme_1" as DeviceId;
/** 08:00 of 2026-06-21 where days begin at 22:00 UTC. */
const start = Date.UTC(2026, 5, 21, 6);
const total: EntityDescription = {
  ...{ key: "energy_total", platform: "sensor", name: "Total", unit: "Wh", total: "lifetime" },
};

function dayOf(at: EpochMs): string {
  return new Date(at + 2 * hour).toISOString().slice(0, 10);
}

function describing(id: string, entities = [total], more: Partial<DeviceDescription> = {}): BusMessage {
  const description = { id: id as DeviceId, protocol: "acme", name: id, entities, eventTypes: [], ...more };
  return { type: "described", description };
}

function setUp({ database = createMemoryDatabase(), clock = new FakeClock(start) } = {}) {
  const logs = recordLog();
  const bus = createBus(logs.log);
  const energy = createEnergyDays({ bus, store: createEnergyStore(database, logs.log), clock, log: logs.log, dayOf });
  const show = (wattHours: number | null, device = acme, lastSeen = clock.now()): void => {
    const values: Values = { energy_total: wattHours };
    bus.publish({ type: "state", device, values, lastSeen });
  };
  return { bus, clock, database, energy, logs, show };
}

/** Known days: kWh, and `+` where the day is complete. */
async function known(energy: EnergyDays, count = 10): Promise<readonly string[]> {
  const days = (await energy.days(acme, count)) ?? [];
  return days.flatMap(({ day, kwh, complete }) => (kwh === null ? [] : [`${day} ${kwh}${complete ? "+" : ""}`]));
}

describe("energy by day", () => {
  let setup: ReturnType<typeof setUp>;

  beforeEach(async () => {
    setup = setUp();
    setup.bus.publish(describing(acme));
    await setup.energy.start();
  });

  it("is told of each local day in kWh; today is not complete, nor is the first day", async () => {
    const { clock, energy, show } = setup;
    for (const wattHours of [100_000, 104_000, 104_500, 110_000, 111_000]) {
      show(wattHours);
      clock.advance(12 * hour);
    }
    clock.advance(-11 * hour);
    expect(await known(energy)).toEqual(["2026-06-21 4", "2026-06-22 6+", "2026-06-23 1"]);
    expect(energy.counter(acme)).toEqual({ key: "energy_total", name: "Total" });
  });

  it("is asked for as the newest days up to today, and unknown where nothing came", async () => {
    const { clock, energy, show } = setup;
    show(100_000);
    clock.advance(48 * hour);
    show(103_000);
    expect(await energy.days(acme, 4)).toEqual([
      { day: "2026-06-20", kwh: null, complete: false },
      { day: "2026-06-21", kwh: 0, complete: false },
      { day: "2026-06-22", kwh: null, complete: false },
      { day: "2026-06-23", kwh: 3, complete: false },
    ]);
    expect(await energy.days(acme, 9_999)).toHaveLength(400);
    clock.advance(24 * hour);
    expect((await energy.days(acme, 2))?.map(({ kwh }) => kwh)).toEqual([3, null]);
  });

  it("is not told of devices without a lifetime counter of energy, nor of Cloudtap itself", async () => {
    const { bus, energy, show } = setup;
    bus.publish(describing("acme_2", [{ ...total, unit: "h" }]));
    bus.publish(describing("cloudtap_bridge", [total], { isBridge: true }));
    for (const id of ["acme_2", "cloudtap_bridge", "acme_9"]) {
      const device = id as DeviceId;
      show(1, device);
      expect(await energy.days(device, 1)).toBeUndefined();
      expect(energy.counter(device)).toBeUndefined();
    }
    bus.publish(describing(acme, []));
    expect(energy.counter(acme)).toBeUndefined();
  });

  it("says nothing of a day on which a device only gave signs of life, or its value was not known", async () => {
    const { bus, clock, energy, show } = setup;
    const values: Values = { energy_total: 5 };
    bus.publish({ type: "state", device: acme, values, lastSeen: clock.now() });
    clock.advance(24 * hour);
    bus.publish({ type: "state", device: acme, values, lastSeen: clock.now() });
    show(null);
    expect(await known(energy)).toEqual(["2026-06-21 0"]);
    show(5);
    expect(await known(energy)).toEqual(["2026-06-21 0", "2026-06-22 0"]);
  });

  it("goes on after a restart, and counts a restored value on the day on which the device was seen", async () => {
    const { clock, database, energy, show } = setup;
    show(100_000);
    clock.advance(hour);
    show(101_000);
    const seenAt = clock.now();
    await energy.stop();
    show(999_000);
    clock.advance(24 * hour);
    const later = setUp({ database, clock });
    await later.energy.start();
    later.bus.publish(describing(acme));
    later.show(101_000, acme, seenAt);
    expect(await known(later.energy)).toEqual(["2026-06-21 1"]);
    later.show(104_000);
    expect(await known(later.energy)).toEqual(["2026-06-21 1", "2026-06-22 3"]);
  });

  it("loses nothing at a sudden end but on which day the last minutes fall", async () => {
    const { clock, database, show } = setup;
    show(100_000);
    clock.advance(6 * minute);
    show(101_000);
    await new Promise(setImmediate);
    const later = setUp({ database, clock: new FakeClock(clock.now() + 24 * hour) });
    await later.energy.start();
    later.bus.publish(describing(acme));
    later.show(104_000);
    expect(await known(later.energy)).toEqual(["2026-06-21 0", "2026-06-22 4"]);
  });

  it("is written every five minutes at most, and when a day ends", async () => {
    const { clock, database, show } = setup;
    for (let index = 0; index < 60; index += 1) {
      show(index);
      clock.advance(10_000);
      await new Promise(setImmediate);
    }
    expect(database.writes).toBe(2);
    clock.advance(24 * hour);
    show(60);
    await new Promise(setImmediate);
    const keys = (await database.range({ from: "energy:", to: "energy;" })).map(([key]) => key);
    expect(keys).toEqual(["energy:acme_1:2026-06-21"]);
    clock.advance(5 * minute);
    await new Promise(setImmediate);
    expect(await database.get("energy:acme_1:2026-06-22")).toBeDefined();
    expect(clock.pendingTimers).toBe(0);
  });

  it("saves the last value of a day when the next one begins", async () => {
    const { clock, database, energy, show } = setup;
    clock.advance(15 * hour + 58 * minute);
    show(100_000);
    clock.advance(minute);
    show(102_000);
    clock.advance(2 * minute);
    show(102_500);
    clock.advance(20 * minute);
    show(103_000);
    expect(await known(energy)).toEqual(["2026-06-21 2", "2026-06-22 1"]);
    await energy.stop();
    const later = setUp({ database, clock });
    later.bus.publish(describing(acme));
    await later.energy.start();
    expect(await known(later.energy)).toEqual(["2026-06-21 2", "2026-06-22 1"]);
  });

  it("is kept for 400 days, and of no device that is removed", async () => {
    const { bus, clock, database, energy, show } = setup;
    for (let day = 0; day < 410; day += 1) {
      show(day * 1_000);
      clock.advance(24 * hour);
    }
    await energy.stop();
    const rows = await database.range({ from: "energy:", to: "energy;" });
    expect(rows).toHaveLength(400);
    bus.publish({ type: "removed", device: acme });
    expect(await energy.days(acme, 9)).toBeUndefined();
    bus.publish(describing(acme));
    expect(await known(energy)).toEqual([]);
    expect(await database.range({ from: "energy:", to: "energy;" })).toEqual([]);
  });

  it("is kept of 500 devices, and one line says that there are more", async () => {
    const { bus, energy, logs } = setup;
    for (let index = 2; index <= 503; index += 1) bus.publish(describing(`acme_${index}`));
    expect(await energy.days("acme_500" as DeviceId, 1)).toBeDefined();
    expect(await energy.days("acme_501" as DeviceId, 1)).toBeUndefined();
    expect(logs.of("too many devices, further ones have no energy by day", "warn")).toHaveLength(1);
  });

  it("goes on where the store fails", async () => {
    const { clock, database, energy, logs, show } = setup;
    database.failing = true;
    show(100_000);
    clock.advance(6 * minute);
    show(101_000);
    await energy.stop();
    expect(await known(energy)).toEqual(["2026-06-21 1"]);
    expect(logs.of("store fails", "error")).toHaveLength(1);
  });
});
