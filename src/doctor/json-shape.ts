import type { JsonObject, JsonValue } from "../model/value.js";

/** What was found is not what was expected; `message` says where and what. */
export class ShapeError extends Error {
  constructor(path: string, expected: string) {
    super(`expected ${expected} at ${path}`);
    this.name = "ShapeError";
  }
}

/** Takes one value out of JSON. Throws ShapeError, nothing else. */
export type Reader<T> = (value: JsonValue | undefined, path: string) => T;

export const readText: Reader<string> = (value, path) => {
  if (typeof value !== "string") throw new ShapeError(path, "a text");
  return value;
};

export const readNumber: Reader<number> = (value, path) => {
  if (typeof value !== "number") throw new ShapeError(path, "a number");
  return value;
};

export const readFlag: Reader<boolean> = (value, path) => {
  if (typeof value !== "boolean") throw new ShapeError(path, "true or false");
  return value;
};

export function oneOf<const T extends string | number>(words: readonly T[]): Reader<T> {
  return (value, path) => {
    const found = words.find((word) => word === value);
    if (found === undefined) throw new ShapeError(path, `one of ${words.join(", ")}`);
    return found;
  };
}

export function listOf<T>(read: Reader<T>): Reader<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new ShapeError(path, "a list");
    return value.map((entry: JsonValue, index) => read(entry, `${path}[${index}]`));
  };
}

/** An object; keys that nobody asks for do not count. */
export function objectOf<T>(read: (fields: Fields) => T): Reader<T> {
  return (value, path) => {
    if (!isObject(value)) throw new ShapeError(path, "an object");
    return read(new Fields(value, path));
  };
}

/** The fields of one object. */
export class Fields {
  readonly #object: JsonObject;
  readonly #path: string;

  constructor(object: JsonObject, path: string) {
    this.#object = object;
    this.#path = path;
  }

  need<T>(key: string, read: Reader<T>): T {
    return read(this.#own(key), `${this.#path}.${key}`);
  }

  /** To be spread: without the key where it is absent. */
  given<K extends string, T>(key: K, read: Reader<T>): { readonly [name in K]?: T } {
    const result: { [name in K]?: T } = {};
    if (this.#own(key) !== undefined) result[key] = this.need(key, read);
    return result;
  }

  #own(key: string): JsonValue | undefined {
    return Object.hasOwn(this.#object, key) ? this.#object[key] : undefined;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
