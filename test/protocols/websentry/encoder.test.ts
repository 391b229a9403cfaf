import { describe, expect, it } from "vitest";
import {
  encodeAck,
  encodeFrame,
  encodeInit,
  encodeQuery,
  encodeResponse,
  encodeSet,
} from "../../../src/protocols/websentry/encoder.js";
import { idsOf } from "../../../src/protocols/websentry/property-table.js";
import { bytes, hex } from "./dialogue.js";

describe("encoder", () => {
  it("W04: puts the CRC with the high byte first", () => {
    expect(hex(encodeFrame(bytes("03 25 01 03 00 32")))).toBe("70839ec63d0006032501030032");
  });

  it("makes the Init that a unit sent", () => {
    const items = [
      { id: 0xff00, type: 0x02, raw: 5 },
      { id: 0x0401, type: 0x0d, text: "00:90:c2:0c:02:b3" },
      { id: 0x0120, type: 0x02, raw: 7 },
    ] as const;
    expect(hex(encodeInit(items))).toBe("70839ee8e6001200ff00020504010d0090c20c02b301200207");
  });

  it("makes the first query of the vendor's cloud, byte for byte", () => {
    const published =
      "70 83 9e d9 64 00 31 02 01 00 0f 01 01 0f 01 0e 0f 01 16 0f 02 81 0f 0c 01 0f 10 03 0f 10 0c 0f 10 10 0f 12 20 0f" +
      " 01 02 0f 01 07 0f 01 08 0f 01 0b 0f 01 25 0f 01 36 0f";
    expect(hex(encodeQuery(idsOf("identity")))).toBe(published.replaceAll(" ", ""));
  });

  it("makes replies, changes and acks", () => {
    expect(hex(encodeResponse([{ id: 0x120e, type: 0x02, raw: 2 }])).slice(14)).toBe("02120e0202");
    const date = { id: 0x1000, type: 0x0a, text: "2024-01-09" } as const;
    expect(hex(encodeSet([{ id: 0x1001, type: 0x03, value: 6 }, date]))).toBe(
      "70839ece74000d03100103000610000a7c010900",
    );
    expect(hex(encodeAck([0x0286])).slice(14)).toBe("03028600");
  });
});
