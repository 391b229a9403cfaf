import type { Value } from "../../../src/model/value.js";
import { Cursor } from "../../../src/wire/cursor.js";
import { WireError } from "../../../src/wire/wire-error.js";
import { type FieldRow, reportFields } from "./fields.js";
import { answerBit, frameTypes, type Message } from "./messages.js";
import { headerBytes, trailerBytes } from "./splitter.js";

/** A whole frame as the splitter gives it out. Never throws. */
export function decodeMessage(frame: Uint8Array): Message {
  const cursor = new Cursor(frame, 4);
  const frameType = cursor.u8();
  const head = { sequence: cursor.u8(), serial: cursor.u32be() };
  const payload = frame.subarray(headerBytes, frame.length - trailerBytes);
  try {
    switch (frameType) {
      case frameTypes.report:
        return { type: "report", ...head, ...decodeReport(payload) };
      case frameTypes.pulses:
        return { type: "pulses", ...head, energyWh: new Cursor(payload).u16be() };
      case frameTypes.interval:
        return { type: "interval", ...head, intervalS: new Cursor(payload).u16be() };
      default:
        if ((frameType & answerBit) !== 0) return { type: "answer", ...head, to: frameType & ~answerBit };
        return { type: "unknown", ...head, frameType };
    }
  } catch (error) {
    if (error instanceof WireError) return { type: "short", ...head };
    throw error;
  }
}

function decodeReport(payload: Uint8Array): { values: Record<string, Value>; implausible: string[] } {
  const values: Record<string, Value> = {};
  const implausible: string[] = [];
  for (const row of reportFields) {
    const value = readField(payload, row);
    if (value < row.min || value > row.max) implausible.push(`${row.key} ${value} ${row.unit}`);
    else values[row.key] = value;
  }
  return { values, implausible };
}

function readField(payload: Uint8Array, row: FieldRow): number {
  const cursor = new Cursor(payload, row.offset);
  const raw = row.type === "u16be" ? cursor.u16be() : row.type === "s16be" ? cursor.s16be() : cursor.u32be();
  return Number((raw * row.scale).toFixed(3));
}
