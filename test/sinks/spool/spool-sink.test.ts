import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { SessionLogReader } from "../../../src/wire/session-log-reader.js";
import { listFiles, sessionOf, setUpSpool } from "./spool-setup.js";

const up = "device-to-cloud";
const down = "cloud-to-device";
const day = "roof/2026-11-21";

describe("spool", () => {
  it("keeps question and answer under one name that sorts by time", async () => {
    const { spool, frame, close, files, text } = setUpSpool();
    await spool.start();
    const session = sessionOf("s-1");
    frame(session, up, "report");
    frame(session, down, "thanks");
    close(session);
    await spool.stop();
    const base = `${day}/2026-11-21T14-20-56.123Z-000001`;
    expect(await files()).toEqual([`${base}.answer`, `${base}.ask`]);
    expect(await text(`${base}.ask`)).toBe("report");
    expect(await text(`${base}.answer`)).toBe("thanks");
  });

  it("puts the answers of questions that were asked ahead to them in order", async () => {
    const { spool, frame, files, text } = setUpSpool();
    const session = sessionOf("s-1");
    for (const name of ["a", "b", "c"]) frame(session, up, name);
    for (const name of ["a", "b", "c"]) frame(session, down, name);
    await spool.stop();
    const found = await files();
    expect(found).toHaveLength(6);
    for (const path of found.filter((one) => one.endsWith(".ask"))) {
      expect(await text(path.replace(".ask", ".answer"))).toBe(await text(path));
    }
  });

  it("makes a file of its own of everything within one millisecond", async () => {
    const { spool, frame, files } = setUpSpool();
    for (let number = 0; number < 100; number += 1) {
      const session = sessionOf(`s-${number}`);
      frame(session, up, `report ${number}`);
      frame(session, down, `thanks ${number}`);
    }
    await spool.stop();
    expect(new Set(await files()).size).toBe(200);
  });

  it("appends a session to its day's log when it is over", async () => {
    const { spool, frame, close, clock, files, text } = setUpSpool();
    const session = sessionOf("s-1", "pool", "websentry", clock.now());
    frame(session, up, "init");
    clock.advance(1_500);
    frame(session, down, "query");
    close(session);
    await spool.stop();
    expect(await files()).toEqual(["pool/2026-11-21/websentry-2026-11-21.raw-log.json"]);
    const log = new SessionLogReader().push(
      Buffer.from(await text("pool/2026-11-21/websentry-2026-11-21.raw-log.json")),
    );
    expect(log).toMatchObject([{ session: { start: session.openedAt, durationMs: 1_500 } }]);
    const frames = log.flatMap((item) => (item.type === "session" ? item.session.frames : []));
    expect(frames.map(({ direction, bytes }) => [direction, Buffer.from(bytes).toString()])).toEqual([
      [up, "init"],
      [down, "query"],
    ]);
  });

  it("keeps a frame as it was though its buffer is used again", async () => {
    const { spool, frame, files, text } = setUpSpool();
    const buffer = Buffer.from("before");
    frame(sessionOf("s-1"), up, buffer);
    buffer.fill("x");
    await spool.stop();
    const [path = ""] = await files();
    expect(await text(path)).toBe("before");
  });

  it("writes readings with their own time, historic ones on the day they came", async () => {
    const { spool, reading, clock, text } = setUpSpool();
    const session = sessionOf("s-1");
    reading(session, { power: 5 });
    clock.advance(1_000);
    reading(session, { power: 3 }, Date.UTC(2026, 10, 1));
    await spool.stop();
    const lines = (await text(`${day}/readings-2026-11-21.jsonl`)).trimEnd().split("\n");
    const facts = { device: "envoy_1", relay: "roof", protocol: "envoy" };
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { time: null, received: "2026-11-21T14:20:56.123Z", ...facts, live: true, values: { power: 5 } },
      {
        ...{ time: "2026-11-01T00:00:00.000Z", received: "2026-11-21T14:20:57.123Z" },
        ...{ ...facts, live: false, values: { power: 3 } },
      },
    ]);
  });

  it("lets nobody else read", async () => {
    const { spool, frame, reading, folder, files } = setUpSpool();
    frame(sessionOf("s-1"), up, "report");
    reading(sessionOf("s-1"), { power: 5 });
    await spool.stop();
    const modes = await Promise.all((await files()).map(async (path) => (await stat(join(folder, path))).mode & 0o777));
    expect(modes).toEqual([0o600, 0o600]);
    expect((await stat(join(folder, day))).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, "roof"))).mode & 0o777).toBe(0o700);
  });

  it("writes sessions that go on in pieces, and says so once", async () => {
    const { spool, frame, text, logs } = setUpSpool({ maxBytes: 500_000_000 });
    const session = sessionOf("s-1", "pool", "websentry", Date.UTC(2026, 10, 21));
    for (const pieces of [1, 2]) {
      for (let number = 0; number < 5; number += 1) frame(session, up, Buffer.alloc(1_000_000, number));
      await vi.waitFor(() => expect(logs.of("spooled")).toHaveLength(pieces));
    }
    await spool.stop();
    const log = new SessionLogReader().push(
      Buffer.from(await text("pool/2026-11-21/websentry-2026-11-21.raw-log.json")),
    );
    const sizes = log.map((item) => (item.type === "session" ? item.session.frames.length : 0));
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(10);
    expect(logs.of("long sessions are spooled in pieces")).toHaveLength(1);
  });

  it("writes what a session of hours said so far every hour", async () => {
    const { spool, frame, clock, files } = setUpSpool();
    await spool.start();
    frame(sessionOf("s-1", "sun", "solarman", clock.now()), up, "hello");
    clock.advance(3_600_000);
    await spool.stop();
    expect(await files()).toEqual(["sun/2026-11-21/solarman-2026-11-21.raw-log.json"]);
  });

  it("never takes more than its limit, and has what came last", async () => {
    const { spool, frame, close, reading, clock, folder, logs } = setUpSpool({ maxBytes: 50_000 });
    await spool.start();
    for (let number = 0; number < 300; number += 1) {
      clock.advance(1_000_000);
      const unit = sessionOf(`u-${number}`, "pool", "websentry", clock.now());
      frame(unit, up, Buffer.alloc(700, number));
      close(unit);
      frame(sessionOf(`e-${number}`), up, `report ${number} ${"x".repeat(900)}`);
      reading(sessionOf(`e-${number}`), { number });
      if (number % 20 > 0) continue;
      await vi.waitFor(() => expect(logs.of("spooled").length).toBeGreaterThanOrEqual(3 * (number + 1)));
      const sizes = await Promise.all(
        (await listFiles(folder)).map(async (path) => (await stat(join(folder, path))).size),
      );
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(50_000);
    }
    await spool.stop();
    const newest = (await listFiles(join(folder, "roof"))).filter((path) => path.endsWith(".ask")).at(-1) ?? "";
    expect(await readFile(join(folder, "roof", newest), "utf8")).toMatch(/^report 299 /);
    expect(logs.of("spool closed")).toMatchObject([{ stored: 900, lost: 0 }]);
  });

  it("shows at debug what it stores", async () => {
    const { spool, frame, folder, logs } = setUpSpool();
    frame(sessionOf("s-1"), up, "report");
    await spool.stop();
    const [line] = logs.of("spooled");
    expect(line).toMatchObject({ path: join(folder, day), name: "2026-11-21T14-20-56.123Z-000001", files: ["ask"] });
    expect(logs.of("spool closed")).toMatchObject([{ stored: 1, lost: 0 }]);
  });
});
