import { describe, expect, it } from "vitest";
import type { EpochUs } from "../../src/model/recording.js";
import {
  encodeInterface,
  encodePacket,
  encodeSecrets,
  encodeSectionHeader,
  encodeStatistics,
} from "../../src/wire/pcapng.js";

const at = 1_795_000_000_123_456 as EpochUs;

function hex(...parts: readonly Uint8Array[]): string {
  return Buffer.concat(parts).toString("hex");
}

/** A block says its length at both ends, and it is a multiple of four. */
function expectBlock(bytes: Uint8Array, type: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  expect(view.getUint32(0, true)).toBe(type);
  expect(view.getUint32(4, true)).toBe(bytes.length);
  expect(view.getUint32(bytes.length - 4, true)).toBe(bytes.length);
  expect(bytes.length % 4).toBe(0);
}

describe("pcapng blocks", () => {
  it("begin a section with the magic of the byte order and a length that is not known", () => {
    const block = encodeSectionHeader({ application: "Cloudtap 1", comments: ["why", "more"] });
    expectBlock(block, 0x0a0d0d0a);
    expect(hex(block.subarray(8, 24))).toBe("4d3c2b1a01000000ffffffffffffffff");
    const options = Buffer.from(block.subarray(24)).toString("latin1");
    expect(options).toContain("\x01\0\x03\0why\0\x01\0\x04\0more\x04\0\x0a\0Cloudtap 1\0\0\0\0\0\0");
  });

  it("describe an interface with Ethernet packets that are never cut", () => {
    const block = encodeInterface({ name: "device leg", description: "what devices say" });
    expectBlock(block, 1);
    expect(hex(block.subarray(8, 16))).toBe("0100000000000000");
  });

  it("hold a packet with its time in two halves, high one first, padded to four bytes", () => {
    const pieces = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)];
    const block = Buffer.concat(encodePacket({ interface: 1, at, pieces, missingBytes: 0, comments: [] }));
    expectBlock(block, 6);
    expect(block.readUInt32LE(8)).toBe(1);
    expect(block.readUInt32LE(12) * 2 ** 32 + block.readUInt32LE(16)).toBe(at);
    expect([block.readUInt32LE(20), block.readUInt32LE(24)]).toEqual([5, 5]);
    expect(hex(block.subarray(28, 36))).toBe("0102030405000000");
    expect(block.length).toBe(40);
  });

  it("say how much of a packet was left out, and carry comments", () => {
    const packet = { interface: 0, at, pieces: [Uint8Array.of(9)], missingBytes: 7, comments: ["é", "two"] };
    const block = Buffer.concat(encodePacket(packet));
    expectBlock(block, 6);
    expect([block.readUInt32LE(20), block.readUInt32LE(24)]).toEqual([1, 8]);
    expect(hex(block.subarray(28))).toBe("0900000001000200c3a900000100030074776f000000000038000000");
  });

  it("keep TLS secrets", () => {
    const block = encodeSecrets(Buffer.from("CLIENT_RANDOM a b\n"));
    expectBlock(block, 10);
    expect(hex(block.subarray(8, 16))).toBe("4b534c5412000000");
  });

  it("end with counts", () => {
    const to = (at + 5) as EpochUs;
    const counts = { received: 3, dropped: 2 };
    const block = encodeStatistics({ interface: 1, at: to, from: at, to, ...counts, comments: [] });
    expectBlock(block, 5);
    expect(hex(block).slice(40)).toContain(`0400080003000000000000000500080002000000000000000000000`);
  });

  it("shorten a comment that no option can hold", () => {
    const packet = { interface: 0, at, pieces: [], missingBytes: 0, comments: ["é".repeat(70_000)] };
    const block = Buffer.concat(encodePacket(packet));
    expectBlock(block, 6);
    expect(block.length).toBeLessThan(66_000);
  });
});
