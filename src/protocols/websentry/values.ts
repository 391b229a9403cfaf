import type { Value } from "../../model/value.js";
import { propertyEnums, typedEnums } from "./enums.js";
import { type Item, isNotApplicable } from "./items.js";
import type { Finding } from "./messages.js";
import type { PropertyRow } from "./properties/row.js";
import { hexId, keyOf, labelsOf } from "./property-table.js";

export type StateValue =
  | { readonly type: "value"; readonly value: Value }
  /** No value at all: an answer that says why there is none, or an item without a value. */
  | { readonly type: "none" }
  | { readonly type: "refused"; readonly finding: Finding };

/** Value of an item as it stands in the state object: enums by label, a number where there is none, `null` not in use. */
export function stateValue(item: Item, row: PropertyRow | undefined): StateValue {
  const value = plainValue(item);
  if (value === undefined) return { type: "none" };
  if (value === null || row === undefined) return { type: "value", value };
  if (!isPlausible(item, value, row))
    return refused(row, "implausible_value", `${describe(row)}: found ${value}${expectedRange(row)}`);
  if (!fitsEntity(value, row))
    return refused(row, "unlabelled_value", `${describe(row)}: no label is known for ${value}`);
  return { type: "value", value };
}

function plainValue(item: Item): Value | undefined {
  switch (item.type) {
    case 0x00:
    case 0x0f:
    case 0x01:
      return undefined;
    case 0x02:
      return propertyEnums[item.id]?.[item.raw] ?? item.raw;
    case 0x09:
      return typedEnums[item.kind]?.labels[item.raw] ?? item.raw;
    case 0x03:
    case 0x06:
    case 0x12:
      return item.value;
    case 0x08:
      return isNotApplicable(item) ? null : item.value;
    case 0x07:
      return [...item.text].filter((character) => character >= " ").join("");
    default:
      return item.text;
  }
}

function isPlausible(item: Item, value: Value, row: PropertyRow): boolean {
  if (item.type === 0x0a) return /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(item.text);
  if (item.type === 0x0b) return /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(item.text);
  if (row.plausible === undefined || typeof value !== "number") return true;
  const [min, max] = row.plausible;
  return value >= min && value <= max;
}

function expectedRange({ plausible, unit = "" }: PropertyRow): string {
  return plausible === undefined ? "" : `, expected ${plausible[0]} to ${plausible[1]} ${unit}`.trimEnd();
}

/** Home Assistant takes from an enum only its options, from a measurement only numbers. */
function fitsEntity(value: Value, row: PropertyRow): boolean {
  const { entity } = row;
  if (entity === undefined) return true;
  if (entity.deviceClass === "enum" || entity.platform === "binary_sensor") {
    return Object.values(labelsOf(row) ?? {}).includes(String(value)) && typeof value === "string";
  }
  const numeric = row.unit ?? row.unitFrom ?? entity.unit ?? entity.stateClass;
  return numeric === undefined || typeof value === "number";
}

function refused(row: PropertyRow, kind: string, detail: string): StateValue {
  return { type: "refused", finding: { kind, detail: `${hexId(row.id)} ${detail}` } };
}

function describe(row: PropertyRow): string {
  return keyOf(row.id);
}
