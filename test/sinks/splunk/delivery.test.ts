import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failed } from "../../../src/sinks/splunk/outcome.js";
import { createMemoryDatabase } from "../../support/memory-database.js";
import { type HandedEvent, pass, type React, type Run, ScriptedCollector, settle, startRun } from "./delivery-setup.js";
import { kept } from "./splunk-setup.js";

const away = failed("away", "Splunk is busy (503)", "none needed if it passes");
const refused = failed("refused", "the token is not known", "check splunk.token");

async function push({ queue, delivery }: Run, from: number, count: number, more = {}): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_unused, n) => queue.push(kept(from + n, more))));
  delivery.wake();
}

const ids = (collector: ScriptedCollector) => collector.handed.map((batch) => batch.map(({ id }) => id));
const marks = (collector: ScriptedCollector) => collector.handed.map((batch) => batch.map(({ isResend }) => isResend));

describe("a delivery", () => {
  it("D28: gathers what comes within a second into one batch", async () => {
    const collector = new ScriptedCollector();
    const run = await startRun(createMemoryDatabase(), collector);
    await push(run, 0, 2);
    await pass(run.clock, 900, 100);
    await push(run, 2, 1);
    expect(collector.handed).toEqual([]);
    await pass(run.clock, 100, 100);
    expect(ids(collector)).toEqual([["id-0", "id-1", "id-2"]]);
    expect(run.queue.size).toBe(0);
    expect(run.delivery.counts).toEqual({ sent: 3, resent: 0, refused: 0 });
    expect(run.clock.pendingTimers).toBe(0);
  });

  it("sends 200 at once, and what is left behind them", async () => {
    const collector = new ScriptedCollector();
    const run = await startRun(createMemoryDatabase(), collector);
    await push(run, 0, 450);
    await settle();
    expect(collector.handed.map((batch) => batch.length)).toEqual([200, 200, 50]);
  });

  it("sends no more than a quarter of a megabyte at once", async () => {
    const collector = new ScriptedCollector();
    const run = await startRun(createMemoryDatabase(), collector);
    await push(run, 0, 20, { text: "x".repeat(100_000) });
    await pass(run.clock, 1_000);
    expect(collector.handed.map((batch) => batch.length)).toEqual(Array(10).fill(2));
  });

  it("sends an event that is too large for that alone", async () => {
    const collector = new ScriptedCollector();
    const run = await startRun(createMemoryDatabase(), collector);
    await push(run, 0, 1, { text: "x".repeat(600_000) });
    await push(run, 1, 1);
    await pass(run.clock, 1_000);
    expect(ids(collector)).toEqual([["id-0"], ["id-1"]]);
  });

  it("has one batch under way, however much comes meanwhile", async () => {
    const collector = new ScriptedCollector(() => undefined);
    const run = await startRun(createMemoryDatabase(), collector);
    await push(run, 0, 600);
    await settle();
    await push(run, 600, 600);
    await pass(run.clock, 10_000);
    expect(collector.handed).toHaveLength(1);
    expect(run.queue.size).toBe(1_200);
  });

  it("D28: tries again later and later, marked as a resend, and says once that Splunk is away and once that it is back", async () => {
    const collector = new ScriptedCollector(() => away);
    const run = await startRun(createMemoryDatabase(), collector);
    await push(run, 0, 1);
    await pass(run.clock, 1_000 + 1_000 + 2_000 + 4_000);
    expect(marks(collector)).toEqual([[false], [true], [true], [true]]);
    expect(run.delivery.problem).toMatchObject({ reason: "Splunk is busy (503)" });
    collector.react = () => ({ type: "accepted" });
    await pass(run.clock, 8_000);
    expect(run.delivery.problem).toBeUndefined();
    expect(run.delivery.counts).toEqual({ sent: 1, resent: 1, refused: 0 });
    expect(run.logs.of("splunk takes no events", "warn")).toMatchObject([{ code: "SPLUNK_FAILED", waiting: 1 }]);
    expect(run.logs.of("splunk still takes no events", "info")).toEqual([]);
    expect(run.logs.of("splunk takes events again", "info")).toMatchObject([{ awayS: 15, waiting: 0 }]);
  });

  it("marks only what was tried before", async () => {
    const collector = new ScriptedCollector(() => away);
    const run = await startRun(createMemoryDatabase(), collector);
    await push(run, 0, 1);
    await pass(run.clock, 1_000);
    await push(run, 1, 1);
    collector.react = () => ({ type: "accepted" });
    await pass(run.clock, 1_000);
    expect(marks(collector)).toEqual([[false], [true, false]]);
    expect(run.delivery.counts).toEqual({ sent: 2, resent: 1, refused: 0 });
  });

  it("tries slowly where somebody must act, and says so once as an error", async () => {
    const collector = new ScriptedCollector(() => refused);
    const run = await startRun(createMemoryDatabase(), collector);
    await push(run, 0, 1);
    await pass(run.clock, 1_000 + 120_000);
    expect(collector.handed).toHaveLength(3);
    expect(run.logs.of("splunk refuses events", "error")).toMatchObject([{ hint: "check splunk.token" }]);
    expect(run.queue.size).toBe(1);
  });

  it("says it again when something else is wrong", async () => {
    const collector = new ScriptedCollector(() => away);
    const run = await startRun(createMemoryDatabase(), collector);
    await push(run, 0, 1);
    await pass(run.clock, 1_000);
    collector.react = () => refused;
    await pass(run.clock, 1_000);
    expect(run.logs.of("splunk refuses events")).toHaveLength(1);
  });

  it("drops the one event that Splunk will never take, says so, and sends the others", async () => {
    const collector = new ScriptedCollector((events) => {
      const place = events.findIndex(({ id }) => id === "id-2" || id === "id-4");
      return place === -1 ? { type: "accepted" } : { type: "invalid", place, reason: "Invalid data format" };
    });
    const run = await startRun(createMemoryDatabase(), collector);
    await push(run, 0, 6);
    await pass(run.clock, 1_000);
    expect(ids(collector).at(-1)).toEqual(["id-0", "id-1", "id-3", "id-5"]);
    expect(run.delivery.counts).toEqual({ sent: 4, resent: 4, refused: 2 });
    expect(run.logs.of("splunk refused an event, it is dropped", "warn")).toMatchObject([
      { id: "id-2", kind: "reading", reason: "Invalid data format" },
    ]);
  });

  it("does not lose events where Splunk names one that was not sent", async () => {
    const collector = new ScriptedCollector(() => ({ type: "invalid", place: 7, reason: "odd" }));
    const run = await startRun(createMemoryDatabase(), collector);
    await push(run, 0, 3);
    await pass(run.clock, 1_000);
    expect(run.queue.size).toBe(3);
    expect(run.logs.of("splunk refuses events", "error")).toHaveLength(1);
  });

  it("finds what is indigestible by sending less and less, and then more again", async () => {
    const collector = new ScriptedCollector((events) =>
      events.some(({ id }) => id === "id-5") ? { type: "indigestible", reason: "too large" } : { type: "accepted" },
    );
    const run = await startRun(createMemoryDatabase(), collector);
    await push(run, 0, 8);
    await pass(run.clock, 1_000);
    expect(run.queue.size).toBe(0);
    expect(run.delivery.counts).toMatchObject({ sent: 7, refused: 1 });
    const before = collector.handed.length;
    await push(run, 100, 600);
    await settle();
    const sizes = collector.handed.slice(before).map((batch) => batch.length);
    expect(Math.max(...sizes)).toBe(200);
  });

  it("keeps a batch until Splunk says that it is indexed", async () => {
    const collector = new ScriptedCollector(() => ({ type: "accepted", ackId: 3 }));
    collector.isIndexed = () => false;
    const run = await startRun(createMemoryDatabase(), collector);
    await push(run, 0, 1);
    await pass(run.clock, 1_000 + 60_000);
    expect(run.queue.size).toBe(1);
    expect(collector.asked).toBeGreaterThan(20);
    collector.isIndexed = (ackId) => ackId === 3;
    await pass(run.clock, 2_000);
    expect(run.queue.size).toBe(0);
    expect(collector.handed).toHaveLength(1);
    expect(run.delivery.counts).toEqual({ sent: 1, resent: 0, refused: 0 });
  });

  it("sends a batch again, marked, that is not acknowledged within two minutes, and waits longer for the next", async () => {
    const collector = new ScriptedCollector(() => ({ type: "accepted", ackId: 3 }));
    collector.isIndexed = () => false;
    const run = await startRun(createMemoryDatabase(), collector);
    await push(run, 0, 1);
    await pass(run.clock, 1_000 + 120_000 + 1_000, 1_000);
    expect(marks(collector)).toEqual([[false], [true]]);
    expect(run.logs.of("splunk takes no events", "warn")).toMatchObject([
      { hint: expect.stringContaining("balancer") },
    ]);
    await pass(run.clock, 130_000, 1_000);
    expect(collector.handed).toHaveLength(2);
    await pass(run.clock, 120_000, 1_000);
    expect(collector.handed).toHaveLength(3);
  });

  it("goes on after a kill where it was, and marks what was under way", async () => {
    const db = createMemoryDatabase();
    const before = await startRun(db, new ScriptedCollector(() => undefined));
    await push(before, 0, 2);
    await pass(before.clock, 1_000);
    await before.queue.push(kept(2));
    const collector = new ScriptedCollector();
    const run = await startRun(db, collector);
    await pass(run.clock, 1_000);
    expect(ids(collector)).toEqual([["id-0", "id-1", "id-2"]]);
    expect(marks(collector)).toEqual([[true, true, false]]);
  });

  it("takes nothing for a resend where nothing waited at the start", async () => {
    const db = createMemoryDatabase();
    const before = await startRun(db, new ScriptedCollector());
    await push(before, 0, 5);
    await pass(before.clock, 1_000);
    const collector = new ScriptedCollector();
    const run = await startRun(db, collector);
    await push(run, 10, 2);
    await pass(run.clock, 1_000);
    expect(marks(collector)).toEqual([[false, false]]);
  });

  it("sends nothing whose mark cannot be kept, and says so", async () => {
    const db = createMemoryDatabase();
    const collector = new ScriptedCollector();
    const run = await startRun(db, collector);
    await push(run, 0, 1);
    db.failing = true;
    await pass(run.clock, 1_000);
    expect(collector.handed).toEqual([]);
    expect(run.logs.of("splunk takes no events", "warn")).toMatchObject([{ code: "STORE_FAILED" }]);
    db.failing = false;
    await pass(run.clock, 2_000);
    expect(marks(collector)).toEqual([[false]]);
  });

  it("hands over what is there when it is stopped", async () => {
    const collector = new ScriptedCollector();
    const run = await startRun(createMemoryDatabase(), collector);
    await push(run, 0, 3);
    await run.delivery.stop(700);
    expect(run.queue.size).toBe(0);
    expect(run.clock.pendingTimers).toBe(0);
    await push(run, 3, 1);
    await pass(run.clock, 60_000);
    expect(collector.handed).toHaveLength(1);
  });

  it("leaves the rest where it is when that takes too long", async () => {
    const collector = new ScriptedCollector(() => undefined);
    const run = await startRun(createMemoryDatabase(), collector);
    await push(run, 0, 3);
    const stopped = run.delivery.stop(700);
    await pass(run.clock, 700, 100);
    await stopped;
    expect(run.queue.size).toBe(3);
    expect(run.logs.of("splunk takes no events")).toEqual([]);
  });

  it.each([
    ["while Splunk is away", new ScriptedCollector(() => away), 1_000],
    ["while it waits for an acknowledgement", notIndexing(), 5_000],
  ])("stops at once %s", async (_name, collector, ms) => {
    const run = await startRun(createMemoryDatabase(), collector);
    await push(run, 0, 1);
    await pass(run.clock, ms);
    await run.delivery.stop(700);
    expect(run.queue.size).toBe(1);
    expect(collector.handed).toHaveLength(1);
    expect(run.clock.pendingTimers).toBe(0);
  });
});

