import type { EntityDescription } from "../../model/entity.js";
import { derivedEntities } from "./derived.js";
import type { TemperatureUnit } from "./device-notes.js";
import type { PropertyRow } from "./properties/row.js";
import { properties } from "./properties.js";
import { labelsOf } from "./property-table.js";

export interface PropertyEntity {
  readonly id: number;
  readonly entity: EntityDescription;
}

/** Entities of all properties that have one. Sensors stay in °F whatever the unit shows; setpoints follow 0x010e. */
export function propertyEntities(setpointUnit: TemperatureUnit): readonly PropertyEntity[] {
  return byUnit[setpointUnit];
}

function buildEntity(row: PropertyRow, setpointUnit: TemperatureUnit): readonly PropertyEntity[] {
  const part = row.entity;
  if (part === undefined) return [];
  const platform = part.platform ?? "sensor";
  const labels = Object.values(labelsOf(row) ?? {});
  const isEnum = part.deviceClass === "enum";
  // A button's class is none of a sensor's.
  const isOther = part.control === "button" || (isEnum && labels.length === 0);
  const deviceClass = isOther ? undefined : part.deviceClass;
  const unit = row.unitFrom === undefined ? (row.unit ?? part.unit) : setpointUnit;
  const entity: EntityDescription = {
    key: row.key,
    platform,
    name: row.name ?? row.key,
    ...(deviceClass === undefined ? {} : { deviceClass }),
    ...(unit === undefined ? {} : { unit }),
    ...(part.stateClass === undefined ? {} : { stateClass: part.stateClass }),
    ...(part.diagnostic === undefined ? {} : { category: "diagnostic" }),
    ...(row.type === 0x06 ? { precision: 1 } : {}),
    ...(part.enabled === undefined ? {} : { enabled: part.enabled }),
    ...(part.icon === undefined ? {} : { icon: part.icon }),
    ...(isEnum && labels.length > 0 ? { options: [...new Set(labels)] } : {}),
    ...(platform === "binary_sensor" ? { onOff: labels.includes("Yes") ? ["Yes", "No"] : ["On", "Off"] } : {}),
  };
  return [{ id: row.id, entity }];
}

const byUnit: Readonly<Record<TemperatureUnit, readonly PropertyEntity[]>> = {
  "°F": properties.flatMap((row) => buildEntity(row, "°F")),
  "°C": properties.flatMap((row) => buildEntity(row, "°C")),
};

/** Every entity that a unit may have, setpoints in °F. */
export const entities: readonly EntityDescription[] = [...byUnit["°F"].map(({ entity }) => entity), ...derivedEntities];
