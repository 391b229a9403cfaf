import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SlabCopies } from "../../src/monitoring/slab-copies.js";

describe("copies in slabs", () => {
  it("stay as they are while what they were made of changes", () => {
    const copies = new SlabCopies(64);
    const bytes = Buffer.from("hello");
    const copy = copies.copy(bytes);
    bytes.fill(0);
    const read = copies.read(copy);
    expect(Buffer.from(read).toString()).toBe("hello");
    read.fill(0);
    expect(Buffer.from(copies.read(copy)).toString()).toBe("hello");
  });

  it("share slabs, each of which goes with its last copy", () => {
    const copies = new SlabCopies(10);
    const [first, second, third] = [4, 4, 4].map((length) => copies.copy(new Uint8Array(length)));
    if (first === undefined || second === undefined || third === undefined) throw new Error("expected three");
    expect(copies.bytes).toBe(20);
    copies.release(first);
    expect(copies.bytes).toBe(20);
    copies.release(second);
    expect(copies.bytes).toBe(10);
    copies.release(third);
    copies.copy(new Uint8Array(10));
    expect(copies.bytes).toBe(10);
  });

  it("are what was copied, in any order of coming and going", () => {
    const step = fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.nat(30));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const copies = new SlabCopies(32);
        const kept: { readonly bytes: Uint8Array; readonly copy: ReturnType<SlabCopies["copy"]> }[] = [];
        for (const each of steps) {
          if (typeof each !== "number") kept.push({ bytes: each, copy: copies.copy(each) });
          else for (const { copy } of kept.splice(each, 1)) copies.release(copy);
          for (const { bytes, copy } of kept) expect(copies.read(copy)).toEqual(bytes);
        }
        for (const { copy } of kept) copies.release(copy);
        expect(copies.bytes).toBeLessThanOrEqual(32);
      }),
    );
  });
});
