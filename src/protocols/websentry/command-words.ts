import type { TemperatureUnit } from "./device-notes.js";
import { typedEnums } from "./enums.js";
import type { Item } from "./items.js";
import type { PropertyRow } from "./properties/row.js";
import { hexId, labelsOf, propertyById } from "./property-table.js";

const mostTold = 8;
const offOn = 0x01;

/** What a Set asks of the unit, in words: `set room humidity setpoint to 50 %`, `asked for restart`. */
export function describeSet(items: readonly Item[], setpointUnit: TemperatureUnit | undefined): string {
  const told = items.slice(0, mostTold).map((item) => describeWrite(item, setpointUnit));
  if (items.length > mostTold) told.push(`${items.length - mostTold} more`);
  return told.length === 0 ? "set nothing" : told.join(" and ");
}

function describeWrite(item: Item, setpointUnit: TemperatureUnit | undefined): string {
  const row = propertyById(item.id);
  const name = row?.name === undefined ? `property ${hexId(item.id)}` : inSentence(row.name);
  const value = writtenValue(item, row);
  if (row?.entity?.control === "button") return `asked for ${name}${value === "1" ? "" : ` ${value}`}`;
  const unit = row?.unitFrom === undefined ? row?.unit : setpointUnit;
  return `set ${name} to ${value}${unit === undefined ? "" : ` ${unit}`}`;
}

/** Numbers and enums are both written as type 0x03, so the table must tell what the number means. */
function writtenValue(item: Item, row: PropertyRow | undefined): string {
  if (item.type === 0x03) {
    const labels = row?.entity?.control === "switch" ? typedEnums[offOn]?.labels : row && labelsOf(row);
    const signed = row?.type === 0x08 && item.value > 0x7fff ? item.value - 0x10000 : item.value;
    return labels?.[item.value] ?? String(signed);
  }
  if ("text" in item) return item.text;
  if ("value" in item) return String(item.value);
  return "raw" in item ? String(item.raw) : "no value";
}

/** `Room humidity` to `room humidity`; `A/C` and `DHCP` stay. */
function inSentence(name: string): string {
  return /^[A-Z][a-z]/.test(name) ? `${name.charAt(0).toLowerCase()}${name.slice(1)}` : name;
}
