import { describe, expect, it } from "vitest";
import { boundedMicroseconds } from "../../src/wire/file-packet.js";

describe("boundedMicroseconds", () => {
  it("keeps what a date can hold", () => {
    expect(boundedMicroseconds(1_795_271_656_123_456n)).toBe(1_795_271_656_123_456);
  });

  it("cuts a broken time so that it still is one", () => {
    expect(boundedMicroseconds(-1n)).toBe(0);
    expect(new Date(boundedMicroseconds(1n << 70n) / 1000).getTime()).toBe(8_640_000_000_000_000);
  });
});
