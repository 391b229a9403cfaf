/** A map of an unchecked document. */
export type Section = Readonly<Record<string, unknown>>;

export function isSection(value: unknown): value is Section {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The map at `key`; empty where there is none. */
export function sectionAt(section: Section, key: string): Section {
  const value = valueAt(section, key);
  return isSection(value) ? value : {};
}

/** The text at `key`; undefined where there is none or it is empty, which counts as not given. */
export function textAt(section: Section, key: string): string | undefined {
  const value = valueAt(section, key);
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function listAt(section: Section, key: string): readonly unknown[] {
  const value = valueAt(section, key);
  return Array.isArray(value) ? value : [];
}

function valueAt(section: Section, key: string): unknown {
  return Object.hasOwn(section, key) ? section[key] : undefined;
}

/** `mqtt` and `url` make `mqtt.url`; a number is an index; a key of other characters is quoted. */
export function joinPath(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  const step = /^[\w-]+$/.test(key) ? key : JSON.stringify(shorten(key));
  return path === "" ? step : `${path}.${step}`;
}

export function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** A value as a fault shows it: never a password, never what is inside a map or a list. */
export function describeFound(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (isSection(value)) return "a map of keys";
  if (typeof value === "string") return JSON.stringify(shorten(withoutCredentials(value)));
  return String(value);
}

/** A secret as a fault shows it: its kind alone. */
export function describeSecret(value: unknown): string {
  if (typeof value === "string") return "a text (not shown)";
  return typeof value === "number" || typeof value === "boolean"
    ? `a ${typeof value} (not shown)`
    : describeFound(value);
}

function withoutCredentials(text: string): string {
  return text.replace(/\/\/.*@/s, "//***@");
}
