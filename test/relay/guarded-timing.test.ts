import { afterEach, describe, expect, it } from "vitest";
import { guardTiming } from "../../src/relay/guarded-timing.js";
import { encodeReport } from "../support/blueprint/encoder.js";
import { recordLog } from "../support/log-recorder.js";
import { type RelaySetup, setUpRelay } from "../support/relay-setup.js";

const report = encodeReport(7, 1, { powerW: 400, temperatureC: 20, energyTotalWh: 1_000 });

function fails(): never {
  throw new Error("a fault of who is told");
}

describe("durations behind a barrier", () => {
  it("are passed on", () => {
    const told: (readonly [string, number])[] = [];
    const timing = guardTiming({ isDue: () => true, decoded: (...word) => void told.push(word) }, recordLog().log);
    timing.decoded("acme", 1.5);
    expect(timing.isDue()).toBe(true);
    expect(told).toEqual([["acme", 1.5]]);
  });

  it("cannot throw at whoever tells them, and are missed once in the log", () => {
    const logs = recordLog();
    const timing = guardTiming({ isDue: fails, decoded: fails }, logs.log);
    timing.decoded("acme", 1);
    timing.decoded("acme", 1);
    expect(timing.isDue()).toBe(false);
    expect(logs.of("internal fault", "error")).toHaveLength(1);
  });
});

describe("decoding in a relay", () => {
  let setup: RelaySetup | undefined;

  afterEach(() => setup?.stop());

  it.each([
    ["a tap", {}],
    ["a gate", { control: true }],
  ])("is timed where a frame is due, in %s", async (_what, options) => {
    const told: (readonly [string, number])[] = [];
    let frames = 0;
    const due = (): boolean => {
      frames += 1;
      return frames === 2;
    };
    setup = await setUpRelay({
      options,
      ports: { timing: { isDue: due, decoded: (...word) => void told.push(word) } },
    });
    const device = await setup.device();
    await device.send(report);
    await setup.message("frame");
    expect(told).toEqual([]);
    await device.send(report);
    await setup.message("frame", () => frames === 2);
    expect(told.map(([protocol]) => protocol)).toEqual(["blueprint"]);
    expect(told.every(([, durationMs]) => durationMs >= 0)).toBe(true);
  });

  it("and its relaying go on where nobody can be told", async () => {
    setup = await setUpRelay({ ports: { timing: { isDue: () => true, decoded: fails } } });
    const device = await setup.device();
    for (let round = 0; round < 5; round += 1) await device.send(report);
    const cloud = await setup.cloud.connection(0);
    expect(await cloud.waitFor(5 * report.length)).toEqual(Buffer.concat(Array.from({ length: 5 }, () => report)));
    expect(setup.messages.filter(({ type }) => type === "anomaly")).toEqual([]);
    expect(setup.logs.of("internal fault", "error")).toHaveLength(1);
  });
});
