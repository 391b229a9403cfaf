/** One value of a reading's `stats`: docs/protocols/envoy.md §6.4. */
export interface ReadingField {
  readonly index: number;
  readonly key: string;
  /** How many of the wire's units make one of ours. */
  readonly divisor: number;
  /** Plausible range in our units. */
  readonly min: number;
  readonly max: number;
}

/** Unit on the wire: mV, mHz, mV, mA, °C, s, cycles. The eighth value is joules and shown as power only. */
export const readingFields: readonly ReadingField[] = [
  { index: 0, key: "ac_voltage", divisor: 1000, min: 0, max: 600 },
  { index: 1, key: "ac_frequency", divisor: 1000, min: 0, max: 100 },
  { index: 2, key: "dc_voltage", divisor: 1000, min: 0, max: 150 },
  { index: 3, key: "dc_current", divisor: 1000, min: 0, max: 50 },
  { index: 4, key: "temperature", divisor: 1, min: -60, max: 150 },
  { index: 5, key: "conversion_error_seconds", divisor: 1, min: 0, max: 86_400 },
  { index: 6, key: "worst_error_cycles", divisor: 1, min: 0, max: 1000 },
];

export const joulesIndex = 7;

/** No channel of a microinverter delivers more. */
export const wattLimit = 2000;
