import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../src/model/device.js";
import type { BusMessage } from "../../src/model/ports.js";
import { createBus } from "../../src/runtime/bus.js";
import { silentLogger } from "../../src/runtime/log.js";
import { recordLog } from "../support/log-recorder.js";

const message: BusMessage = { type: "availability", device: "a" as DeviceId, available: true, status: "online" };

describe("bus", () => {
  it("has reached every subscriber, in order, when publish returns", () => {
    const bus = createBus(silentLogger());
    const journal: string[] = [];
    bus.subscribe("first", (heard) => journal.push(`first ${heard.type}`));
    bus.subscribe("second", (heard) => journal.push(`second ${heard.type}`));
    bus.publish(message);
    expect(journal).toEqual(["first availability", "second availability"]);
  });

  it("reaches the others when a subscriber throws, and names that one once in the log", () => {
    const { log, of } = recordLog();
    const bus = createBus(log);
    let heard = 0;
    bus.subscribe("faulty", () => {
      throw new Error("broken");
    });
    bus.subscribe("sound", () => {
      heard += 1;
    });
    bus.publish(message);
    bus.publish(message);
    expect(heard).toBe(2);
    expect(of("internal fault", "error")).toMatchObject([{ barrier: "bus subscriber faulty" }]);
  });
});
