import type { FieldSpan } from "../model/protocol.js";

const bytesARow = 16;
const widestName = 28;

/** A run of bytes with a name, or between two such runs. */
interface Run {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly value?: string;
}

/**
 * A frame as a table, a named field a row: offset in decimal and hex, bytes, name, value. Long fields are folded; beside bytes without
 * a value stand their characters. `spans`: in their order, as a protocol's layout gives them.
 */
export function renderLayout(bytes: Uint8Array, spans: readonly FieldSpan[]): string {
  const runs = runsOf(bytes, spans);
  const longest = Math.max(0, ...runs.map((run) => Math.min(bytesARow, run.bytes.length)));
  const widths = {
    offset: String(Math.max(0, bytes.length - 1)).length,
    bytes: Math.max(0, 3 * longest - 1),
    name: Math.min(widestName, Math.max(0, ...runs.map((run) => run.name.length))),
  };
  return runs
    .flatMap((run) => renderRun(run, widths))
    .map((row) => `${row}\n`)
    .join("");
}

function runsOf(bytes: Uint8Array, spans: readonly FieldSpan[]): readonly Run[] {
  const runs: Run[] = [];
  let at = 0;
  const fill = (end: number): void => {
    if (end > at) runs.push({ offset: at, bytes: bytes.subarray(at, end), name: "" });
  };
  for (const { offset, length, name, value } of spans) {
    fill(offset);
    const named = { offset, bytes: bytes.subarray(offset, offset + length), name };
    runs.push(value === undefined ? named : { ...named, value });
    at = offset + length;
  }
  fill(bytes.length);
  return runs;
}

interface Widths {
  readonly offset: number;
  readonly bytes: number;
  readonly name: number;
}

function renderRun({ offset, bytes, name, value }: Run, widths: Widths): readonly string[] {
  const rows: string[] = [];
  for (let from = 0; from < Math.max(1, bytes.length); from += bytesARow) {
    const piece = bytes.subarray(from, from + bytesARow);
    const at = offset + from;
    const isFirst = from === 0;
    const last = value === undefined ? `|${characters(piece)}|` : isFirst ? printable(value) : "";
    const cells = [
      String(at).padStart(widths.offset),
      at.toString(16).padStart(4, "0"),
      hexBytes(piece).padEnd(widths.bytes),
      (isFirst ? name : "").padEnd(widths.name),
      last,
    ];
    rows.push(cells.join("  ").trimEnd());
  }
  return rows;
}

function hexBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

function characters(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte < 0x20 || byte > 0x7e ? "." : String.fromCharCode(byte))).join("");
}

/** What could move a terminal's cursor shows as a dot. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ".");
}
