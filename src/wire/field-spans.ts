import type { FieldSpan } from "../model/protocol.js";
import type { FieldTable, FoundField } from "./field-table.js";

/** How the values of some keys are read by a person. The others: the value and its unit. */
export type FieldWords = Readonly<Record<string, (value: number | string) => string>>;

/** The fields of `table` that lie within `bytes`, which stand at `at` in their frame. Never throws, unless a word does. */
export function fieldSpans(
  table: FieldTable,
  bytes: Uint8Array,
  at: number,
  words: FieldWords = {},
): readonly FieldSpan[] {
  return table.find(bytes).map((found) => ({
    offset: at + found.row.offset,
    length: found.end - found.row.offset,
    name: found.row.key,
    value: describeField(found, words),
  }));
}

function describeField({ row, value, isPlausible }: FoundField, words: FieldWords): string {
  if (value === undefined) return "none";
  const text = words[row.key]?.(value) ?? withUnit(value, row.unit);
  return isPlausible ? text : `${text} (implausible)`;
}

/** `230.1 V`. */
export function withUnit(value: number | string, unit: string | undefined): string {
  return unit === undefined ? String(value) : `${value} ${unit}`;
}
