import { describe, expect, it } from "vitest";
import { Live, type Stream } from "../../../../src/web/page/logic/live.js";
import { FakeClock } from "../../../support/fake-clock.js";

class FakeStream implements Stream {
  readonly path: string;
  readyState = 1;
  isClosed = false;
  readonly #listeners = new Map<string, (event: { readonly data?: unknown }) => void>();

  constructor(path: string) {
    this.path = path;
  }

  addEventListener(name: string, listener: (event: { readonly data?: unknown }) => void): void {
    this.#listeners.set(name, listener);
  }

  close(): void {
    this.isClosed = true;
  }

  tell(name: string, data?: unknown): void {
    this.#listeners.get(name)?.({ data: data === undefined ? undefined : JSON.stringify(data) });
  }

  /** `isFinal`: the browser does not come back by itself. */
  fail(isFinal: boolean): void {
    this.readyState = isFinal ? 2 : 0;
    this.tell("error");
  }
}

function setUp() {
  const clock = new FakeClock();
  const streams: FakeStream[] = [];
  const live = new Live({
    open: (path) => {
      const stream = new FakeStream(path);
      streams.push(stream);
      return stream;
    },
    after: (ms, run) => clock.after(ms, run),
  });
  const newest = () => {
    const stream = streams.at(-1);
    if (stream === undefined) throw new Error("expected a stream");
    return stream;
  };
  live.wake();
  clock.advance(0);
  return { clock, streams, live, newest };
}

const hello = { version: "1", now: 5 };

describe("live events", () => {
  it("reach whoever listens, until they no longer do", () => {
    const { live, newest } = setUp();
    const told: unknown[] = [];
    const leave = live.on("state", (data) => told.push(data));
    newest().tell("state", { device: "a", values: {}, lastSeen: 1 });
    leave();
    newest().tell("state", { device: "b", values: {}, lastSeen: 1 });
    expect(told).toEqual([{ device: "a", values: {}, lastSeen: 1 }]);
  });

  it("come over one stream, opened anew once when views want something else", () => {
    const { clock, streams, live } = setUp();
    live.wish({});
    live.wish({ sessions: true });
    live.wish({ session: "1-2", sessions: true });
    clock.advance(0);
    expect(streams.map(({ path }) => path)).toEqual(["api/live", "api/live?session=1-2&sessions=true"]);
    expect(streams[0]?.isClosed).toBe(true);
    live.wish({ session: "1-2", sessions: true });
    clock.advance(0);
    expect(streams.length).toBe(2);
  });

  it("of a stream that was closed reach nobody", () => {
    const { clock, streams, live } = setUp();
    const told: unknown[] = [];
    live.on("captures", (data) => told.push(data));
    live.wish({ sessions: true });
    clock.advance(0);
    streams[0]?.tell("captures", {});
    expect(told).toEqual([]);
  });

  it("say when the connection is lost and when it is back, once each", () => {
    const { live, newest } = setUp();
    const told: boolean[] = [];
    live.onConnection((isConnected) => told.push(isConnected));
    newest().tell("hello", hello);
    newest().fail(false);
    newest().fail(false);
    newest().tell("hello", hello);
    expect(told).toEqual([true, false, true]);
  });

  it("are asked for again where the browser gives up, less and less often", () => {
    const { clock, streams, newest } = setUp();
    newest().fail(true);
    clock.advance(999);
    expect(streams.length).toBe(1);
    clock.advance(1);
    expect(streams.length).toBe(2);
    for (const wait of [2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      const count = streams.length;
      newest().fail(true);
      clock.advance(wait - 1);
      expect(streams.length).toBe(count);
      clock.advance(1);
      expect(streams.length).toBe(count + 1);
    }
    newest().tell("hello", hello);
    newest().fail(true);
    clock.advance(1000);
    expect(streams.length).toBe(9);
  });

  it("are left to the browser where it tries again by itself", () => {
    const { clock, streams, newest } = setUp();
    newest().fail(false);
    clock.advance(60_000);
    expect(streams.length).toBe(1);
  });

  it("stop while nobody looks, and go on afterwards", () => {
    const { clock, streams, live } = setUp();
    live.sleep();
    live.wish({ sessions: true });
    clock.advance(60_000);
    expect([streams.length, streams[0]?.isClosed]).toEqual([1, true]);
    live.wake();
    live.wake();
    clock.advance(0);
    expect(streams.map(({ path }) => path)).toEqual(["api/live", "api/live?sessions=true"]);
    expect(clock.pendingTimers).toBe(0);
  });
});
