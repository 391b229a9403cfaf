/** What a Lua table is made from. A record's keys become names or `[number]`; undefined parts are left out. */
export type LuaValue =
  | string
  | number
  | boolean
  | undefined
  | readonly LuaValue[]
  | LuaRecord
  | ReadonlyMap<number, LuaValue>;

export interface LuaRecord {
  readonly [key: string]: LuaValue;
}

const keywords = new Set(["and", "end", "function", "in", "local", "nil", "not", "or", "repeat", "then", "type"]);

/** A literal, in one line. */
export function luaText(value: LuaValue): string {
  if (typeof value === "string") return quote(value);
  if (value === undefined) return "nil";
  if (typeof value !== "object") return String(value);
  if (isList(value)) return `{ ${value.map(luaText).join(", ")} }`;
  return `{ ${entriesOf(value).join(", ")} }`;
}

/** A table with one row of it a line. */
export function luaLines(value: LuaRecord | readonly LuaValue[] | ReadonlyMap<number, LuaValue>): string {
  const rows = isList(value) ? value.map(luaText) : entriesOf(value);
  return `{\n${rows.map((row) => `  ${row},\n`).join("")}}`;
}

function entriesOf(value: LuaRecord | ReadonlyMap<number, LuaValue>): readonly string[] {
  if (value instanceof Map) return [...value].map(([key, one]) => `[${key}] = ${luaText(one)}`);
  return Object.entries(value).flatMap(([key, one]) =>
    one === undefined ? [] : [`${keyText(key)} = ${luaText(one)}`],
  );
}

function isList(value: LuaValue): value is readonly LuaValue[] {
  return Array.isArray(value);
}

function keyText(key: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(key) && !keywords.has(key) ? key : `[${quote(key)}]`;
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}
