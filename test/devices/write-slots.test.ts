import { describe, expect, it } from "vitest";
import { WriteSlots } from "../../src/devices/write-slots.js";
import type { DeviceId } from "../../src/model/device.js";
import type { EpochMs } from "../../src/model/time.js";

const device = (number: number) => `acme_${number}` as DeviceId;

function fill(slots: WriteSlots, id: DeviceId, key: string): boolean {
  const slot = slots.take(id, key);
  if (slot === undefined) return false;
  slot.waiting = { request: { device: id, key, value: 1 }, callers: 1, deadline: 0 as EpochMs, isOutdated: false };
  return true;
}

describe("slots of settings that are being written", () => {
  it("are one a setting, in the order in which they were asked for", () => {
    const slots = new WriteSlots();
    for (const key of ["b", "a", "b"]) fill(slots, device(1), key);
    expect(slots.of(device(1)).map((slot) => slot.waiting?.request.key)).toEqual(["b", "a"]);
    expect(slots.of(device(2))).toEqual([]);
  });

  it("are 64 a device and 1,000 together", () => {
    const slots = new WriteSlots();
    const keys = Array.from({ length: 70 }, (_unused, index) => `key_${index}`);
    expect(keys.filter((key) => fill(slots, device(0), key))).toHaveLength(64);
    expect(fill(slots, device(0), "key_0")).toBe(true);
    for (let number = 1; number < 20; number += 1) for (const key of keys) fill(slots, device(number), key);
    expect(slots.all()).toHaveLength(1_000);
  });

  it("make room once nothing is on its way any more, and not before", () => {
    const slots = new WriteSlots();
    fill(slots, device(1), "a");
    slots.release(device(1), "a");
    expect(slots.has(device(1))).toBe(true);
    const slot = slots.take(device(1), "a");
    if (slot !== undefined) slot.waiting = undefined;
    slots.release(device(1), "a");
    slots.release(device(1), "a");
    expect([slots.has(device(1)), slots.all().length]).toEqual([false, 0]);
  });
});
