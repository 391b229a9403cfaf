import { describe, expect, it } from "vitest";
import type { EntityDescription } from "../../src/model/entity.js";
import type { EpochMs } from "../../src/model/time.js";
import type { Values } from "../../src/model/value.js";
import { RunningBucket } from "../../src/monitoring/running-bucket.js";

const entities: readonly EntityDescription[] = [
  { key: "power", platform: "sensor", name: "Power", stateClass: "measurement" },
  { key: "energy", platform: "sensor", name: "Energy", unit: "kWh" },
  { key: "pump", platform: "binary_sensor", name: "Pump" },
];

const at = (seconds: number) => (300_000 + seconds * 1_000) as EpochMs;

/** Values that came one after the other, so many seconds apart. */
function bucket(apart: number, ...values: readonly Values[]): RunningBucket {
  const [first = {}, ...others] = values;
  const running = new RunningBucket(at(0), entities, first, at(0));
  for (const [index, one] of others.entries()) running.add(one, at((index + 1) * apart));
  return running;
}

describe("running bucket", () => {
  it("keeps the mean of a measurement and the last of all else", () => {
    const running = bucket(
      60,
      { power: 100, energy: 7.1, pump: true, serial: "x" },
      { power: 200, energy: 7.2, pump: false },
    );
    expect(running.record()).toEqual({ at: 300_000, values: { power: 150, energy: 7.2, pump: 0 } });
    running.add({ power: 600, energy: 7.3 }, at(120));
    expect(running.record().values).toEqual({ power: 300, energy: 7.3, pump: 0 });
    expect(["power", "energy", "serial"].map((key) => running.valueOf(key))).toEqual([300, 7.3, undefined]);
  });

  it("leaves out what had no value", () => {
    const running = bucket(60, { power: null, energy: 7.1 }, { power: 4, energy: null });
    expect(running.record().values).toEqual({ power: 4, energy: 7.1 });
    expect(bucket(60, {}, { serial: "x" }).record().values).toEqual({});
  });

  it("writes a mean with no more digits than a chart shows, a single value as it is", () => {
    expect(bucket(60, { power: 1.234_567_89 }).record().values).toEqual({ power: 1.234_567_89 });
    const mean = bucket(60, { power: 1.234_567_89 }, { power: 1 }, { power: 1 });
    expect(mean.record().values).toEqual({ power: 1.07819 });
  });

  it("counts values once that come within ten seconds, by the newest", () => {
    const running = bucket(5, { power: 1 }, { power: 3 });
    expect(running.record().values).toEqual({ power: 3 });
    running.add({ power: 5 }, at(10));
    expect(running.record().values).toEqual({ power: 4 });
    running.add({ power: 9 }, at(19));
    expect(running.record().values).toEqual({ power: 6 });
  });

  it("goes on with other entities from what came so far", () => {
    const running = bucket(60, { power: 1, energy: 5 }, { power: 3, energy: 6 }).withEntities(
      entities.slice(0, 1),
      at(60),
    );
    running.add({ power: 4, energy: 7 }, at(120));
    expect(running.record()).toEqual({ at: 300_000, values: { power: 3 } });
  });
});
