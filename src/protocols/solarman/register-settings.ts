import type { Value } from "../../model/value.js";

/** One setting of a micro-inverter that stands in one register: docs/protocols/solarman.md §8. */
export interface RegisterSetting {
  /** Of the state object. */
  readonly key: string;
  readonly register: number;
  /** What may be written, in words. */
  readonly allowed: string;
  /** Undefined: nothing that may be written. */
  encode(value: Value): number | undefined;
  /** As the entity takes it; undefined: the register holds something else. */
  decode(raw: number): Value | undefined;
}

/** Of the active power limit, in percent. */
export const limitRange = { min: 0, max: 120, step: 1 } as const;
const on = 1;
const off = 2;

/** How `on_off` stands in the state object, which shows the register. */
export const onOffStates = [String(on), String(off)] as const;

export const registerSettings: readonly RegisterSetting[] = [
  {
    key: "active_power_limit",
    register: 40,
    allowed: `a whole number from ${limitRange.min} to ${limitRange.max} %`,
    encode: (value) => (isLimit(value) ? value : undefined),
    decode: (raw) => (isLimit(raw) ? raw : undefined),
  },
  {
    key: "on_off",
    register: 43,
    allowed: "on or off",
    encode: (value) => (typeof value === "boolean" ? (value ? on : off) : undefined),
    decode: (raw) => (raw === on || raw === off ? raw === on : undefined),
  },
];

function isLimit(value: Value): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= limitRange.min && value <= limitRange.max;
}
