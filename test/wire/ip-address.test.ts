import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatIpAddress, parseIpAddress, withoutMapping } from "../../src/wire/ip-address.js";

describe("IP addresses", () => {
  it("are written and read back", () => {
    for (const text of [
      "192.0.2.1",
      "::1",
      "::",
      "2001:db8::1",
      "fe80::1:2:3:4",
      "1:2:3:4:5:6:7:8",
      "2001:db8:0:1:1:1:1:1",
    ]) {
      expect(formatIpAddress(parseIpAddress(text) ?? new Uint8Array())).toBe(text);
    }
  });

  it("give the same bytes for every address", () => {
    for (const length of [4, 16]) {
      fc.assert(
        fc.property(fc.uint8Array({ minLength: length, maxLength: length }), (bytes) => {
          expect(parseIpAddress(formatIpAddress(bytes))).toEqual(bytes);
        }),
      );
    }
  });

  it("leave out a scope and know IPv4 inside IPv6", () => {
    expect(formatIpAddress(parseIpAddress("fe80::1%eth0") ?? new Uint8Array())).toBe("fe80::1");
    const mapped = parseIpAddress("::ffff:192.0.2.7") ?? new Uint8Array();
    expect(formatIpAddress(withoutMapping(mapped))).toBe("192.0.2.7");
    const plain = parseIpAddress("2001:db8::1") ?? new Uint8Array();
    expect(withoutMapping(plain)).toBe(plain);
  });

  it("are refused where a text is none", () => {
    for (const text of [
      "",
      "1.2.3",
      "1.2.3.256",
      "1:2",
      "1::2::3",
      "::12345",
      "g::1",
      "1:2:3:4:5:6:7:8:9",
      "a.b.c.d",
    ]) {
      expect(parseIpAddress(text)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        expect([4, 16, undefined]).toContain(parseIpAddress(text)?.length);
      }),
    );
    expect(formatIpAddress(new Uint8Array(3))).toBe("");
  });
});
