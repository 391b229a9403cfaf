import type { DeviceDescription, DeviceId } from "../../model/device.js";
import type { Value } from "../../model/value.js";
import { asControl } from "./control-entities.js";
import { derivedEntities } from "./derived.js";
import type { DeviceNotes } from "./device-notes.js";
import { propertyEntities } from "./entities.js";
import { propertyById } from "./property-table.js";

export interface Unit {
  readonly id: DeviceId;
  readonly notes: DeviceNotes;
  /** Newest values by state key, from earlier sessions too. */
  readonly values: ReadonlyMap<string, Value>;
  /** What can be written is described as such. */
  readonly control: boolean;
}

/** Announces what the unit ever answered and nothing else; a setpoint only when its unit is known. */
export function describeUnit({ id, notes, values, control }: Unit): DeviceDescription {
  const hasUnit = (property: number): boolean =>
    notes.temperatureUnit !== undefined || propertyById(property)?.unitFrom === undefined;
  const entities = propertyEntities(notes.temperatureUnit ?? "°F")
    .filter((row) => (notes.answered.has(row.id) || (control && isWriteOnly(row.id))) && hasUnit(row.id))
    .map((row) => (control ? asControl(row.id, row.entity, notes) : row.entity));
  const swVersion = text(values.get("firmware_version"));
  const hwVersion = text(values.get("board_version"));
  const serialNumber = text(values.get("serial_number"));
  const intervalS = values.get("cloud_connect_interval");
  return {
    id,
    protocol: "websentry",
    name: `WebSentry ${id.slice(-6)}`,
    manufacturer: "Seresco / Dehumidified Air Solutions",
    model: "Pool dehumidifier",
    ...(swVersion === undefined ? {} : { swVersion }),
    ...(hwVersion === undefined ? {} : { hwVersion }),
    ...(serialNumber === undefined ? {} : { serialNumber }),
    entities: [...entities, ...derivedEntities.filter((entity) => values.has(entity.key))],
    eventTypes: [],
    ...(typeof intervalS === "number" && intervalS > 0 ? { intervalS } : {}),
  };
}

function text(value: Value | undefined): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

/** Written and never read, so that no answer can show that the unit has it. */
function isWriteOnly(id: number): boolean {
  const row = propertyById(id);
  return row?.setType !== undefined && row.group === "none";
}
