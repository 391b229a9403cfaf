/** One value of a state object. `null` says "known to be unknown"; an absent key says "nothing new". */
export type Value = number | string | boolean | null;

export type Values = Readonly<Record<string, Value>>;

export type JsonValue = Value | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue;
}
