import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../../src/model/time.js";
import { PropertyStatistics } from "../../../src/protocols/websentry/property-statistics.js";

const at = (ms: number) => ms as EpochMs;

describe("property statistics", () => {
  it("W21: counts reads and changes of a property and keeps the time of the last change", () => {
    const statistics = new PropertyStatistics();
    statistics.countRead("humidity", false, at(1));
    statistics.countRead("humidity", true, at(2));
    statistics.countRead("humidity", false, at(3));
    expect(statistics.of("humidity")).toEqual({ queries: 3, changes: 1, lastChangeAt: 2 });
  });

  it("W21: goes on counting after a restart", () => {
    const before = new PropertyStatistics();
    before.countRead("humidity", true, at(5));
    before.countRead("pool_temp", false, at(5));
    const after = new PropertyStatistics(before.toJson());
    after.countRead("humidity", false, at(6));
    expect(after.of("humidity")).toEqual({ queries: 2, changes: 1, lastChangeAt: 5 });
    expect(after.of("pool_temp")).toEqual({ queries: 1, changes: 0, lastChangeAt: undefined });
  });

  it("keeps the newest answer of what was read, also over a restart", () => {
    const before = new PropertyStatistics();
    before.keepRaw("never_read", "0105");
    before.countRead("humidity", false, at(1));
    before.countRead("pool_temp", false, at(1));
    before.keepRaw("humidity", "060216");
    before.keepRaw("humidity", "0105");
    before.countRead("humidity", true, at(2));
    const after = new PropertyStatistics(JSON.parse(JSON.stringify(before.toJson())));
    expect(after.keys()).toEqual(["humidity", "pool_temp"]);
    expect(after.of("humidity")).toEqual({ queries: 2, changes: 1, lastChangeAt: 2, raw: "0105" });
    expect(after.of("pool_temp").raw).toBeUndefined();
    expect(after.of("never_read")).toEqual({ queries: 0, changes: 0, lastChangeAt: undefined, raw: undefined });
  });

  it("takes what an earlier version saved", () => {
    expect(new PropertyStatistics({ humidity: [3, 1, 9] }).of("humidity")).toEqual({
      ...{ queries: 3, changes: 1, lastChangeAt: 9, raw: undefined },
    });
    expect(new PropertyStatistics({ humidity: [3, 1, null, 7] }).toJson()).toEqual({ humidity: [3, 1, null] });
  });

  it("counts a bounded number of properties and goes on with those", () => {
    const statistics = new PropertyStatistics();
    for (let id = 0; id < 5_000; id += 1) statistics.countRead(`prop_${id}`, false, at(1));
    statistics.countRead("prop_0", true, at(2));
    expect(statistics.keys()).toHaveLength(2_048);
    expect(statistics.of("prop_0").queries).toBe(2);
  });

  it("knows nothing of a property that was never read", () => {
    expect(new PropertyStatistics().of("humidity")).toEqual({ queries: 0, changes: 0, lastChangeAt: undefined });
  });

  it.each([[null], [7], [[1]], [{ humidity: "x" }], [{ humidity: [1, "x"] }]])("starts anew from %j", (saved) => {
    expect(new PropertyStatistics(saved).toJson()).toEqual({});
  });
});
