import type { LuaRecord, LuaValue } from "./lua-text.js";

/** A field that Wireshark filters by: name behind the protocol's, label, class, and its unit or the names of its values. */
export type FieldRow = readonly [
  name: string,
  label: string,
  kind: FieldClass,
  more?: string | ReadonlyMap<number, string> | undefined,
];

export type FieldClass =
  | "uint"
  | "hex8"
  | "hex16"
  | "hex24"
  | "int"
  | "double"
  | "string"
  | "ether"
  | "time"
  | "request"
  | "response"
  | "bytes";

/** What the dissector of one protocol knows, each part of it a table of its own; a key may have dots. */
export type Facts = Readonly<Record<string, LuaRecord | readonly LuaValue[] | ReadonlyMap<number, LuaValue> | number>>;

/** Of a record with numbers as keys, in their order. */
export function byNumber<T>(record: Readonly<Record<number, T>>): ReadonlyMap<number, T> {
  return new Map(Object.entries(record).map(([key, value]) => [Number(key), value]));
}

/** Throws where two rows have the same name. */
export function checkNames(rows: readonly FieldRow[]): readonly FieldRow[] {
  const names = rows.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`expected one field a name, found ${twice} twice`);
  return rows;
}
