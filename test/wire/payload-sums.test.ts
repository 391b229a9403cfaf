import { describe, expect, it } from "vitest";
import { internetSum } from "../../src/wire/internet-checksum.js";
import { PayloadSums } from "../../src/wire/payload-sums.js";

const chunk = (length: number, fill: number): Uint8Array => new Uint8Array(length).fill(fill);

describe("sums of payloads", () => {
  it("are those of the bytes, small or large, seen before or not", () => {
    const sums = new PayloadSums();
    for (const payload of [chunk(0, 0), chunk(5, 1), chunk(4096, 2), chunk(65_281, 3)]) {
      expect(sums.of(payload)).toBe(internetSum(payload));
      expect(sums.of(payload.subarray(0))).toBe(internetSum(payload));
    }
  });

  it("are not mixed up between parts of one buffer", () => {
    const sums = new PayloadSums();
    const both = Uint8Array.from([...chunk(5000, 1), ...chunk(5000, 2)]);
    expect(sums.of(both.subarray(0, 5000))).toBe(internetSum(chunk(5000, 1)));
    expect(sums.of(both.subarray(5000))).toBe(internetSum(chunk(5000, 2)));
    expect(sums.of(both.subarray(0, 4999))).toBe(internetSum(chunk(4999, 1)));
  });

  it("are known of a few payloads, and no longer than wanted", () => {
    const sums = new PayloadSums();
    const reused = chunk(5000, 1);
    expect(sums.of(reused)).toBe(internetSum(reused));
    reused.fill(9);
    sums.forget();
    expect(sums.of(reused)).toBe(internetSum(chunk(5000, 9)));
    for (let other = 0; other < 4; other += 1) sums.of(chunk(5000, other));
    reused.fill(7);
    expect(sums.of(reused)).toBe(internetSum(chunk(5000, 7)));
  });
});
