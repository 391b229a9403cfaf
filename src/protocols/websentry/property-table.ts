import { type Labels, propertyEnums, typedEnums } from "./enums.js";
import type { PropertyRow, QueryGroup } from "./properties/row.js";
import { properties } from "./properties.js";

/** Rows by id. Throws where one property has two rows, or one key or name stands for two properties. */
export function indexProperties(rows: readonly PropertyRow[]): ReadonlyMap<number, PropertyRow> {
  const byId = new Map<number, PropertyRow>();
  const taken = new Map<string, number>();
  for (const row of rows) {
    const other = byId.get(row.id);
    if (other !== undefined) throw new Error(`${hexId(row.id)} has two names: ${other.key} and ${row.key}`);
    byId.set(row.id, row);
    for (const word of row.name === undefined ? [row.key] : [row.key, row.name]) {
      const holder = taken.get(word);
      if (holder !== undefined) throw new Error(`${hexId(holder)} and ${hexId(row.id)} are both named ${word}`);
      taken.set(word, row.id);
    }
  }
  return byId;
}

const byId = indexProperties(properties);

export function propertyById(id: number): PropertyRow | undefined {
  return byId.get(id);
}

const byKey = new Map(properties.map((row) => [row.key, row]));

export function propertyByKey(key: string): PropertyRow | undefined {
  return byKey.get(key);
}

/** Key of the state object, for ids outside the table too. */
export function keyOf(id: number): string {
  return byId.get(id)?.key ?? `prop_${hexId(id)}`;
}

/** Ids that the cloud asks for together, in its order as far as known. */
export function idsOf(group: QueryGroup): readonly number[] {
  if (group === "identity") return identityIds;
  return properties.filter((row) => row.group === group).map((row) => row.id);
}

/** Kind of a typed enum, from the table. */
export function kindOf(row: PropertyRow): number | undefined {
  if (row.kind !== undefined) return row.kind;
  return row.type === 0x09 && row.sample !== undefined ? Number.parseInt(row.sample.slice(0, 2), 16) : undefined;
}

/** Labels of an enumerated property; undefined where it is not one, or none is known. */
export function labelsOf(row: PropertyRow): Labels | undefined {
  const kind = kindOf(row);
  return kind === undefined ? propertyEnums[row.id] : typedEnums[kind]?.labels;
}

/** `0x0600`. */
export function hexId(id: number): string {
  return `0x${id.toString(16).padStart(4, "0")}`;
}

/** The first query of every session, byte for byte as published: docs/protocols/websentry.md §6. */
const identityIds = [
  0x0100, 0x0101, 0x010e, 0x0116, 0x0281, 0x0c01, 0x1003, 0x100c, 0x1010, 0x1220, 0x0102, 0x0107, 0x0108, 0x010b,
  0x0125, 0x0136,
] as const;
