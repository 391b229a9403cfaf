import type { Value } from "../../model/value.js";
import type { DeviceNotes } from "./device-notes.js";
import type { Item } from "./items.js";
import type { PropertyRow } from "./properties/row.js";
import { labelsOf } from "./property-table.js";

/**
 * A value as it is written: numbers and enums as type 0x03, dates as 0x0a (docs/protocols/websentry.md §8). A text says
 * why it cannot be.
 */
export function writeItem(row: PropertyRow, value: Value, notes: DeviceNotes): Item | string {
  const { id } = row;
  switch (row.entity?.control) {
    case "number":
      return numberItem(row, value, notes);
    case "select": {
      const raw = rawOf(row, value);
      return raw === undefined ? `${String(value)} is none of its options` : { id, type: 0x03, value: raw };
    }
    case "switch":
      return { id, type: 0x03, value: value === true ? 1 : 0 };
    case "button":
      return { id, type: 0x03, value: row.entity.press ?? 1 };
    case "text":
      return isDate(value) ? { id, type: 0x0a, text: value } : `${String(value)} is no date of the form YYYY-MM-DD`;
    default:
      return `${row.key} cannot be written`;
  }
}

/** The range is the one that the unit itself told last. */
function numberItem({ id, key }: PropertyRow, value: Value, notes: DeviceNotes): Item | string {
  const range = notes.ranges.get(key);
  if (range === undefined) return "the unit has not told its range yet";
  if (typeof value !== "number" || !Number.isFinite(value)) return `${String(value)} is no number`;
  const rounded = Math.round(value);
  if (rounded < range.min || rounded > range.max) return `expected a number from ${range.min} to ${range.max}`;
  return { id, type: 0x03, value: rounded & 0xffff };
}

function rawOf(row: PropertyRow, value: Value): number | undefined {
  const found = Object.entries(labelsOf(row) ?? {}).find(([, label]) => label === value);
  return found === undefined ? undefined : Number(found[0]);
}

function isDate(value: Value): value is string {
  if (typeof value !== "string") return false;
  const [year = 0, month = 0, day = 0] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(value)?.slice(1).map(Number) ?? [];
  const longest = month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year >= 1900 && year <= 2155 && month >= 1 && month <= 12 && day >= 1 && day <= longest;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
