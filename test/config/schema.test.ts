import { describe, expect, it } from "vitest";
import { createConfigurationSchema } from "../../src/config/schema.js";
import { createSchemaCheck } from "../../src/config/schema-faults.js";
import type { SchemaNode } from "../../src/config/schema-nodes.js";

const schema = createConfigurationSchema(["solarman", "raw"]);
const yaml11Booleans = ["y", "n", "yes", "no", "on", "off", "true", "false"];

function nodes(node: SchemaNode, path = ""): readonly (readonly [string, SchemaNode])[] {
  const children = Object.entries(node.properties ?? {}).flatMap(([key, child]) => nodes(child, `${path}.${key}`));
  return [[path, node], ...children, ...(node.items === undefined ? [] : nodes(node.items, `${path}[]`))];
}

describe("createConfigurationSchema", () => {
  it("is a schema that ajv takes in strict mode, and {} fits it", () => {
    expect(createSchemaCheck(schema)({})).toBe(true);
  });

  it("takes the protocols that it is given, and no other", () => {
    const protocol = schema.properties?.relays?.items?.properties?.protocol;
    expect(protocol?.enum).toEqual(["solarman", "raw", "auto"]);
  });

  it("allows no unknown key anywhere", () => {
    const open = nodes(schema).filter(([, node]) => node.type === "object" && node.additionalProperties !== false);
    expect(open.map(([path]) => path)).toEqual([]);
  });

  it("says what each key means", () => {
    const silent = nodes(schema).filter(([path, node]) => /\.\w+$/.test(path) && (node.description ?? "") === "");
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  it("has no word that YAML 1.1 reads as a boolean", () => {
    const words = nodes(schema).flatMap(([, node]) => (node.enum ?? []).filter((value) => typeof value === "string"));
    expect(words.filter((word) => yaml11Booleans.includes(String(word).toLowerCase()))).toEqual([]);
  });

  it("gives every number a range", () => {
    const numbers = nodes(schema).filter(([, { type }]) => type === "integer" || type === "number");
    const unbounded = numbers.filter(
      ([, node]) => node.enum === undefined && (node.minimum ?? node.maximum) === undefined,
    );
    expect(unbounded.map(([path]) => path)).toEqual([]);
  });
});
