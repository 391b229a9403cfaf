import type { FieldView } from "../../api-types.js";
import { characterOf, hexOf } from "./bytes.js";

/** Bytes in one row that belong to the same fields, all changed or all not. */
export interface Run {
  readonly offset: number;
  readonly length: number;
  /** `0a 0b`. */
  readonly hex: string;
  readonly text: string;
  /** Index of the smallest field that it belongs to; undefined: none. */
  readonly field: number | undefined;
  readonly changed: boolean;
}

export interface HexRow {
  readonly offset: number;
  readonly runs: readonly Run[];
}

/** The smallest field over each byte, the later one of two alike, by its index; fields beyond the bytes are cut. */
export function fieldsByByte(length: number, fields: readonly FieldView[]): readonly (number | undefined)[] {
  const owner: (number | undefined)[] = Array.from({ length }, () => undefined);
  const widestFirst = fields
    .map((field, index) => ({ field, index }))
    .sort((left, right) => right.field.length - left.field.length || left.index - right.index);
  for (const { field, index } of widestFirst) {
    const end = Math.min(length, field.offset + field.length);
    for (let at = Math.max(0, field.offset); at < end; at += 1) owner[at] = index;
  }
  return owner;
}

export interface HexInput {
  readonly bytes: Uint8Array;
  readonly fields: readonly FieldView[];
  /** As `changedBytes` gives it. */
  readonly changed: readonly boolean[];
  readonly width: number;
}

/** Rows of `width` bytes, cut into runs where a field or a change begins or ends. */
export function hexRows({ bytes, fields, changed, width }: HexInput): readonly HexRow[] {
  const owner = fieldsByByte(bytes.length, fields);
  const edges = new Set(fields.flatMap(({ offset, length }) => [offset, offset + length]));
  const rows: HexRow[] = [];
  for (let offset = 0; offset < bytes.length; offset += width) {
    const end = Math.min(bytes.length, offset + width);
    const runs: Run[] = [];
    let from = offset;
    for (let at = offset + 1; at <= end; at += 1) {
      if (at < end && !edges.has(at) && owner[at] === owner[from] && changed[at] === changed[from]) continue;
      runs.push(runOf(bytes, from, at, { field: owner[from], changed: changed[from] ?? false }));
      from = at;
    }
    rows.push({ offset, runs });
  }
  return rows;
}

function runOf(bytes: Uint8Array, from: number, end: number, facts: Pick<Run, "field" | "changed">): Run {
  const part = [...bytes.subarray(from, end)];
  const texts = { hex: part.map(hexOf).join(" "), text: part.map(characterOf).join("") };
  return { offset: from, length: end - from, ...texts, ...facts };
}
