import { describe, expect, it } from "vitest";
import { usualLimits, type WebLimits } from "../../src/web/limits.js";
import { Live } from "../../src/web/live.js";
import type { LiveWish } from "../../src/web/sources.js";
import { exampleLive, exampleNow } from "../support/example-views.js";
import { FakeClock } from "../support/fake-clock.js";
import { FakePageSources } from "../support/fake-page-sources.js";
import { type LogRecorder, recordLog } from "../support/log-recorder.js";
import { type OpenStream, openStream, type StreamOptions } from "./stream-setup.js";

interface LiveSetUp extends LogRecorder {
  readonly live: Live;
  readonly sources: FakePageSources;
  readonly clock: FakeClock;
  open(wish?: LiveWish, options?: StreamOptions): Promise<OpenStream & { readonly isOpen: boolean }>;
}

function setUpLive(limits: Partial<WebLimits> = {}, ingress = false): LiveSetUp {
  const recorder = recordLog();
  const clock = new FakeClock(exampleNow);
  const sources = new FakePageSources();
  const live = new Live(sources, { log: recorder.log, clock, limits: { ...usualLimits, ...limits }, ingress });
  return {
    ...{ ...recorder, live, sources, clock },
    async open(wish = { sessions: false }, options = {}) {
      let isOpen = false;
      const answer: StreamOptions["answer"] = (request, response) => {
        isOpen = live.open(wish, request, response);
        if (!isOpen) response.writeHead(503).end();
      };
      const stream = await openStream({ ...options, answer });
      return { ...stream, isOpen };
    },
  };
}

const hello = `retry: 3000\nevent: hello\ndata: {"version":"1.2.3","now":${exampleNow}}\n\n`;
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("live events", () => {
  it("begin with a hello, in the form of server-sent events that no proxy keeps back", async () => {
    const { open } = setUpLive();
    const { browser, text } = await open();
    await expect.poll(text).toBe(hello);
    expect(browser.headers).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    });
  });

  it("are told with their names, the data in one line", async () => {
    const { open, sources } = setUpLive();
    const { text } = await open();
    sources.tell("event", { ...exampleLive.event, type: "line\nbreak" });
    sources.tell("overview", {});
    const data = JSON.stringify({ ...exampleLive.event, type: "line\nbreak" });
    await expect.poll(text).toBe(`${hello}event: event\ndata: ${data}\n\nevent: overview\ndata: {}\n\n`);
  });

  it("are watched as the reader wishes, until it leaves", async () => {
    const { open, sources, live, clock } = setUpLive();
    const wish = { session: "s1", sessions: true };
    const { browser } = await open(wish);
    expect([...sources.watchers.values()]).toEqual([wish]);
    browser.destroy();
    await expect.poll(() => sources.watchers.size).toBe(0);
    expect([live.readers, clock.pendingTimers]).toEqual([0, 0]);
  });

  it("are encoded once for all readers, and not at all without any", async () => {
    const { open, sources } = setUpLive();
    let encoded = 0;
    const count = (): number => {
      encoded += 1;
      return encoded;
    };
    const told = { ...exampleLive.device, toJSON: () => ({ count: count() }) };
    sources.tell("device", told);
    const readers = [await open(), await open(), await open()];
    await turn();
    expect(encoded).toBe(0);
    sources.tell("device", told);
    for (const { text } of readers) await expect.poll(text).toContain('event: device\ndata: {"count":1}');
    expect(encoded).toBe(1);
  });

  it("are not taken for each other where their data is one object", async () => {
    const { open, sources } = setUpLive();
    const { text } = await open();
    const nothing = {};
    sources.tell("captures", nothing);
    sources.tell("overview", nothing);
    await expect.poll(text).toMatch(/event: captures\ndata: \{\}\n\nevent: overview\ndata: \{\}\n\n$/);
  });

  it("keep the connection busy with a comment every 15 seconds", async () => {
    const { open, clock } = setUpLive();
    const { text } = await open();
    clock.advance(14_999);
    const later = await open();
    clock.advance(1);
    await expect.poll(text).toBe(`${hello}:\n\n`);
    await expect.poll(later.text).toMatch(/:\n\n$/);
    clock.advance(15_000);
    await expect.poll(text).toBe(`${hello}:\n\n:\n\n`);
  });

  it("have room for so many readers, and for one more when one has left", async () => {
    const { open, live } = setUpLive({ readers: 2 });
    const [first] = [await open(), await open()];
    expect(await open()).toMatchObject({ isOpen: false, browser: { statusCode: 503 } });
    first.browser.destroy();
    await expect.poll(() => live.readers).toBe(1);
    expect((await open()).isOpen).toBe(true);
  });

  it("are not taken from others by one address, but for the Supervisor's", async () => {
    const { open } = setUpLive({ readersPerAddress: 1 });
    expect((await open()).isOpen).toBe(true);
    expect((await open()).isOpen).toBe(false);
    expect((await open(undefined, { from: "127.0.0.2" })).isOpen).toBe(true);
    const ingress = setUpLive({ readersPerAddress: 1 }, true);
    expect([(await ingress.open()).isOpen, (await ingress.open()).isOpen]).toEqual([true, true]);
  });

  it("drop a reader that does not keep up, and go on for the others", async () => {
    const { open, sources, live, of } = setUpLive();
    await open(undefined, { isDeaf: true });
    const { text } = await open();
    const frame = { ...exampleLive.frame, hex: "ab".repeat(8 * 1024) };
    for (let count = 0; count < 5_000 && live.dropped === 0; count += 1) {
      sources.tell("frame", frame);
      await turn();
    }
    expect(live.dropped).toBe(1);
    await expect.poll(() => live.readers).toBe(1);
    expect(of("slow reader dropped")).toMatchObject([{ level: 20, address: "127.0.0.1", dropped: 1 }]);
    sources.tell("captures", {});
    await expect.poll(text).toMatch(/event: captures\ndata: \{\}\n\n$/);
  });

  it("end for all at a stop", async () => {
    const { open, live, clock, sources } = setUpLive();
    const readers = [await open(), await open()];
    live.stop();
    for (const { browser } of readers) await expect.poll(() => browser.complete).toBe(true);
    await expect.poll(() => sources.watchers.size).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });
});
