import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteQueue } from "../../src/wire/byte-queue.js";

describe("ByteQueue", () => {
  it("gives bytes across chunks, and leaves them until they are read past", () => {
    const queue = new ByteQueue();
    queue.push(Uint8Array.of(1, 2, 3));
    expect(queue.peek(4)).toBeUndefined();
    queue.push(Uint8Array.of(4, 5));
    expect(queue.peek(4)).toEqual(Uint8Array.of(1, 2, 3, 4));
    queue.skip(2);
    expect(queue.peek(3)).toEqual(Uint8Array.of(3, 4, 5));
    expect([queue.offset, queue.length]).toEqual([2, 3]);
  });

  it("copies nothing that stands within one chunk", () => {
    const queue = new ByteQueue();
    const chunk = Uint8Array.of(1, 2, 3);
    queue.push(chunk);
    queue.skip(1);
    expect(queue.peek(2)?.buffer).toBe(chunk.buffer);
  });

  it("reads past no more than it has", () => {
    const queue = new ByteQueue();
    queue.push(Uint8Array.of(1, 2));
    queue.skip(9);
    expect([queue.offset, queue.length]).toEqual([2, 0]);
    queue.push(Uint8Array.of(3));
    expect(queue.peek(1)).toEqual(Uint8Array.of(3));
  });

  it("keeps the order of any chunks, however they are read", () => {
    const steps = fc.array(
      fc.record({ chunk: fc.uint8Array({ maxLength: 9 }), count: fc.nat(12), isPeeked: fc.boolean() }),
    );
    fc.assert(
      fc.property(steps, (all) => {
        const queue = new ByteQueue();
        const given = all.flatMap(({ chunk }) => [...chunk]);
        const taken: number[] = [];
        for (const { chunk, count, isPeeked } of all) {
          queue.push(chunk);
          const bytes = queue.peek(count);
          if (bytes === undefined || isPeeked) continue;
          taken.push(...bytes);
          queue.skip(count);
        }
        taken.push(...(queue.peek(queue.length) ?? []));
        expect(taken).toEqual(given);
      }),
    );
  });
});
