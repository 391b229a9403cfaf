import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createProbe } from "../../src/wire/probe.js";

const probe = createProbe([0xa5, undefined, [0x00, 0x0f], 0x10]);

describe("probing the first bytes of a connection", () => {
  it.each([
    ["all as in the pattern", [0xa5, 0xff, 0x0f, 0x10], "match"],
    ["more than the pattern", [0xa5, 1, 2, 0x10, 9, 9], "match"],
    ["a byte that differs", [0xa5, 1, 2, 0x11], "no-match"],
    ["a byte outside of a range", [0xa5, 1, 0x10, 0x10], "no-match"],
    ["a wrong byte before the end", [0x16], "no-match"],
    ["too few bytes", [0xa5, 1], "need-more"],
    ["no byte", [], "need-more"],
  ] as const)("%s", (_name, bytes, answer) => {
    expect(probe(Uint8Array.from(bytes))).toBe(answer);
  });

  it("never changes its mind when more bytes come", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ maxLength: 8 }), (head, rest) => {
        const early = probe(head);
        if (early !== "need-more") expect(probe(Uint8Array.of(...head, ...rest))).toBe(early);
      }),
    );
  });
});
