import { describe, expect, it } from "vitest";
import { usualLimits, type WebLimits } from "../../src/web/limits.js";
import { LiveReader } from "../../src/web/live-reader.js";
import { exampleLive } from "../support/example-views.js";
import { FakeClock } from "../support/fake-clock.js";
import { type OpenStream, openStream } from "./stream-setup.js";

interface ReaderSetUp extends OpenStream {
  readonly reader: LiveReader;
  readonly clock: FakeClock;
  readonly encoded: readonly string[];
  readonly dropped: readonly number[];
}

async function setUpReader(limits: Partial<WebLimits> = {}, isDeaf = false): Promise<ReaderSetUp> {
  const clock = new FakeClock();
  const encoded: string[] = [];
  const dropped: number[] = [];
  const stream = await openStream({ isDeaf });
  const reader = new LiveReader(stream.response, {
    ...{ clock, limits: { ...usualLimits, ...limits } },
    encode: (name, data) => {
      encoded.push(name);
      return Buffer.from(`${name} ${JSON.stringify(data)}\n`);
    },
    dropped: (unsentBytes) => dropped.push(unsentBytes),
  });
  return { ...stream, reader, clock, encoded, dropped };
}

const state = (device: string, power: number) => ({ ...exampleLive.state, device, values: { power } });
const powersIn = (text: string) => [...text.matchAll(/"power":(\d+)/g)].map(([, power]) => Number(power));
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("reader of live events", () => {
  it("gets them in order, in a turn of their own", async () => {
    const { reader, text, encoded } = await setUpReader();
    reader.tell("device", exampleLive.device);
    reader.tell("frame", exampleLive.frame);
    reader.tell("captures", exampleLive.captures);
    expect(encoded).toEqual([]);
    await expect.poll(text).toMatch(/^device \{.*\}\nframe \{.*\}\ncaptures \{\}\n$/);
    expect(encoded).toEqual(["device", "frame", "captures"]);
  });

  it("gets a device's state once a second, the newest one", async () => {
    const { reader, clock, text } = await setUpReader();
    for (const power of [1, 2, 3]) reader.tell("state", state("roof", power));
    await expect.poll(() => powersIn(text())).toEqual([1]);
    clock.advance(999);
    reader.tell("state", state("roof", 4));
    await turn();
    expect(powersIn(text())).toEqual([1]);
    clock.advance(1);
    await expect.poll(() => powersIn(text())).toEqual([1, 4]);
    reader.tell("state", state("roof", 5));
    clock.advance(1_000);
    await expect.poll(() => powersIn(text())).toEqual([1, 4, 5]);
  });

  it("gets the states of several devices beside each other", async () => {
    const { reader, text } = await setUpReader();
    for (const power of [1, 2, 3]) reader.tell("state", state(`device${power}`, power));
    await expect.poll(() => powersIn(text())).toEqual([1, 2, 3]);
  });

  it("remembers no device that has been quiet for a second", async () => {
    const { reader, clock } = await setUpReader();
    reader.tell("state", state("roof", 1));
    expect(clock.pendingTimers).toBe(1);
    clock.advance(1_000);
    expect(clock.pendingTimers).toBe(0);
  });

  it("is dropped when more waits for it than it may", async () => {
    const { reader, response, dropped } = await setUpReader({ readerBytes: 256 * 1024 }, true);
    const frame = { ...exampleLive.frame, hex: "ab".repeat(8 * 1024) };
    for (let count = 0; count < 5_000 && dropped.length === 0; count += 1) {
      reader.tell("frame", frame);
      await turn();
    }
    expect(dropped).toHaveLength(1);
    // What was written in one go comes on top.
    expect(dropped[0]).toBeLessThan(512 * 1024);
    expect(response.destroyed).toBe(true);
    reader.tell("frame", frame);
    await turn();
    expect(dropped).toHaveLength(1);
  });

  it("is dropped when too much is told within one turn, and told no more", async () => {
    const { reader, dropped, encoded } = await setUpReader({ readerMessages: 10 });
    for (let count = 0; count < 100; count += 1) reader.tell("device", exampleLive.device);
    expect(dropped).toHaveLength(1);
    await turn();
    expect(encoded).toEqual([]);
  });

  it("takes a burst that is larger than one write, as fast as it reads", async () => {
    const { reader, text, dropped } = await setUpReader();
    const frame = { ...exampleLive.frame, hex: "ab".repeat(8 * 1024) };
    for (let count = 0; count < 20; count += 1) reader.tell("frame", frame);
    await expect.poll(() => text().split("\n").length).toBe(21);
    expect(dropped).toEqual([]);
  });

  it("hears a comment now and then", async () => {
    const { reader, text } = await setUpReader();
    reader.beat();
    await expect.poll(text).toBe(":\n\n");
  });

  it("gets nothing after its end, and leaves no timer", async () => {
    const { reader, clock, browser, text } = await setUpReader();
    reader.tell("state", state("roof", 1));
    reader.tell("state", state("roof", 2));
    reader.end();
    reader.tell("device", exampleLive.device);
    reader.beat();
    expect(clock.pendingTimers).toBe(0);
    await expect.poll(() => browser.complete).toBe(true);
    expect(text()).toBe("");
  });

  it("minds nothing that is told after its browser has left", async () => {
    const { reader, browser, response } = await setUpReader();
    browser.destroy();
    await expect.poll(() => response.destroyed).toBe(true);
    reader.tell("device", exampleLive.device);
    reader.beat();
    await turn();
  });
});
