import type { FieldRow } from "../../../wire/field-table.js";

/** What is measured, in which unit, and what is plausible. Ranges: docs/protocols/solarman.md §11. */
export interface Quantity {
  readonly key: string;
  readonly unit?: string;
  readonly deviceClass?: string;
  readonly stateClass?: "measurement" | "total_increasing";
  readonly min?: number;
  readonly max?: number;
  /** How sure the meaning is; absent: seen in captures that were decoded again. */
  readonly confidence?: "medium" | "low";
  readonly note?: string;
}

export interface SolarmanField extends FieldRow, Quantity {
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
}
