import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMessage } from "../../../src/protocols/websentry/messages.js";
import { bytes } from "./dialogue.js";

const fromUnit = (text: string, queries: number[][] = []) => decodeMessage(bytes(text), "device-to-cloud", queries);
const fromCloud = (text: string) => decodeMessage(bytes(text), "cloud-to-device");

describe("messages", () => {
  it("W08: tells the function codes apart by their sender", () => {
    expect(fromUnit("00").type).toBe("init");
    expect([fromCloud("02").type, fromUnit("02").type]).toEqual(["query", "response"]);
    expect([fromCloud("03").type, fromUnit("03").type]).toEqual(["set", "ack"]);
    expect([fromCloud("08 00"), fromUnit("08 00")]).toEqual([
      { type: "undecoded", code: 8 },
      { type: "undecoded", code: 8 },
    ]);
  });

  it("W08: names a code that it does not know", () => {
    expect(fromUnit("07")).toEqual({ type: "unknown", code: 7 });
    expect(fromCloud("00")).toEqual({ type: "unknown", code: 0 });
  });

  it("W09: reads the Init that a unit sent: marker, address, flags", () => {
    expect(fromUnit("00 ff 00 02 05 04 01 0d 00 90 c2 0c 02 b3 01 20 02 07")).toEqual({
      type: "init",
      ids: [0xff00, 0x0401, 0x0120],
      complete: true,
      items: [
        { id: 0xff00, type: 0x02, raw: 5 },
        { id: 0x0401, type: 0x0d, text: "00:90:c2:0c:02:b3" },
        { id: 0x0120, type: 0x02, raw: 7 },
      ],
    });
  });

  it("reads the ids of a query", () => {
    expect(fromCloud("02 06 00 0f 06 10 0f")).toEqual({ type: "query", ids: [0x0600, 0x0610] });
  });

  it("reports a query that ends in the middle of an item", () => {
    expect(fromCloud("02 06 00 0f 06 01")).toMatchObject({ ids: [0x0600], fault: { kind: "malformed_query" } });
  });

  it("reports a query that brings a value", () => {
    expect(fromCloud("02 06 00 06 02 16")).toMatchObject({ ids: [], fault: { kind: "malformed_query" } });
  });

  it("reads two changes with two value types from one message", () => {
    expect(fromCloud("03 10 01 03 00 06 10 00 0a 7c 01 09 00")).toMatchObject({
      items: [
        { id: 0x1001, type: 0x03, value: 6 },
        { id: 0x1000, type: 0x0a, text: "2024-01-09" },
      ],
    });
  });

  it("keeps the values before one that is cut off", () => {
    expect(fromUnit("02 06 00 06 02 16 06 01 06 02")).toMatchObject({
      ids: [0x0600],
      items: [{ id: 0x0600, value: 53.4 }],
      fault: { kind: "malformed_message" },
    });
  });

  it("goes on behind an unknown type where the query tells how", () => {
    const reply = "02 06 00 06 02 16 06 01 7f 01 02 03 06 02 06 02 7d";
    expect(fromUnit(reply, [[0x0100], [0x0600, 0x0601, 0x0602]])).toMatchObject({
      ids: [0x0600, 0x0601, 0x0602],
      items: [
        { id: 0x0600, value: 53.4 },
        { id: 0x0602, value: 63.7 },
      ],
      fault: { kind: "unknown_type" },
    });
  });

  it("drops what follows an unknown type where no query tells how to go on", () => {
    const reply = "02 06 00 06 02 16 06 01 7f 01 02 03 06 02 06 02 7d";
    expect(fromUnit(reply)).toMatchObject({ items: [{ id: 0x0600 }], fault: { kind: "unknown_type" } });
  });

  it("never throws, whatever the payload is", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.array(fc.nat(0xffff), { maxLength: 20 }), (payload, query) => {
        decodeMessage(payload, "device-to-cloud", [query]);
        decodeMessage(payload, "cloud-to-device");
      }),
      { numRuns: 500 },
    );
  });
});
