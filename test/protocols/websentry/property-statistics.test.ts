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

  it("knows nothing of a property that was never read", () => {
    expect(new PropertyStatistics().of("humidity")).toEqual({ queries: 0, changes: 0, lastChangeAt: undefined });
  });

  it.each([[null], [7], [[1]], [{ humidity: "x" }], [{ humidity: [1, "x"] }]])("starts anew from %j", (saved) => {
    expect(new PropertyStatistics(saved).toJson()).toEqual({});
  });
});
