import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unzipped } from "../../src/recording/unzipped.js";

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(bytes: Uint8Array, size = 7): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of unzipped(pieces(bytes, size), "f.gz")) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const text = Buffer.from("one session after the other\n".repeat(1000));

describe("unzipped", () => {
  it("gives packed bytes unpacked and others as they are, in pieces of any size", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.integer({ min: 1, max: 40 }), async (bytes, size) => {
        const plain = Buffer.concat([Buffer.from("-"), bytes]);
        expect(await all(plain, size)).toEqual(plain);
        expect(await all(gzipSync(bytes), size)).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 30 },
    );
    expect(await all(new Uint8Array(0))).toEqual(Buffer.alloc(0));
    expect(await all(Uint8Array.of(0x1f))).toEqual(Buffer.of(0x1f));
  });

  it("takes several packed files in one", async () => {
    const two = Buffer.concat([gzipSync(text), gzipSync("end")]);
    expect((await all(two, 100)).toString()).toBe(`${text}end`);
  });

  it("gives what stands before the place where packed bytes are cut, and says so", async () => {
    const whole = gzipSync(text, { level: 0 });
    const chunks: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of unzipped(pieces(whole.subarray(0, 20_000), 1000), "f.gz")) chunks.push(chunk);
    })();
    await expect(reading).rejects.toMatchObject({
      code: "RECORDING_BROKEN",
      message: expect.stringMatching(
        /^f\.gz: expected gzip up to the end of the file, found: .* after \d+ unpacked bytes$/,
      ),
    });
    expect(Buffer.concat(chunks).length).toBeGreaterThan(10_000);
  });

  it("passes on what goes wrong with the source", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield gzipSync(text).subarray(0, 50);
      throw new Error("disk on fire");
    }
    const reading = (async () => {
      for await (const _ of unzipped(failing(), "f.gz"));
    })();
    await expect(reading).rejects.toThrow("disk on fire");
  });

  it("lets go of the source when nobody reads on", async () => {
    let isOver = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.alloc(10);
      } finally {
        isOver = true;
      }
    }
    for await (const _ of unzipped(source(), "f")) break;
    expect(isOver).toBe(true);
  });
});
