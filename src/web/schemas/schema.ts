/** A JSON Schema, as far as it is used here. */
export interface Schema {
  /** Marks `Optional` as something else. */
  readonly optional?: never;
  readonly [keyword: string]: unknown;
}

/** Of an object that has no name of its own. */
export interface ObjectSchema extends Schema {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
}

/** The schema of a type of api-types.ts. */
export interface ViewSchema extends ObjectSchema {
  readonly $id: string;
}

interface Optional {
  readonly optional: Schema;
}

/** A schema for each key of a type: a key that is missing, or is optional in one of the two alone, is an error of types. */
export type Properties<T> = {
  readonly [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K> ? Optional : Schema;
};

export function optional(schema: Schema): Optional {
  return { optional: schema };
}

/** `name` is that of the type. */
export function view<T>(name: string, description: string, properties: Properties<T>): ViewSchema {
  return { $id: name, ...object<T>(properties), description };
}

/** What is asked of us, with no key besides. An answer may get further ones in later versions. */
export function request<T>(name: string, description: string, properties: Properties<T>): ViewSchema {
  return { ...view<T>(name, description, properties), additionalProperties: false };
}

export function object<T>(properties: Properties<T>): ObjectSchema {
  const entries = Object.entries<Schema | Optional>(properties);
  return {
    type: "object",
    properties: Object.fromEntries(entries.map(([key, one]) => [key, isOptional(one) ? one.optional : one])),
    required: entries.flatMap(([key, one]) => (isOptional(one) ? [] : [key])),
  };
}

export function ref({ $id }: ViewSchema): Schema {
  return { $ref: `${$id}#` };
}

export function list(items: Schema, description?: string): Schema {
  return { type: "array", items, ...described(description) };
}

export function text(description?: string): Schema {
  return { type: "string", ...described(description) };
}

export function oneOf(words: readonly string[], description?: string): Schema {
  return { type: "string", enum: words, ...described(description) };
}

export function number(description?: string): Schema {
  return { type: "number", ...described(description) };
}

/** A whole number, not below 0. */
export function count(description?: string): Schema {
  return { type: "integer", minimum: 0, ...described(description) };
}

export function time(description?: string): Schema {
  return { type: "integer", description: `${description ?? "When"}, in milliseconds since 1970-01-01T00:00:00Z` };
}

export function truth(description?: string): Schema {
  return { type: "boolean", ...described(description) };
}

/** A value of a device. */
export function value(description?: string): Schema {
  return { type: ["number", "string", "boolean", "null"], ...described(description) };
}

/** Any keys, with values of one kind. */
export function record(values: Schema | true, description?: string): Schema {
  return { type: "object", additionalProperties: values, ...described(description) };
}

function described(description: string | undefined): { readonly description?: string } {
  return description === undefined ? {} : { description };
}

function isOptional(one: Schema | Optional): one is Optional {
  return one.optional !== undefined;
}
