import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SpoolItem } from "../../../src/sinks/spool/spool-item.js";
import { SpoolStore } from "../../../src/sinks/spool/spool-store.js";
import { SpoolWriter } from "../../../src/sinks/spool/spool-writer.js";
import { FakeClock } from "../../support/fake-clock.js";
import { recordLog } from "../../support/log-recorder.js";
import { temporaryFolder } from "./spool-setup.js";

/** A writer whose folder cannot be made as long as `block` says so. */
function setUp() {
  const directory = join(temporaryFolder(), "spool");
  const clock = new FakeClock();
  const logs = recordLog();
  const store = new SpoolStore({ directory, maxBytes: 100_000_000, maxAgeMs: 86_400_000, clock, log: logs.log });
  const writer = new SpoolWriter(store, directory, clock, logs.log);
  const reading = (size = 10): SpoolItem => {
    const line = Buffer.alloc(size, "x");
    return { type: "reading", relay: "roof", at: clock.now(), line, bytes: size };
  };
  return {
    ...{ directory, clock, logs, writer, reading },
    block: () => writeFileSync(directory, "in the way"),
    unblock: () => rmSync(directory),
  };
}

describe("writer of the spool", () => {
  it("says once that nothing can be written, and once that it can again", async () => {
    const { writer, reading, logs, clock, block, unblock } = setUp();
    block();
    writer.accept(reading());
    for (let second = 0; second < 10; second += 1) {
      await writer.idle();
      writer.accept(reading());
      clock.advance(10_000);
    }
    await writer.idle();
    expect(logs.of("spool cannot be written", "error")).toMatchObject([{ code: "SPOOL_FAILED" }]);
    expect(writer.problem).toMatch(/not a directory|exist/);
    unblock();
    clock.advance(60_000);
    await writer.idle();
    expect(logs.of("spool is written again")).toMatchObject([{ lost: 0 }]);
    expect(writer.problem).toBeUndefined();
    expect(writer.counts).toEqual({ stored: 11, lost: 0 });
  });

  it("tries less and less often, but at least once a minute", async () => {
    const { writer, reading, logs, clock, block } = setUp();
    block();
    writer.accept(reading());
    await writer.idle();
    const tries: number[] = [];
    for (let second = 1; second <= 250; second += 1) {
      const before = logs.of("spool cannot be written").length;
      clock.advance(1_000);
      await writer.idle();
      if (logs.of("spool cannot be written").length > before) tries.push(second);
    }
    expect(tries).toEqual([1, 3, 7, 15, 31, 63, 123, 183, 243]);
  });

  it("lets no more than four megabytes wait, drops the newest and counts them", async () => {
    const { writer, reading, logs, clock, block, unblock } = setUp();
    block();
    const taken = Array.from({ length: 50 }, () => writer.accept(reading(100_000)));
    await writer.idle();
    expect(taken.filter((one) => one)).toHaveLength(41);
    expect(taken.lastIndexOf(true)).toBe(40);
    unblock();
    clock.advance(60_000);
    await writer.idle();
    expect(logs.of("spool is written again")).toMatchObject([{ lost: 9 }]);
    expect(writer.counts).toEqual({ stored: 41, lost: 9 });
  });

  it("says once that the disk is too slow, and once that it keeps up", async () => {
    const { writer, reading, logs } = setUp();
    for (let count = 0; count < 60; count += 1) writer.accept(reading(100_000));
    await writer.idle();
    expect(logs.of("spool does not keep up", "warn")).toHaveLength(1);
    expect(logs.of("spool keeps up again")).toMatchObject([{ lost: 19 }]);
  });

  it("takes one thing that is larger than all that may wait", async () => {
    const { writer, reading } = setUp();
    expect(writer.accept(reading(5_000_000))).toBe(true);
    await writer.idle();
    expect(writer.counts).toEqual({ stored: 1, lost: 0 });
  });

  it("writes what waits when it is stopped, tries once more if it must, and takes nothing more", async () => {
    const { writer, reading, directory, block, unblock } = setUp();
    block();
    writer.accept(reading());
    await writer.idle();
    unblock();
    await writer.stop();
    expect(writer.counts).toEqual({ stored: 1, lost: 0 });
    expect(writer.accept(reading())).toBe(false);
    mkdirSync(directory, { recursive: true });
  });

  it("gives up at the stop what cannot be written", async () => {
    const { writer, reading, logs, block } = setUp();
    block();
    writer.accept(reading());
    await writer.stop();
    expect(logs.of("spool closed")).toMatchObject([{ stored: 0, lost: 1 }]);
  });

  it("goes on behind something that cannot be put into words", async () => {
    const { writer, reading, logs } = setUp();
    writer.accept({ ...reading(), at: Number.NaN as never });
    writer.accept(reading());
    await writer.idle();
    expect(logs.of("internal fault")).toHaveLength(1);
    expect(writer.counts).toEqual({ stored: 1, lost: 1 });
  });
});
