import { describe, expect, it } from "vitest";
import { ChangeWatch } from "../../src/monitoring/change-watch.js";
import { Guard } from "../../src/runtime/guard.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";

interface Thing {
  readonly name: string;
  count: number;
  isNoted: boolean;
}

function setUp(most = 100) {
  const clock = new FakeClock();
  const logs = recordLog();
  const watch = new ChangeWatch<Thing, string>({
    ...{ clock, guard: new Guard(logs.log, "test"), everyMs: 1_000, most },
    show: ({ name, count }) => `${name} ${count}`,
  });
  const thing = (name: string): Thing => ({ name, count: 0, isNoted: false });
  const change = (one: Thing) => {
    one.count += 1;
    watch.note(one);
  };
  return { clock, logs, watch, thing, change };
}

describe("watching what changes", () => {
  it("is told of each thing once in a while, as it stands then", () => {
    const { clock, watch, thing, change } = setUp();
    const told: string[] = [];
    watch.watch((view) => told.push(view));
    const [a, b] = [thing("a"), thing("b")];
    for (const one of [a, b, a, a]) change(one);
    expect(told).toEqual([]);
    clock.advance(1_000);
    expect(told).toEqual(["a 3", "b 1"]);
    clock.advance(5_000);
    change(a);
    clock.advance(1_000);
    expect(told).toEqual(["a 3", "b 1", "a 4"]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("is told at once where that is wanted, and not again for the same", () => {
    const { clock, watch, thing, change } = setUp();
    const told: string[] = [];
    watch.watch((view) => told.push(view));
    const a = thing("a");
    change(a);
    watch.tell(a);
    expect(told).toEqual(["a 1"]);
    clock.advance(1_000);
    expect(told).toEqual(["a 1"]);
  });

  it("gets many in turn", () => {
    const { clock, watch, thing, change } = setUp(2);
    const told: string[] = [];
    watch.watch((view) => told.push(view));
    const things = ["a", "b", "c"].map(thing);
    for (const one of things) change(one);
    clock.advance(1_000);
    expect(told).toEqual(["a 1", "b 1"]);
    for (const one of things) change(one);
    clock.advance(1_000);
    expect(told.slice(2)).toEqual(["c 2", "a 2"]);
    clock.advance(1_000);
    expect(told.slice(4)).toEqual(["b 2"]);
  });

  it("costs no timer and no mark while nobody does, nor after the last has left", () => {
    const { clock, watch, thing, change } = setUp();
    const a = thing("a");
    change(a);
    expect([a.isNoted, clock.pendingTimers]).toEqual([false, 0]);
    const told: string[] = [];
    const leave = [watch.watch((view) => told.push(view)), watch.watch(() => undefined)];
    change(a);
    leave[0]?.();
    expect(clock.pendingTimers).toBe(1);
    leave[1]?.();
    expect([a.isNoted, clock.pendingTimers]).toEqual([false, 0]);
    watch.tell(a);
    expect(told).toEqual([]);
  });

  it("tells the others where one watcher fails", () => {
    const { clock, logs, watch, thing, change } = setUp();
    const told: string[] = [];
    watch.watch(() => {
      throw new Error("a fault of the watcher");
    });
    watch.watch((view) => told.push(view));
    change(thing("a"));
    clock.advance(1_000);
    expect(told).toEqual(["a 1"]);
    expect(logs.of("internal fault", "error")).toHaveLength(1);
  });
});
