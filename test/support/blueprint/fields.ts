export interface FieldRow {
  readonly key: string;
  readonly offset: number;
  readonly type: "u16be" | "s16be" | "u32be";
  readonly scale: number;
  readonly unit: string;
  /** After scaling; a value outside is left out and reported. */
  readonly min: number;
  readonly max: number;
}

/** Payload of a report. Offsets count from the payload's first byte. */
export const reportFields: readonly FieldRow[] = [
  { key: "power", offset: 0, type: "u16be", scale: 1, unit: "W", min: 0, max: 5_000 },
  { key: "temperature", offset: 2, type: "s16be", scale: 0.1, unit: "°C", min: -40, max: 120 },
  { key: "energy_total", offset: 4, type: "u32be", scale: 0.001, unit: "kWh", min: 0, max: 4_000_000 },
];

export const reportPayloadBytes = 8;
