import { describe, expect, it } from "vitest";
import type { PlayerAction } from "../../../src/model/protocol.js";
import { encodeFrame, encodeQuery, encodeSet } from "../../../src/protocols/websentry/encoder.js";
import { decodeMessage } from "../../../src/protocols/websentry/messages.js";
import { createUnitSimulator } from "../../../src/protocols/websentry/unit-simulator.js";
import { bytes, hex, start } from "./dialogue.js";

const simulate = (index = 0, extra: Readonly<Record<string, string>> = {}) =>
  createUnitSimulator({ index, intervalS: 15, extra });

function sent(actions: readonly PlayerAction[]): readonly Uint8Array[] {
  return actions.flatMap((action) => (action.type === "send" ? [action.bytes] : []));
}

function said(actions: readonly PlayerAction[]) {
  return sent(actions).map((frame) => decodeMessage(frame.subarray(7), "device-to-cloud"));
}

describe("simulated unit", () => {
  it("speaks first, with an address of its own", () => {
    const macs = [0, 1, 300].map((index) => said(simulate(index).connected(start)));
    expect(macs.flat().map((message) => "items" in message && message.items[1])).toMatchObject([
      { text: "00:90:c2:00:00:00" },
      { text: "00:90:c2:00:00:01" },
      { text: "00:90:c2:00:01:2c" },
    ]);
  });

  it("answers a query in its order, in pieces too", () => {
    const unit = simulate();
    unit.connected(start);
    const query = encodeQuery([0x0601, 0x0600, 0xabcd]);
    expect(unit.received(query.subarray(0, 9), start)).toEqual([]);
    expect(said(unit.received(query.subarray(9), start))).toMatchObject([
      { type: "response", ids: [0x0601, 0x0600, 0xabcd] },
    ]);
  });

  it("acks a change, keeps it and tells at the next Init that there is news", () => {
    const unit = simulate();
    unit.connected(start);
    const ack = sent(unit.received(encodeSet([{ id: 0x2501, type: 0x03, value: 50 }]), start));
    expect(ack.map(hex)).toEqual(["70839e3b10000403250100"]);
    expect(said(unit.received(encodeQuery([0x2501]), start))).toMatchObject([{ items: [{ value: 50 }] }]);
    expect(said(unit.connected(start))).toMatchObject([{ items: [{}, {}, { raw: 6 }] }]);
    expect(said(unit.connected(start))).toMatchObject([{ items: [{}, {}, { raw: 7 }] }]);
  });

  it("answers function 0x08 with the same function", () => {
    const unit = simulate();
    unit.connected(start);
    expect(said(unit.received(encodeFrame(bytes("08 00 01 0f")), start))).toEqual([{ type: "undecoded", code: 8 }]);
  });

  it("says nothing to bytes that are no frame", () => {
    const unit = simulate();
    unit.connected(start);
    expect(unit.received(bytes("ff ff ff"), start)).toEqual([]);
  });

  it("comes back after its interval", () => {
    const unit = simulate();
    expect(unit.disconnected(start)).toEqual([{ type: "wake", afterMs: 15_000 }]);
    expect(unit.woken(start)).toEqual([{ type: "connect" }]);
  });

  it("closes when nothing has come for half a minute, counted from the last message", () => {
    const unit = simulate();
    expect(unit.connected(start).at(-1)).toEqual({ type: "wake", afterMs: 30_000 });
    expect(unit.received(encodeQuery([0x0600]), start).at(-1)).toEqual({ type: "wake", afterMs: 30_000 });
    expect(unit.woken(start)).toEqual([{ type: "end" }]);
    unit.disconnected(start);
    expect(unit.woken(start)).toEqual([{ type: "connect" }]);
  });

  it.each([
    ["refuse", ["70839e"]],
    ["ignore", []],
  ])("can %s every change, and then keeps its value", (sets, beginnings) => {
    const unit = simulate(0, { sets });
    unit.connected(start);
    const answers = sent(unit.received(encodeSet([{ id: 0x2501, type: 0x03, value: 50 }]), start)).map(hex);
    expect(answers.map((answer) => answer.slice(0, 6))).toEqual(beginnings);
    expect(answers.map((answer) => answer.slice(14))).toEqual(beginnings.map(() => "0325010105"));
    expect(said(unit.received(encodeQuery([0x2501]), start))).toMatchObject([{ items: [{ value: 55 }] }]);
  });

  it("W28: can be set to Celsius", () => {
    const unit = simulate(0, { unit: "celsius" });
    unit.connected(start);
    expect(said(unit.received(encodeQuery([0x010e, 0x2500]), start))).toMatchObject([
      { items: [{ raw: 3 }, { value: 28 }] },
    ]);
  });
});
