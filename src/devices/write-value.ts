import type { EntityDescription } from "../model/entity.js";
import type { Value } from "../model/value.js";

/** The value that a payload means, or in words why it cannot be written. */
export type WriteValue = { readonly value: Value } | { readonly error: string };

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const onWords: ReadonlySet<string> = new Set(["on", "true", "1"]);
const offWords: ReadonlySet<string> = new Set(["off", "false", "0"]);

/** Reads what a user wants an entity to be, as an MQTT payload. Sensors take nothing. */
export function readWriteValue(entity: EntityDescription, payload: string): WriteValue {
  switch (entity.platform) {
    case "number":
      return readNumber(entity, payload.trim());
    case "select":
      return readOption(entity.options ?? [], payload);
    case "switch":
      return readSwitch(entity.onOff, payload.trim());
    case "text":
      return readText(entity.pattern, payload);
    case "button":
      return payload === "" ? { error: "expected a payload, for example PRESS" } : { value: true };
    case "sensor":
    case "binary_sensor":
      return { error: `${entity.key} can only be read` };
    default:
      return entity.platform satisfies never;
  }
}

function readNumber({ range }: EntityDescription, text: string): WriteValue {
  if (range === undefined) return { error: "the device has not told yet what may be written" };
  const { min, max, step } = range;
  const given = decimal.test(text) ? Number(text) : Number.NaN;
  // A zero without a sign: the two are told apart on their way, and mean the same.
  const value = (Number.isInteger(step) ? Math.round(given) : given) + 0;
  if (value >= min && value <= max) return { value };
  return { error: `expected a number from ${min} to ${max}` };
}

function readOption(options: readonly string[], text: string): WriteValue {
  return options.includes(text) ? { value: text } : { error: `expected one of: ${options.join(", ")}` };
}

function readSwitch(onOff: EntityDescription["onOff"], text: string): WriteValue {
  const word = text.toLowerCase();
  const [on, off] = onOff ?? ["ON", "OFF"];
  if (word === on.toLowerCase()) return { value: true };
  if (word === off.toLowerCase()) return { value: false };
  if (onWords.has(word)) return { value: true };
  return offWords.has(word) ? { value: false } : { error: `expected ${on} or ${off}` };
}

function readText(pattern: string | undefined, text: string): WriteValue {
  if (pattern === undefined || new RegExp(`^(?:${pattern})$`).test(text)) return { value: text };
  return { error: `expected a text that matches ${pattern}` };
}
