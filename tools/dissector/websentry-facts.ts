import { statusNames, typedEnums, valueTypeNames } from "../../src/protocols/websentry/enums.js";
import { websentry } from "../../src/protocols/websentry/index.js";
import type { PropertyRow } from "../../src/protocols/websentry/properties/row.js";
import { properties } from "../../src/protocols/websentry/properties.js";
import { labelsOf } from "../../src/protocols/websentry/property-table.js";
import { headerBytes, payloadLimitBytes } from "../../src/protocols/websentry/splitter.js";
import { byNumber, checkNames, type Facts, type FieldRow } from "./facts.js";

/** What the dissector of WebSentry knows, all from the tables that decode it. */
export function websentryFacts(): Facts {
  const named = properties.flatMap(({ id, name }): readonly (readonly [number, string])[] =>
    name ? [[id, name]] : [],
  );
  return {
    port: websentry.defaults.dissectorPort,
    headBytes: headerBytes,
    payloadLimitBytes,
    fields: checkNames([...ownFields(), ...properties.map(propertyField)]),
    keys: new Map(properties.map(({ id, key }) => [id, key])),
    names: new Map(named),
    kinds: new Map(
      [...byNumber(typedEnums)].map(([kind, { name, labels }]) => [kind, { name, labels: byNumber(labels) }]),
    ),
  };
}

function ownFields(): readonly FieldRow[] {
  return [
    ["start", "Start", "hex24"],
    ["checksum", "Checksum", "hex16"],
    ["payload_length", "Payload length", "uint"],
    ["function", "Function", "hex8"],
    ["content", "Content", "bytes"],
    ["item.property", "Property", "hex16"],
    ["item.type", "Type", "hex8", byNumber(valueTypeNames)],
    ["item.status", "Status", "uint", byNumber(statusNames)],
    ["item.kind", "Kind", "hex8"],
    ["item.number", "Value", "double"],
    ["item.text", "Value", "string"],
    ["item.min", "Minimum", "int"],
    ["item.max", "Maximum", "int"],
    ["item.step", "Step", "uint"],
    ["answered_in", "Answered in", "response"],
    ["answer_to", "Answer to", "request"],
  ];
}

function propertyField(row: PropertyRow): FieldRow {
  const { key, name = key, type, unit } = row;
  const names = labelNames(row);
  if (names !== undefined) return [key, name, "uint", names];
  switch (type) {
    case 0x06:
      return [key, name, "double", unit];
    case 0x08:
      return [key, name, "int", unit];
    case 0x02:
    case 0x03:
    case 0x09:
    case 0x12:
      return [key, name, "uint", unit];
    default:
      return [key, name, "string"];
  }
}

function labelNames(row: PropertyRow): ReadonlyMap<number, string> | undefined {
  const labels = labelsOf(row);
  return labels === undefined || Object.keys(labels).length === 0 ? undefined : byNumber(labels);
}
