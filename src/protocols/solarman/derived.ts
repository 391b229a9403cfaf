import type { Value } from "../../model/value.js";
import { computedFields, type Quantity } from "./fields.js";

export interface DerivedValues {
  readonly values: Readonly<Record<string, Value>>;
  readonly implausible: readonly { readonly detail: string }[];
}

/** Below this the 0.1 A steps of the currents say nothing about the efficiency. */
const leastDcPowerW = 20;
/** Steps of 0.1 A make more than 100 % at low power; beyond this the figure is noise. */
const mostEfficiency = 110;

const quantities = new Map(computedFields.map((quantity) => [quantity.key, quantity]));

/** Powers of the inputs, their sum and the efficiency, which is null at night: docs/protocols/solarman.md §5. */
export function derivedValues(values: Readonly<Record<string, Value>>, inputs: number): DerivedValues {
  const derived: Record<string, Value> = {};
  const implausible: { detail: string }[] = [];
  const powers: number[] = [];
  for (let input = 1; input <= inputs; input += 1) {
    const volts = values[`pv${input}_voltage`];
    const amperes = values[`pv${input}_current`];
    if (typeof volts !== "number" || typeof amperes !== "number") continue;
    const key = `pv${input}_power`;
    const watts = Number((volts * amperes).toFixed(2));
    if (isPlausible(quantities.get(key), watts)) {
      derived[key] = watts;
      powers.push(watts);
    } else implausible.push({ detail: `${key}: ${volts} V and ${amperes} A make ${watts} W` });
  }
  if (powers.length < inputs) return { values: derived, implausible };
  const dcPower = Number(powers.reduce((sum, watts) => sum + watts, 0).toFixed(2));
  derived.dc_power = dcPower;
  if (typeof values.power === "number") derived.efficiency = efficiency(values.power, dcPower);
  return { values: derived, implausible };
}

function efficiency(acPowerW: number, dcPowerW: number): number | null {
  if (dcPowerW < leastDcPowerW) return null;
  const percent = Math.round((1000 * acPowerW) / dcPowerW) / 10;
  return percent <= mostEfficiency ? percent : null;
}

function isPlausible(quantity: Quantity | undefined, value: number): boolean {
  return value >= (quantity?.min ?? value) && value <= (quantity?.max ?? value);
}
