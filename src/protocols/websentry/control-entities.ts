import type { EntityDescription } from "../../model/entity.js";
import type { DeviceNotes } from "./device-notes.js";
import type { PropertyRow } from "./properties/row.js";
import { labelsOf, propertyById } from "./property-table.js";

/** What Home Assistant takes as a date; the value itself is checked when it is written. */
const datePattern = "\\d{4}-\\d{2}-\\d{2}";

/** An entity as it is where settings can be written. Range, unit and options are those that the unit tells. */
export function asControl(id: number, entity: EntityDescription, notes: DeviceNotes): EntityDescription {
  const row = propertyById(id);
  const control = row?.setType === undefined ? undefined : row.entity?.control;
  if (row === undefined || control === undefined) return entity;
  const { deviceClass: _sensor, stateClass: _class, category: _category, options: _options, ...rest } = entity;
  const { deviceClass } = row.entity ?? {};
  const shared = { ...rest, ...(row.entity?.primary === true ? {} : { category: "config" as const }) };
  const classed = deviceClass === undefined || deviceClass === "enum" ? {} : { deviceClass };
  switch (control) {
    case "number": {
      const range = notes.ranges.get(row.key);
      return {
        ...shared,
        ...classed,
        platform: "number",
        ...(range === undefined ? {} : { range: atLeastOne(range) }),
      };
    }
    case "select":
      return { ...shared, platform: "select", options: [...new Set(Object.values(labelsOf(row) ?? {}))] };
    case "switch":
      return { ...shared, platform: "switch", onOff: onOffOf(row) };
    case "button":
      return { ...shared, ...classed, platform: "button" };
    case "text":
      return { ...shared, platform: "text", pattern: datePattern };
  }
}

/** A step of 0 would leave Home Assistant nothing to choose. */
function atLeastOne({ min, max, step }: { readonly min: number; readonly max: number; readonly step: number }) {
  return { min, max, step: Math.max(1, step) };
}

function onOffOf(row: PropertyRow): readonly [on: string, off: string] {
  const labels = labelsOf(row);
  return [labels?.[1] ?? "On", labels?.[0] ?? "Off"];
}
