import { describe, expect, it } from "vitest";
import { crc16Modbus, sum8 } from "../../src/wire/checksum.js";

const digits = new TextEncoder().encode("123456789");

describe("checksums", () => {
  it("sums bytes modulo 256", () => {
    expect(sum8(digits)).toBe(0xdd);
    expect(sum8(Uint8Array.of(0xff, 0x02))).toBe(0x01);
  });

  it("computes the CRC-16/MODBUS check value", () => {
    expect(crc16Modbus(digits)).toBe(0x4b37);
  });

  it("takes a part of the bytes only", () => {
    const padded = Uint8Array.of(0xaa, ...digits, 0xbb);
    expect([sum8(padded, 1, 10), crc16Modbus(padded, 1, 10)]).toEqual([0xdd, 0x4b37]);
    expect([sum8(padded, 3, 3), crc16Modbus(padded, 3, 3)]).toEqual([0, 0xffff]);
  });
});
