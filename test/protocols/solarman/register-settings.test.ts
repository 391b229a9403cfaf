import { describe, expect, it } from "vitest";
import { registerSettings } from "../../../src/protocols/solarman/register-settings.js";

function settingOf(key: string) {
  const setting = registerSettings.find((one) => one.key === key);
  if (setting === undefined) throw new Error(`expected the setting ${key}`);
  return setting;
}

describe("the active power limit", () => {
  const limit = settingOf("active_power_limit");

  it("is a whole percentage up to 120 in register 40", () => {
    expect(limit.register).toBe(40);
    expect([0, 80, 120].map((value) => limit.encode(value))).toEqual([0, 80, 120]);
    expect(limit.decode(120)).toBe(120);
  });

  it.each([-1, 121, 80.5, Number.NaN, Number.POSITIVE_INFINITY, "80", true, null])("is never %s", (value) => {
    expect(limit.encode(value)).toBeUndefined();
  });

  it("is not told by a register that holds something else", () => {
    expect(limit.decode(1_000)).toBeUndefined();
  });
});

describe("the switch", () => {
  const onOff = settingOf("on_off");

  it("is 1 for on and 2 for off in register 43", () => {
    expect(onOff.register).toBe(43);
    expect([true, false].map((value) => onOff.encode(value))).toEqual([1, 2]);
    expect([1, 2, 0, 3].map((raw) => onOff.decode(raw))).toEqual([true, false, undefined, undefined]);
  });

  it.each(["on", 1, null])("is not written as %j", (value) => {
    expect(onOff.encode(value)).toBeUndefined();
  });
});