function notIndexing(): ScriptedCollector {
  const collector = new ScriptedCollector(() => ({ type: "accepted", ackId: 1 }));
  collector.isIndexed = () => false;
  return collector;
}

/** Every kind of trouble, and what the collector has kept when it is over. `store` keeps. */
const troubles: Readonly<
  Record<string, (store: (events: readonly HandedEvent[]) => void, isIndexing: boolean) => React>
> = {
  well: (store) => (events) => {
    store(events);
    return { type: "accepted" };
  },
  "busy, nothing kept": () => () => away,
  "busy, but kept": (store) => (events) => {
    store(events);
    return away;
  },
  "gone in the middle": (store) => (events) => {
    store(events.slice(0, 2));
    return failed("away", "the connection was closed", "");
  },
  "token refused": () => () => refused,
  "no answer, nothing kept": () => () => undefined,
  "no answer, but kept": (store) => (events) => {
    store(events);
    return undefined;
  },
  "taken, and kept only where it is acknowledged later": (store, isIndexing) => (events) => {
    if (isIndexing) store(events);
    return { type: "accepted", ackId: events.length };
  },
  "smaller pieces only": (store) => (events) => {
    if (events.length > 2) return { type: "indigestible", reason: "too large" };
    store(events);
    return { type: "accepted" };
  },
};

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ type: fc.constant("push" as const), count: fc.integer({ min: 1, max: 6 }) }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant("pass" as const), s: fc.integer({ min: 1, max: 40 }) }) },
    {
      weight: 3,
      arbitrary: fc.record({ type: fc.constant("trouble" as const), name: fc.constantFrom(...Object.keys(troubles)) }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("disk" as const), isFull: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("kill" as const) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("restart" as const) }) },
  ),
  { maxLength: 30 },
);

