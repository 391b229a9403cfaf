import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unwrap, wrap } from "../../src/wire/compression.js";

const text = Buffer.from("perf_report ".repeat(50));

describe("unwrap and wrap", () => {
  it.each([
    ["zlib", deflateSync(text)],
    ["zlib", deflateSync(text, { level: 9 })],
    ["gzip", gzipSync(text)],
    ["raw", deflateRawSync(text)],
  ])("open %s and pack it again the same way", (type, packed) => {
    const opened = unwrap(packed, 10_000, true);
    expect(opened?.wrapper.type).toBe(type);
    expect(opened?.bytes).toEqual(text);
    expect(opened === undefined ? undefined : wrap(opened).subarray(0, 4)).toEqual(packed.subarray(0, 4));
  });

  it("try no raw deflate where none is to be expected", () => {
    expect(unwrap(deflateRawSync(text), 10_000, false)).toBeUndefined();
  });

  it("open nothing that is larger than the limit", () => {
    for (const packed of [deflateSync(text), gzipSync(text), deflateRawSync(text)]) {
      expect(unwrap(packed, 100, true)).toBeUndefined();
    }
  });

  it("throw for no bytes", () => {
    const start = fc.constantFrom([], [0x78, 0x9c], [0x1f, 0x8b]);
    fc.assert(
      fc.property(start, fc.uint8Array(), (head, bytes) => {
        const opened = unwrap(Uint8Array.of(...head, ...bytes), 1_000, true);
        if (opened !== undefined) expect(unwrap(wrap(opened), 1_000, true)?.bytes).toEqual(opened.bytes);
      }),
    );
  });
});
