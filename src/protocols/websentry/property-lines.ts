import type { PropertyLine } from "../../model/protocol.js";
import type { JsonObject, Values } from "../../model/value.js";
import { DeviceNotes, type TemperatureUnit } from "./device-notes.js";
import { valueTypeNames } from "./enums.js";
import { valueType } from "./items.js";
import type { PropertyRow } from "./properties/row.js";
import type { PropertyCount } from "./property-statistics.js";
import { hexId, keyOf, propertyById, propertyByKey } from "./property-table.js";

/** Key of a property outside the table. */
const unnamed = /^prop_0x([0-9a-f]{4})$/;
const serialNumbers: readonly number[] = [0x0103, 0x0110];
/** Addresses of the unit's network. */
const personalTypes: readonly (number | undefined)[] = [valueType.ipv4, valueType.mac];

/** Every property that the unit ever answered, by id: docs/protocols/websentry.md §11. */
export function propertyLines(facts: JsonObject, values: Values): readonly PropertyLine[] {
  const notes = new DeviceNotes(facts);
  const ids = new Set(notes.answered);
  for (const key of notes.statistics.keys()) {
    const id = idOf(key);
    if (id !== undefined) ids.add(id);
  }
  return [...ids]
    .toSorted((a, b) => a - b)
    .map((id): PropertyLine => {
      const key = keyOf(id);
      const row = propertyById(id);
      const count = notes.statistics.of(key);
      const type = typeOf(count, row);
      const typeName = valueTypeNames[type ?? -1];
      const unit = row === undefined ? undefined : unitOf(row, notes.temperatureUnit);
      return {
        ...{ id: hexId(id), key, name: row?.name ?? key, queries: count.queries, changes: count.changes },
        decoded: values[key] ?? null,
        ...(typeName === undefined ? {} : { type: typeName }),
        ...(count.lastChangeAt === undefined ? {} : { changedAt: count.lastChangeAt }),
        ...(unit === undefined ? {} : { unit }),
        ...(count.raw === undefined ? {} : { raw: count.raw }),
        ...(serialNumbers.includes(id) || personalTypes.includes(type) ? { isPersonal: true } : {}),
      };
    });
}

function idOf(key: string): number | undefined {
  const digits = unnamed.exec(key)?.[1];
  return digits === undefined ? propertyByKey(key)?.id : Number.parseInt(digits, 16);
}

/** As it came, where that is known; an answer without a value tells no type. */
function typeOf({ raw }: PropertyCount, row: PropertyRow | undefined): number | undefined {
  const seen = raw === undefined ? undefined : Number.parseInt(raw.slice(0, 2), 16);
  return seen === undefined || seen === valueType.status ? row?.type : seen;
}

function unitOf({ unit, unitFrom, entity }: PropertyRow, temperatureUnit: TemperatureUnit | undefined) {
  return unitFrom === undefined ? (unit ?? entity?.unit) : temperatureUnit;
}
