/** How a value in a unit becomes one in the base unit: `value * factor + offset`. */
export interface Conversion {
  /** End of the metric's name; empty: the value has no unit. */
  readonly suffix: string;
  readonly factor: number;
  readonly offset: number;
}

/** Without a unit, a plain number. */
const plain: Conversion = { suffix: "", factor: 1, offset: 0 };

function times(factor: number, suffix: string): Conversion {
  return { suffix, factor, offset: 0 };
}

/**
 * Units of entities and what Prometheus wants in their place. Where it names no base unit, the one of the SI stands. Two are none and
 * stay as they are: a month has no fixed length, and dBm is a logarithm.
 */
export const conversions: Readonly<Record<string, Conversion>> = {
  W: times(1, "watts"),
  kW: times(1_000, "watts"),
  VA: times(1, "volt_amperes"),
  var: times(1, "vars"),
  Wh: times(3_600, "joules"),
  kWh: times(3_600_000, "joules"),
  V: times(1, "volts"),
  mV: times(0.001, "volts"),
  A: times(1, "amperes"),
  mA: times(0.001, "amperes"),
  Ah: times(3_600, "coulombs"),
  Hz: times(1, "hertz"),
  "°C": times(1, "celsius"),
  "°F": { suffix: "celsius", factor: 1 / 1.8, offset: -32 / 1.8 },
  K: { suffix: "celsius", factor: 1, offset: -273.15 },
  "%": times(0.01, "ratio"),
  ms: times(0.001, "seconds"),
  s: times(1, "seconds"),
  min: times(60, "seconds"),
  h: times(3_600, "seconds"),
  d: times(86_400, "seconds"),
  months: times(1, "months"),
  Pa: times(1, "pascals"),
  hPa: times(100, "pascals"),
  kPa: times(1_000, "pascals"),
  mbar: times(100, "pascals"),
  bar: times(100_000, "pascals"),
  psi: times(6_894.757293168, "pascals"),
  B: times(1, "bytes"),
  dBm: times(1, "dbm"),
  cycles: times(1, "cycles"),
  packets: times(1, "packets"),
};

/** A unit that the table lacks is kept, as far as a name can hold it. A difference of temperatures has no zero to move. */
export function conversionOf(unit: string | undefined, deviceClass?: string): Conversion {
  if (unit === undefined || unit === "") return plain;
  const known = Object.hasOwn(conversions, unit) ? conversions[unit] : undefined;
  const conversion = known ?? times(1, unit.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_"));
  return deviceClass === "temperature_delta" ? { ...conversion, offset: 0 } : conversion;
}

/** The value in the base unit, without the last digits that binary fractions add. */
export function toBaseUnit(value: number, { factor, offset }: Conversion): number {
  if (factor === 1 && offset === 0) return value;
  const converted = value * factor + offset;
  return Number.isInteger(converted) ? converted : Number(converted.toPrecision(12));
}
