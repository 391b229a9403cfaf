import { describe, expect, it } from "vitest";
import { Statistics } from "../../src/devices/statistics.js";
import type { EpochMs } from "../../src/model/time.js";

const at = (time: number) => time as EpochMs;

describe("statistics", () => {
  it("W21: counts reads and changes of each key and the time of the last change", () => {
    const statistics = new Statistics(10);
    statistics.count(["mode", "power"], {}, { mode: "auto", power: 1 }, at(1));
    statistics.count(["mode", "power"], { mode: "auto", power: 1 }, { mode: "auto", power: 2 }, at(2));
    const last = statistics.count(["mode"], { mode: "auto", power: 2 }, { mode: "manual", power: 2 }, at(3));
    expect(last).toEqual([{ key: "mode", from: "auto", to: "manual" }]);
    expect(Object.fromEntries(statistics.byKey())).toEqual({
      mode: { reads: 3, changes: 1, changedAt: 3 },
      power: { reads: 2, changes: 1, changedAt: 2 },
    });
  });

  it("does not take a first value for a change, nor one that was refused", () => {
    const statistics = new Statistics(10);
    expect(statistics.count(["energy"], {}, { energy: 5 }, at(1))).toEqual([]);
    expect(statistics.count(["energy"], { energy: 5 }, { energy: 5 }, at(2))).toEqual([]);
    expect(statistics.byKey().get("energy")).toEqual({ reads: 2, changes: 0, changedAt: undefined });
  });

  it("is bounded in its keys, and still tells changes beyond them", () => {
    const statistics = new Statistics(1);
    statistics.count(["a", "b"], {}, { a: 1, b: 1 }, at(1));
    expect(statistics.count(["b"], { b: 1 }, { b: 2 }, at(2))).toHaveLength(1);
    expect([...statistics.byKey().keys()]).toEqual(["a"]);
  });
});
