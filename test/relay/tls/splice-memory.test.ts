import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SpliceStore } from "../../../src/model/ports.js";
import type { SpliceKey, SpliceRecord } from "../../../src/model/splice.js";
import type { EpochMs } from "../../../src/model/time.js";
import { SpliceMemory } from "../../../src/relay/tls/splice-memory.js";
import { FakeClock } from "../../support/fake-clock.js";
import { recordLog } from "../../support/log-recorder.js";

/** What would be on disk. */
function memoryStore(): SpliceStore & { readonly rows: Map<string, SpliceRecord> } {
  const rows = new Map<string, SpliceRecord>();
  const name = ({ relay, address, target }: SpliceKey): string => `${relay} ${address} ${target}`;
  return {
    rows,
    load: async () => [...rows.values()],
    save: (record) => rows.set(name(record), record),
    remove: (key) => rows.delete(name(key)),
    flush: async () => undefined,
  };
}

function setUp(store = memoryStore()) {
  const clock = new FakeClock();
  return { store, clock, memory: new SpliceMemory({ store, clock, log: recordLog().log }) };
}

const key: SpliceKey = { relay: "roof", address: "192.168.1.50", target: "cloud.example.com" };

describe("remembering who refuses our certificate", () => {
  it("takes the second failure in a row for a refusal, and keeps it on disk", () => {
    const { memory, store, clock } = setUp();
    expect(memory.refused(key, "reset")).toEqual({ refusals: 1 });
    expect(memory.splices(key)).toBeUndefined();
    const splice = { ...key, since: clock.now(), reason: "alert unknown ca" };
    expect(memory.refused(key, "alert unknown ca")).toEqual({ refusals: 2, splice });
    expect(memory.splices(key)).toEqual(splice);
    expect([...store.rows.values()]).toEqual([splice]);
  });

  it("begins to count anew once the device has been read", () => {
    const { memory } = setUp();
    memory.refused(key, "reset");
    memory.accepted(key);
    expect(memory.refused(key, "reset").splice).toBeUndefined();
  });

  it("keeps relays, addresses and what they call apart", () => {
    const { memory } = setUp();
    memory.refused(key, "reset");
    memory.refused(key, "reset");
    for (const other of [{ relay: "pool" }, { address: "192.168.1.51" }, { target: "" }]) {
      expect(memory.splices({ ...key, ...other })).toBeUndefined();
    }
  });

  it("knows after a restart what it knew before", async () => {
    const { memory, store } = setUp();
    memory.refused(key, "reset");
    memory.refused(key, "reset");
    const later = setUp(store).memory;
    await later.load();
    expect(later.splices(key)).toEqual(memory.splices(key));
    expect(later.list()).toHaveLength(1);
  });

  it("forgets what it is told to, also on disk, and says what that was", () => {
    const { memory, store } = setUp();
    const others = [key, { ...key, target: "firmware.example.com" }, { ...key, address: "fd00::5" }];
    for (const one of others) {
      memory.refused(one, "reset");
      memory.refused(one, "reset");
    }
    expect(memory.forget({ address: "203.0.113.1" })).toEqual([]);
    expect(memory.forget({ relay: "roof", address: key.address })).toHaveLength(2);
    expect(memory.splices(key)).toBeUndefined();
    expect([...store.rows.values()].map(({ address }) => address)).toEqual(["fd00::5"]);
    expect(memory.forget({})).toHaveLength(1);
  });

  it("drops the oldest when there are very many, also on disk", () => {
    const { memory, store } = setUp();
    for (let index = 0; index < 4_097; index += 1) {
      const one = { ...key, address: `fd00::${index.toString(16)}` };
      memory.refused(one, "reset");
      memory.refused(one, "reset");
    }
    expect(store.rows.size).toBe(4_096);
    expect(memory.splices({ ...key, address: "fd00::0" })).toBeUndefined();
  });

  it("forgets single failures of the oldest when there are very many", () => {
    const { memory } = setUp();
    memory.refused(key, "reset");
    for (let index = 0; index < 1_024; index += 1) memory.refused({ ...key, target: `t${index}` }, "reset");
    expect(memory.refused(key, "reset").splice).toBeUndefined();
  });

  it("splices exactly who failed twice with nothing read in between, whatever the order", () => {
    const target = fc.constantFrom("a", "b", "");
    const step = fc.oneof(
      target.map((name) => ({ type: "refused" as const, name })),
      target.map((name) => ({ type: "accepted" as const, name })),
      target.map((name) => ({ type: "forget" as const, name })),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { memory } = setUp();
        const model = new Map<string, number>();
        for (const { type, name } of steps) {
          const one = { ...key, target: name };
          const count = model.get(name) ?? 0;
          // A device that is spliced makes no further attempt.
          if (type === "refused" && count < 2) model.set(name, count + 1);
          if (type === "accepted" && count < 2) model.set(name, 0);
          if (type === "forget" && count >= 2) model.set(name, 0);
          if (type === "refused" && count < 2) memory.refused(one, "reset");
          if (type === "accepted" && count < 2) memory.accepted(one);
          if (type === "forget") memory.forget({ target: name });
        }
        for (const name of ["a", "b", ""]) {
          expect(memory.splices({ ...key, target: name }) !== undefined).toBe((model.get(name) ?? 0) >= 2);
        }
      }),
    );
  });

  it("takes up records oldest first", async () => {
    const store = memoryStore();
    store.save({ ...key, since: 2 as EpochMs, reason: "later" });
    store.save({ ...key, address: "fd00::5", since: 1 as EpochMs, reason: "earlier" });
    const { memory } = setUp(store);
    await memory.load();
    expect(memory.list().map(({ reason }) => reason)).toEqual(["earlier", "later"]);
  });
});
