import { deflateRawSync, deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { deflate, inflate } from "../../src/wire/deflate.js";

const text = Buffer.from("a report ".repeat(100));
const limit = 10_000;

describe("inflate", () => {
  it.each([
    ["a zlib stream", deflateSync(text)],
    ["a raw deflate stream", deflateRawSync(text)],
    ["what deflate made", deflate(text)],
  ])("opens %s", (_name, bytes) => {
    const inflated = inflate(bytes, limit);
    expect(inflated.type === "inflated" && Buffer.from(inflated.bytes).equals(text)).toBe(true);
  });

  it("E12: stops at the limit of what may come out of a bomb", () => {
    const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 });
    expect(bomb.length).toBeLessThan(70_000);
    expect(inflate(bomb, 16 * 1024 * 1024)).toEqual({ type: "too-large" });
    expect(inflate(deflateRawSync(Buffer.alloc(limit + 1)), limit)).toEqual({ type: "too-large" });
  });

  it.each([
    ["text", Buffer.from("not deflate at all")],
    ["half a stream", deflateSync(text).subarray(0, 15)],
    ["nothing", Buffer.alloc(0)],
  ])("says that %s is not deflate", (_name, bytes) => {
    expect(inflate(bytes, limit)).toEqual({ type: "not-deflate" });
  });
});
