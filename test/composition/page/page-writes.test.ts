import { describe, expect, it } from "vitest";
import { createWrites } from "../../../src/composition/page/page-writes.js";
import type { WriteResult } from "../../../src/model/command.js";
import type { DeviceId } from "../../../src/model/device.js";
import type { BusMessage } from "../../../src/model/ports.js";
import { createBus } from "../../../src/runtime/bus.js";
import { FakeClock } from "../../support/fake-clock.js";
import { recordLog } from "../../support/log-recorder.js";

const unit = "websentry_1" as DeviceId;
const applied = (value: number): WriteResult => ({ status: "applied", value });

function ended(device: DeviceId, key: string, result: WriteResult): BusMessage {
  return { type: "write-result", request: { device, key, value: "any" }, result };
}

function setUp(begin: (device: DeviceId, key: string, payload: string) => void = () => undefined) {
  const clock = new FakeClock();
  const bus = createBus(recordLog().log);
  return { clock, bus, write: createWrites(bus, clock, begin) };
}

describe("writes from the page", () => {
  it("end with what came of them", async () => {
    const begun: string[] = [];
    const { bus, write } = setUp((device, key, payload) => begun.push(`${device} ${key} ${payload}`));
    const result = write(unit, "humidity", "50");
    bus.publish(ended(unit, "temperature", applied(1)));
    bus.publish(ended("websentry_2" as DeviceId, "humidity", applied(2)));
    bus.publish(ended(unit, "humidity", applied(50)));
    expect(await result).toEqual(applied(50));
    expect(begun).toEqual(["websentry_1 humidity 50"]);
  });

  it("take the results of one setting in their order", async () => {
    const { bus, write } = setUp();
    const results = [write(unit, "humidity", "50"), write(unit, "humidity", "60")];
    bus.publish(ended(unit, "humidity", applied(50)));
    bus.publish(ended(unit, "humidity", { status: "rejected", error: "no" }));
    expect(await Promise.all(results)).toEqual([applied(50), { status: "rejected", error: "no" }]);
  });

  it("end at once where they are refused at once", async () => {
    const setup = setUp((device, key) => setup.bus.publish(ended(device, key, { status: "rejected", error: "off" })));
    expect(await setup.write(unit, "humidity", "50")).toEqual({ status: "rejected", error: "off" });
  });

  it("are given up, and a hundred at a time are enough", async () => {
    const { clock, write } = setUp();
    const first = Array.from({ length: 100 }, (_, index) => write(unit, `key${index}`, "1"));
    expect(await write(unit, "another", "1")).toMatchObject({ status: "rejected" });
    clock.advance(15 * 60_000);
    expect((await Promise.all(first)).every(({ status }) => status === "timeout")).toBe(true);
    const last = write(unit, "another", "1");
    clock.advance(15 * 60_000);
    expect(await last).toMatchObject({ status: "timeout" });
  });
});