describe("whatever happens", () => {
  it("every event arrives, the first time without a mark and each further time with one", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (sequence, isIndexing) => {
        const db = createMemoryDatabase();
        const stored: HandedEvent[] = [];
        const handed: HandedEvent[] = [];
        const react = (name: string): React => {
          const trouble = troubles[name]?.((events) => stored.push(...events), isIndexing) ?? (() => away);
          return (events) => {
            handed.push(...events);
            return trouble(events);
          };
        };
        let collector = new ScriptedCollector(react("well"));
        const renew = (): ScriptedCollector => {
          const next = new ScriptedCollector(collector.react);
          next.isIndexed = () => isIndexing;
          return next;
        };
        collector = renew();
        let run = await startRun(db, collector);
        const pushed: string[] = [];
        for (const step of sequence) {
          if (step.type === "push") {
            const taken = await Promise.allSettled(
              Array.from({ length: step.count }, (_unused, n) => run.queue.push(kept(pushed.length + n))),
            );
            // What the disk did not take was never promised.
            if (taken.every(({ status }) => status === "fulfilled"))
              pushed.push(...taken.map((_one, n) => `id-${pushed.length + n}`));
            run.delivery.wake();
          } else if (step.type === "pass") await pass(run.clock, step.s * 1_000);
          else if (step.type === "trouble") collector.react = react(step.name);
          else if (step.type === "disk") db.failing = step.isFull;
          else {
            if (step.type === "restart") {
              const stopped = run.delivery.stop(700);
              await pass(run.clock, 700, 100);
              await stopped;
            }
            db.failing = false;
            // The clock of a killed run stands still from now on.
            collector = renew();
            run = await startRun(db, collector);
          }
        }
        db.failing = false;
        collector.close();
        collector.react = react("well");
        for (let minute = 0; minute < 20 && run.queue.size > 0; minute += 1) await pass(run.clock, 60_000);
        expect(run.queue.size).toBe(0);
        expect(pushed.filter((id) => !stored.some((event) => event.id === id))).toEqual([]);
        const seen = new Set<string>();
        for (const { id, isResend } of handed) {
          expect([id, isResend]).toEqual([id, seen.has(id)]);
          seen.add(id);
        }
      }),
      { numRuns: 300 },
    );
  });
});
