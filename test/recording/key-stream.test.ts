import { describe, expect, it } from "vitest";
import { KeyStream } from "../../src/recording/key-stream.js";

const key = new Uint8Array(32).fill(1);

function numbers(stream: KeyStream, count: number): readonly number[] {
  return Array.from({ length: count }, () => stream.below(1_000));
}

describe("KeyStream", () => {
  it("gives the same numbers for the same key and label, and others for others", () => {
    const first = numbers(new KeyStream(key, "a"), 50);
    expect(numbers(new KeyStream(key, "a"), 50)).toEqual(first);
    expect(numbers(new KeyStream(key, "b"), 50)).not.toEqual(first);
    expect(numbers(new KeyStream(new Uint8Array(32), "a"), 50)).not.toEqual(first);
  });

  it("stays below the limit and reaches all below it", () => {
    const stream = new KeyStream(key, "digits");
    const seen = new Set(Array.from({ length: 500 }, () => stream.below(10)));
    expect([...seen].toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
