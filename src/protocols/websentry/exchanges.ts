import type { Frame, Injection, InjectionStep } from "../../model/protocol.js";
import type { Value } from "../../model/value.js";
import { encodeQuery, encodeSet } from "./encoder.js";
import type { Item } from "./items.js";
import { decodeMessage } from "./messages.js";
import { queryToken, setToken } from "./outline.js";
import type { PropertyRow } from "./properties/row.js";
import { headerBytes } from "./splitter.js";
import { stateValue } from "./values.js";

const temperatureUnitId = 0x010e;
/** Codes in place of a value: docs/protocols/websentry.md §4. */
const refusals: Readonly<Record<number, string>> = { 4: "it does not know the property", 5: "not available now" };

/**
 * One Set, its acknowledgement, and the value read back: the acknowledgement says that the message was taken, not that
 * the value is in force (docs/protocols/websentry.md §8). What is never part of a query ends with the acknowledgement.
 */
export function writeExchange(row: PropertyRow, item: Item, value: Value): Injection {
  const { id } = row;
  let isTaken = false;
  return {
    frame: encodeSet([item]),
    asks: setToken([id]),
    next(answer) {
      if (isTaken) return readBack(row, item, answer);
      const refusal = refusalOf(answer, id);
      if (refusal !== undefined) return rejected(refusal);
      isTaken = true;
      if (row.group === "none") return { type: "done", result: { status: "applied", value } };
      const ids = row.unitFrom === undefined ? [id] : [id, temperatureUnitId];
      return { type: "send", frame: encodeQuery(ids), asks: queryToken(ids) };
    },
  };
}

/** A question whose answer is taken in like any other. */
export function askExchange(ids: readonly number[]): Injection {
  const done: InjectionStep = { type: "done", result: { status: "applied", value: null } };
  return { frame: encodeQuery(ids), asks: queryToken(ids), next: () => done };
}

function refusalOf({ bytes, direction }: Frame, id: number): string | undefined {
  const message = decodeMessage(bytes.subarray(headerBytes), direction);
  const item = message.type === "ack" ? message.items.find((one) => one.id === id) : undefined;
  if (item?.type === 0x00) return undefined;
  if (item?.type !== 0x01) return "the unit's answer cannot be read";
  return `the unit refused: ${refusals[item.code] ?? `code ${item.code}`}`;
}

function readBack(row: PropertyRow, written: Item, { bytes, direction }: Frame): InjectionStep {
  const message = decodeMessage(bytes.subarray(headerBytes), direction);
  const item = message.type === "response" ? message.items.find((one) => one.id === row.id) : undefined;
  if (item === undefined) return rejected("the value could not be read back");
  const state = stateValue(item, row);
  const found = state.type === "value" ? state.value : undefined;
  if (!isAsWritten(item, written)) return rejected(`the unit took it, but has ${String(found ?? "no value")} now`);
  return { type: "done", result: { status: "applied", value: found ?? null } };
}

function isAsWritten(item: Item, written: Item): boolean {
  if (written.type === 0x0a) return item.type === 0x0a && item.text === written.text;
  if (written.type !== 0x03) return false;
  if (item.type === 0x08 || item.type === 0x03) return (item.value & 0xffff) === written.value;
  return (item.type === 0x09 || item.type === 0x02) && item.raw === written.value;
}

function rejected(error: string): InjectionStep {
  return { type: "done", result: { status: "rejected", error } };
}
