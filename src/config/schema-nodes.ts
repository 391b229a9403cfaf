import { commandClasses } from "../model/command.js";

/** One node of the schema: JSON Schema (draft 7) besides `allowed`, `defaultText` and `secret`. */
export interface SchemaNode {
  readonly type: SchemaType | readonly SchemaType[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly format?: FormatName;
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  /** What a fault says is allowed, where type, range and list of values do not say it. */
  readonly allowed?: string;
  /** The default in words, where it is not one value. */
  readonly defaultText?: string;
  /** True: the value is never shown. */
  readonly secret?: true;
}

export type SchemaType = "string" | "integer" | "number" | "boolean" | "array" | "object";

/** Formats that `formats.ts` checks. */
export type FormatName =
  | "listen"
  | "fixed-listen"
  | "remote"
  | "mqtt-url"
  | "topic-root"
  | "name-server"
  | "timezone"
  | "classes"
  | "device-addresses"
  | "address"
  | "interface"
  | "host-name"
  | "account"
  | "http-url";

/** What files of certificates are, wherever one is named. */
export const files = {
  ca: "Authorities to trust besides the well-known ones",
  cert: "The client's certificate; needs `key`",
  key: "Key of the client's certificate; needs `cert`",
} as const;

/** A map of keys, absent or not. */
export function section(description: string, properties: Readonly<Record<string, SchemaNode>>): SchemaNode {
  return { type: "object", description, additionalProperties: false, properties, default: {} };
}

/** A text without further rules. */
export function text(description: string): SchemaNode {
  return { type: "string", description, maxLength: 4096, allowed: "a text" };
}

/** Path of a PEM file. */
export function file(description: string): SchemaNode {
  return { ...text(description), allowed: "path of a PEM file" };
}

/** One of these words. */
export function choice(values: readonly string[], preset: string, description: string): SchemaNode {
  return { type: "string", description, enum: values, default: preset };
}

/** A list of command classes in one text. */
export function classes(description: string): SchemaNode {
  return {
    type: "string",
    format: "classes",
    description: `${description}, comma-separated: ${commandClasses.join(", ")}`,
    maxLength: 256,
    allowed: `some of ${commandClasses.join(", ")}, comma-separated`,
    default: "",
  };
}

/** A whole number from 1. */
export function count(description: string, preset: number): SchemaNode {
  return { type: "integer", description, minimum: 1, maximum: 100_000, default: preset };
}

/** Whole seconds, at most a day. */
export function seconds(description: string, preset: number): SchemaNode {
  return { type: "integer", description, minimum: 0, maximum: 86_400, default: preset };
}

/** First part of MQTT topics. */
export function topicRoot(description: string, preset: string): SchemaNode {
  return {
    type: "string",
    format: "topic-root",
    description,
    maxLength: 256,
    allowed: "topic without +, #, blanks, empty levels and a leading $",
    default: preset,
  };
}

/** A place to listen; port 0 is any free one. */
export function listenNode(description: string): SchemaNode {
  return {
    type: ["string", "integer"],
    format: "listen",
    description,
    minimum: 0,
    maximum: 65_535,
    allowed: "PORT or HOST:PORT, with a port from 0 (any free one) to 65535",
  };
}
