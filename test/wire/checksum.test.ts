import { describe, expect, it } from "vitest";
import { crc16Modbus, sum8 } from "../../src/wire/checksum.js";

describe("sum8", () => {
  it("adds up modulo 256, in the given range only", () => {
    expect(sum8(Uint8Array.of(0xff, 0x02, 0x03))).toBe(0x04);
    expect(sum8(Uint8Array.of(0xff, 0x02, 0x03), 1)).toBe(0x05);
    expect(sum8(Uint8Array.of(0xff, 0x02, 0x03), 0, 1)).toBe(0xff);
    expect(sum8(new Uint8Array(0))).toBe(0);
  });
});

describe("crc16Modbus", () => {
  it("gives the check value of CRC-16/MODBUS", () => {
    expect(crc16Modbus(Buffer.from("123456789"))).toBe(0x4b37);
  });

  it("gives the checksum of a real request, low byte first on the wire", () => {
    const request = Buffer.from("01030003000635c8", "hex");
    expect(crc16Modbus(request, 0, 6)).toBe(request.readUInt16LE(6));
  });

  it("looks at the given range only", () => {
    expect(crc16Modbus(Buffer.from("xx123456789xx"), 2, 11)).toBe(0x4b37);
    expect(crc16Modbus(new Uint8Array(0))).toBe(0xffff);
  });
});
