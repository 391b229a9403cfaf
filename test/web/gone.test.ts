import { describe, expect, it } from "vitest";
import { onGone } from "../../src/web/gone.js";
import { type OpenStream, openStream } from "./stream-setup.js";

function countEnds({ response }: OpenStream): () => number {
  let ends = 0;
  onGone(response, () => {
    ends += 1;
  });
  return () => ends;
}

describe("an answer", () => {
  it("is over once, when all of it was taken", async () => {
    const stream = await openStream();
    const ends = countEnds(stream);
    expect(ends()).toBe(0);
    stream.response.end();
    await expect.poll(() => stream.browser.complete).toBe(true);
    stream.request.socket.destroy();
    await expect.poll(() => stream.request.socket.closed).toBe(true);
    expect(ends()).toBe(1);
  });

  it("is over when its reader leaves", async () => {
    const stream = await openStream();
    const ends = countEnds(stream);
    stream.browser.destroy();
    await expect.poll(ends).toBe(1);
  });

  it("is over at once where its reader has left already", async () => {
    const stream = await openStream();
    stream.browser.destroy();
    await expect.poll(() => stream.response.destroyed).toBe(true);
    expect(countEnds(stream)()).toBe(1);
  });
});
