import type { SchemaNode } from "./schema-nodes.js";

const nouns = {
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "a map of keys",
} as const;

/** What a key takes, in words: its own, its list of values, or its type and range. */
export function describeAllowed(node: SchemaNode): string {
  if (node.allowed !== undefined) return node.allowed;
  if (node.enum !== undefined) return `one of ${node.enum.join(", ")}`;
  const types = typeof node.type === "string" ? [node.type] : node.type;
  return `${types.map((type) => nouns[type]).join(" or ")}${range(node)}`;
}

function range({ minimum, maximum, minLength, maxLength, maxItems }: SchemaNode): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minLength !== undefined && maxLength !== undefined) return ` of ${minLength} to ${maxLength} characters`;
  return maxItems === undefined ? "" : ` of at most ${maxItems}`;
}
