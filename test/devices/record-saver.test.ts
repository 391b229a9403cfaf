import { describe, expect, it } from "vitest";
import { RecordSaver } from "../../src/devices/record-saver.js";
import { TrackedDevice } from "../../src/devices/tracked-device.js";
import type { EpochMs } from "../../src/model/time.js";
import { Guard } from "../../src/runtime/guard.js";
import { silentLogger } from "../../src/runtime/log.js";
import { FakeClock } from "../support/fake-clock.js";
import { inverter } from "../support/hub-setup.js";
import { createMemoryDeviceStore } from "../support/memory-device-store.js";

function setUp() {
  const clock = new FakeClock();
  const store = createMemoryDeviceStore();
  const saver = new RecordSaver(store, clock, new Guard(silentLogger(), "timer"));
  const device = (id: string) => new TrackedDevice(inverter(id), "roof", 0 as EpochMs);
  return { clock, store, saver, device, ids: () => store.saved.map((record) => record.description.id) };
}

describe("record saver", () => {
  it("writes a device that changes all the time at most once in five seconds", () => {
    const { clock, saver, device, ids } = setUp();
    const [busy, calm] = [device("busy"), device("calm")];
    saver.saveSoon(calm);
    for (let tenth = 0; tenth < 200; tenth += 1) {
      saver.saveSoon(busy);
      clock.advance(100);
    }
    expect(ids().filter((id) => id === "busy")).toHaveLength(4);
    expect(ids().filter((id) => id === "calm")).toHaveLength(1);
  });

  it("has nothing under way while nothing changes", () => {
    const { clock, saver, device } = setUp();
    saver.saveSoon(device("a"));
    clock.advance(5_000);
    expect(clock.pendingTimers).toBe(0);
  });

  it("does not write a device any more that was removed", async () => {
    const { clock, store, saver, device, ids } = setUp();
    const gone = device("gone");
    saver.saveSoon(gone);
    clock.advance(5_000);
    saver.saveSoon(gone);
    saver.remove(gone);
    clock.advance(5_000);
    expect(ids()).toEqual(["gone"]);
    expect(await store.load()).toEqual([]);
  });

  it("writes what is left when it is stopped, and sets no timer after that", async () => {
    const { clock, saver, device, ids } = setUp();
    saver.saveSoon(device("a"));
    await saver.stop();
    expect(ids()).toEqual(["a"]);
    saver.saveSoon(device("b"));
    expect(clock.pendingTimers).toBe(0);
  });
});
