import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/runtime/clock.js";
import { type Collector, createCollector } from "../../../src/sinks/splunk/collector.js";
import type { SplunkOptions } from "../../../src/sinks/splunk/options.js";
import { FakeCollector } from "../../support/fake-collector.js";
import { options } from "./splunk-setup.js";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-collector-"));
const lines = ['{"time":1,"event":{"id":"a"}}', '{"time":2,"event":{"id":"b"}}'];
const wrongToken = { status: 403, body: { text: "Invalid token", code: 4 } };
let splunk: FakeCollector;
let collector: Collector | undefined;

beforeEach(async () => {
  splunk = await FakeCollector.start();
});
afterEach(async () => {
  collector?.close();
  await splunk.stop();
});
afterAll(() => rmSync(folder, { recursive: true }));

function connect(changes: Partial<SplunkOptions> = {}): Collector {
  collector = createCollector({ ...options, url: splunk.url, ...changes }, systemClock);
  return collector;
}

describe("Splunk's collector", () => {
  it("D26: is handed events in one packed request, with the token and a channel", async () => {
    expect(await connect().hand(lines)).toEqual({ type: "accepted" });
    expect(splunk.stored.map(({ event }) => event.id)).toEqual(["a", "b"]);
    const { headers } = splunk.batches[0] ?? {};
    expect(headers).toMatchObject({ authorization: "Splunk secret-token", "content-encoding": "gzip" });
    expect(headers?.["x-splunk-request-channel"]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it("keeps its channel as long as it runs", async () => {
    await connect().hand(lines);
    await collector?.hand(lines);
    expect(new Set(splunk.batches.map(({ headers }) => headers["x-splunk-request-channel"])).size).toBe(1);
  });

  it("is asked for acknowledgements beside its event endpoint", async () => {
    splunk.indexed = (ackId) => ackId === 4;
    expect(await connect().acknowledged(4)).toBe(true);
    expect(await collector?.acknowledged(5)).toBe(false);
    expect(splunk.asked).toEqual([4, 5]);
    const bare = createCollector({ ...options, url: splunk.url.replace(/\/event$/, "") }, systemClock);
    expect(await bare.acknowledged(4)).toBe(true);
    bare.close();
    await splunk.stop();
    expect(await collector?.acknowledged(4)).toBe(false);
    await splunk.listen();
  });

  it("is tried at once with another token where the file holds one meanwhile", async () => {
    const tokenFile = join(folder, "token");
    const { token: _token, ...rest } = options;
    writeFileSync(tokenFile, "old");
    collector = createCollector({ ...rest, url: splunk.url, tokenFile }, systemClock);
    await collector.hand(lines);
    writeFileSync(tokenFile, "new");
    splunk.next.push(wrongToken);
    expect(await collector.hand(lines)).toEqual({ type: "accepted" });
    const tokens = splunk.batches.map(({ headers }) => headers.authorization);
    expect(tokens).toEqual(["Splunk old", "Splunk old", "Splunk new"]);
    splunk.reaction = wrongToken;
    expect(await collector.hand(lines)).toMatchObject({ type: "failed", grade: "refused" });
    expect(splunk.batches).toHaveLength(4);
  });

  it("gives an outcome whatever happens on the way", async () => {
    splunk.next.push({ status: 503 }, { status: 200, instead: "reset" });
    expect(await connect().hand(lines)).toMatchObject({ grade: "away", reason: expect.stringContaining("busy") });
    expect(await collector?.hand(lines)).toMatchObject({ grade: "away", reason: "the connection was closed" });
    await splunk.stop();
    expect(await collector?.hand(lines)).toMatchObject({ grade: "away", reason: "nothing listens at this address" });
    await splunk.listen();
    expect(await connect({ token: "größe" }).hand(lines)).toMatchObject({
      grade: "refused",
      hint: "check splunk.token",
    });
  });
});
