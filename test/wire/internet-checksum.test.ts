import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { internetChecksum, internetSum } from "../../src/wire/internet-checksum.js";

function slowSum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum;
}

describe("internet checksum", () => {
  it("is the one of RFC 1071's example", () => {
    const bytes = Uint8Array.from([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]);
    expect(internetSum(bytes)).toBe(0xddf2);
    expect(internetChecksum(0xddf2)).toBe(0x220d);
  });

  it("is the same wherever the bytes lie in memory, and however many they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(7), (bytes, offset) => {
        const moved = new Uint8Array(offset + bytes.length).subarray(offset);
        moved.set(bytes);
        expect(internetSum(moved) % 0xffff).toBe(slowSum(bytes) % 0xffff);
      }),
    );
  });

  it("of a sum of parts is that of the whole", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ maxLength: 64 }), (one, other) => {
        const even = one.length % 2 === 0 ? one : Uint8Array.from([...one, 0]);
        const whole = internetChecksum(slowSum(Uint8Array.from([...even, ...other])));
        expect(internetChecksum(internetSum(even) + internetSum(other)) % 0xffff).toBe(whole % 0xffff);
      }),
    );
  });

  it("holds for many large words", () => {
    const bytes = new Uint8Array(10_000_001).fill(0xff);
    expect(internetSum(bytes) % 0xffff).toBe(0xff00);
  });
});
