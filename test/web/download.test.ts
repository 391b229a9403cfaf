import { describe, expect, it } from "vitest";
import { streamOf } from "../../src/web/download.js";

interface Source {
  readonly chunks: AsyncIterable<Uint8Array>;
  taken: number;
  isEnded: boolean;
}

function countedSource(count: number, bytes = 1): Source {
  const source: Source = { chunks: generate(), taken: 0, isEnded: false };
  async function* generate(): AsyncGenerator<Uint8Array> {
    try {
      for (let at = 0; at < count; at += 1) {
        source.taken += 1;
        yield Buffer.alloc(bytes, 97 + at);
      }
    } finally {
      source.isEnded = true;
    }
  }
  return source;
}

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe("stream of a download", () => {
  it("gives every chunk in order", async () => {
    expect(await textOf(await streamOf(countedSource(5).chunks))).toBe("abcde");
  });

  it("gives nothing of nothing", async () => {
    expect(await textOf(await streamOf(countedSource(0).chunks))).toBe("");
  });

  it("throws what fails at once, and fails with what fails later", async () => {
    const failing = async function* (text: string): AsyncGenerator<Uint8Array> {
      if (text !== "") yield Buffer.from(text);
      throw new Error("broken");
    };
    await expect(streamOf(failing(""))).rejects.toThrow("broken");
    await expect(textOf(await streamOf(failing("a")))).rejects.toThrow("broken");
  });

  it("asks for no more than is taken", async () => {
    const source = countedSource(20, 64 * 1024);
    const stream = await streamOf(source.chunks);
    stream.on("readable", () => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect(source.taken).toBeLessThan(5);
    stream.destroy();
    await expect.poll(() => source.isEnded).toBe(true);
  });

  it("lets go of the source where nobody reads any more", async () => {
    const unread = countedSource(20);
    const stream = await streamOf(unread.chunks);
    stream.destroy();
    await expect.poll(() => unread.isEnded).toBe(true);
  });
});
