import type { FieldSpan, Frame } from "../../model/protocol.js";
import type { Direction } from "../../model/session.js";
import { Cursor } from "../../wire/cursor.js";
import { withUnit } from "../../wire/field-spans.js";
import { WireError } from "../../wire/wire-error.js";
import { type Labels, propertyEnums, statusNames, typedEnums, valueTypeNames } from "./enums.js";
import { type ItemValue, isNotApplicable, readValue, valueType } from "./items.js";
import { functionCode } from "./messages.js";
import type { PropertyRow } from "./properties/row.js";
import { hexId, keyOf, labelsOf, propertyById } from "./property-table.js";
import { headerBytes } from "./splitter.js";

/** Names the bytes of a whole frame: docs/protocols/websentry.md §2 to §4. Never throws. */
export function layOutFrame({ bytes, direction, whole }: Frame): readonly FieldSpan[] {
  if (!whole || bytes.length <= headerBytes) return [];
  const cursor = new Cursor(bytes);
  cursor.skip(3);
  const spans: FieldSpan[] = [
    span(0, 3, "start", "70 83 9e"),
    span(3, 2, "checksum", hexId(cursor.u16be())),
    span(5, 2, "payload_length", `${cursor.u16be()} bytes`),
  ];
  const code = cursor.u8();
  const name = nameFunction(code, direction);
  spans.push(span(headerBytes, 1, "function", `${hex8(code)} ${name ?? "not known"}`));
  return name === undefined || code === functionCode.undecoded ? spans : [...spans, ...itemSpans(cursor)];
}

/** Undefined: this side never says so, and what follows is not known. */
function nameFunction(code: number, direction: Direction): string | undefined {
  const fromCloud = direction === "cloud-to-device";
  switch (code) {
    case functionCode.init:
      return fromCloud ? undefined : "Init";
    case functionCode.query:
      return fromCloud ? "query" : "reply";
    case functionCode.set:
      return fromCloud ? "Set" : "ack";
    case functionCode.undecoded:
      return "not decoded";
    default:
      return undefined;
  }
}

/** Items up to the first that cannot be read: the length of a value of unknown type is unknown too. */
function itemSpans(cursor: Cursor): readonly FieldSpan[] {
  const spans: FieldSpan[] = [];
  try {
    while (cursor.remaining > 0) {
      const at = cursor.offset;
      const id = cursor.u16be();
      const type = cursor.u8();
      const value = readValue(cursor, type);
      const row = propertyById(id);
      spans.push(
        span(at, 2, "property", `${hexId(id)} ${row?.name ?? keyOf(id)}`),
        span(at + 2, 1, "type", `${hex8(type)} ${valueTypeNames[type] ?? "not known"}`),
      );
      if (value === undefined) break;
      spans.push(...valueSpans(value, id, at + 3, cursor.offset - at - 3));
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
  return spans;
}

function valueSpans(item: ItemValue, id: number, at: number, length: number): readonly FieldSpan[] {
  const key = keyOf(id);
  const row = propertyById(id);
  switch (item.type) {
    case valueType.ok:
    case valueType.query:
      return [];
    case valueType.status:
      return [span(at, 1, "status", labelled(item.code, statusNames))];
    case valueType.enum:
      return [span(at, 1, key, labelled(item.raw, propertyEnums[id]))];
    case valueType.typedEnum: {
      const kind = typedEnums[item.kind];
      return [
        span(at, 1, `${key}_kind`, `${hex8(item.kind)} ${kind?.name ?? "not known"}`),
        span(at + 1, 1, key, labelled(item.raw, kind?.labels)),
      ];
    }
    case valueType.ranged:
      return [
        span(at, 2, key, isNotApplicable(item) ? "0 (not in use)" : withUnit(item.value, row?.unit)),
        span(at + 2, 2, `${key}_min`, withUnit(item.min, row?.unit)),
        span(at + 4, 2, `${key}_max`, withUnit(item.max, row?.unit)),
        span(at + 6, 1, `${key}_step`, withUnit(item.step, row?.unit)),
      ];
    case valueType.text:
      return [
        span(at, 1, `${key}_length`, String(length - 1)),
        ...(length > 1 ? [span(at + 1, length - 1, key, item.text)] : []),
      ];
    default:
      return [span(at, length, key, "text" in item ? item.text : describeNumber(item.value, row))];
  }
}

/** A Set writes enums as plain numbers too. */
function describeNumber(value: number, row: PropertyRow | undefined): string {
  const label = row === undefined ? undefined : labelsOf(row)?.[value];
  return label === undefined ? withUnit(value, row?.unit) : `${label} (${value})`;
}

/** `On (1)`. */
function labelled(raw: number, labels: Labels | undefined): string {
  const label = labels?.[raw];
  return label === undefined ? String(raw) : `${label} (${raw})`;
}

function hex8(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}

function span(offset: number, length: number, name: string, value: string): FieldSpan {
  return { offset, length, name, value };
}
