import { describe, expect, it } from "vitest";
import type { Frame, InjectionStep } from "../../../src/model/protocol.js";
import type { EpochMs } from "../../../src/model/time.js";
import { encodeAck, encodeQuery, encodeResponse, encodeSet } from "../../../src/protocols/websentry/encoder.js";
import { askExchange, writeExchange } from "../../../src/protocols/websentry/exchanges.js";
import type { Item } from "../../../src/protocols/websentry/items.js";
import { propertyByKey } from "../../../src/protocols/websentry/property-table.js";
import { hex } from "./dialogue.js";

const now = 0 as EpochMs;
const from = (bytes: Uint8Array): Frame => ({ direction: "device-to-cloud", bytes, whole: true });
const humidity = (value: number): Item => ({ id: 0x2501, type: 0x08, value, min: 35, max: 85, step: 1 });

function write(key: string, item: Item, value: number | boolean | string) {
  const row = propertyByKey(key);
  if (row === undefined) throw new Error(`no property ${key}`);
  return writeExchange(row, item, value);
}

function sent(step: InjectionStep | undefined): string {
  return step?.type === "send" ? `${step.asks} ${hex(step.frame)}` : "nothing";
}

describe("a write", () => {
  it("is exactly the bytes of the vendor's cloud, then read back, and applied only with the value that was written", () => {
    const exchange = write("humidity_setpoint", { id: 0x2501, type: 0x03, value: 50 }, 50);
    expect(hex(exchange.frame)).toBe("70839ec63d000603250103" + "0032");
    expect(exchange.asks).toBe("s:0x2501");
    expect(sent(exchange.next(from(encodeAck([0x2501])), now))).toBe(`q:0x2501 ${hex(encodeQuery([0x2501]))}`);
    expect(exchange.next(from(encodeResponse([humidity(50)])), now)).toEqual({
      type: "done",
      result: { status: "applied", value: 50 },
    });
  });

  it("asks for the unit too where the value counts in it", () => {
    const exchange = write("pool_temp_setpoint", { id: 0x2502, type: 0x03, value: 82 }, 82);
    expect(sent(exchange.next(from(encodeAck([0x2502])), now))).toBe(`q:0x2502 ${hex(encodeQuery([0x2502, 0x010e]))}`);
  });

  it("is rejected where the unit has another value now", () => {
    const exchange = write("humidity_setpoint", { id: 0x2501, type: 0x03, value: 50 }, 50);
    exchange.next(from(encodeAck([0x2501])), now);
    expect(exchange.next(from(encodeResponse([humidity(55)])), now)).toMatchObject({
      result: { status: "rejected", error: "the unit took it, but has 55 now" },
    });
  });

  it.each([
    [4, "it does not know the property"],
    [5, "not available now"],
    [9, "code 9"],
  ])("is rejected where the unit refuses with code %i", (code, words) => {
    const exchange = write("humidity_setpoint", { id: 0x2501, type: 0x03, value: 50 }, 50);
    const refusal = encodeSet([{ id: 0x2501, type: 0x01, code }]);
    expect(exchange.next(from(refusal), now)).toMatchObject({
      result: { status: "rejected", error: `the unit refused: ${words}` },
    });
  });

  it("of what is never read ends with the acknowledgement", () => {
    const exchange = write("spectator_mode", { id: 0x101c, type: 0x03, value: 1 }, true);
    expect(hex(exchange.frame)).toBe("70839ebbf7000603101c030001");
    expect(exchange.next(from(encodeAck([0x101c])), now)).toEqual({
      type: "done",
      result: { status: "applied", value: true },
    });
  });

  it("knows enums and dates again by their number and text", () => {
    const days = write("schedule_3_days", { id: 0x1162, type: 0x03, value: 10 }, "Sat");
    days.next(from(encodeAck([0x1162])), now);
    expect(days.next(from(encodeResponse([{ id: 0x1162, type: 0x09, kind: 8, raw: 10 }])), now)).toMatchObject({
      result: { status: "applied", value: "Sat" },
    });
    const date = write("filter_change_date", { id: 0x1000, type: 0x0a, text: "2024-01-09" }, "2024-01-09");
    date.next(from(encodeAck([0x1000])), now);
    expect(date.next(from(encodeResponse([{ id: 0x1000, type: 0x0a, text: "2024-01-10" }])), now)).toMatchObject({
      result: { status: "rejected" },
    });
  });

  it("is rejected where the answer says nothing of it", () => {
    const exchange = write("humidity_setpoint", { id: 0x2501, type: 0x03, value: 50 }, 50);
    expect(exchange.next(from(encodeResponse([humidity(50)])), now)).toMatchObject({ result: { status: "rejected" } });
    const other = write("humidity_setpoint", { id: 0x2501, type: 0x03, value: 50 }, 50);
    other.next(from(encodeAck([0x2501])), now);
    expect(other.next(from(encodeAck([0x2501])), now)).toMatchObject({
      result: { status: "rejected", error: "the value could not be read back" },
    });
  });
});

describe("a question of Cloudtap's own", () => {
  it("ends with its answer", () => {
    const exchange = askExchange([0x2500, 0x2501]);
    expect(exchange.asks).toBe("q:0x2500");
    expect(exchange.next(from(encodeResponse([humidity(50)])), now)).toMatchObject({ type: "done" });
  });
});
