import { describe, expect, it } from "vitest";
import {
  describeTarget,
  parseCaptureList,
  parseEndedCaptures,
  parseStartedCapture,
} from "../../src/cli/capture-answers.js";
import type { DeviceId } from "../../src/model/device.js";

const device = "solarman_1" as DeviceId;
const running = { id: "c1", target: { type: "address", relay: "roof", address: "10.0.0.7" }, reason: "why", since: 1 };
const file = { name: "a.pcapng", bytes: 7, changedAt: 2, isOpen: true };
const list = { mode: "always", directory: "/x", running: [running], captured: 3, dropped: 4, files: [file] };

describe("what the running program tells of captures", () => {
  it("is read back as it was told", () => {
    expect(parseCaptureList(list)).toEqual(list);
    expect(parseCaptureList({ ...list, problem: "full", later: true })).toEqual({ ...list, problem: "full" });
    expect(parseStartedCapture({ running: { ...running, until: 9 }, directory: "/x" }).running.until).toBe(9);
    const targets = [{ type: "all" }, { type: "relay", relay: "roof" }, { type: "device", device }];
    const ended = parseEndedCaptures(targets.map((target) => ({ ...running, target })));
    expect(ended.map(({ target }) => target)).toEqual(targets);
  });

  it.each([
    [null, "expected an object at answer"],
    [{ ...list, mode: "often" }, "one of none, always, anomaly at answer.mode"],
    [{ ...list, running: [{ ...running, target: { type: "relay" } }] }, "a text at answer.running[0].target.relay"],
  ])("is refused where another version said something else", (answer, message) => {
    expect(() => parseCaptureList(answer)).toThrow(message);
    expect(() => parseCaptureList(answer)).toThrow("another version");
  });

  it("names whose traffic it is", () => {
    expect(
      [
        { type: "all" } as const,
        { type: "relay", relay: "roof" } as const,
        { type: "device", device } as const,
        { type: "address", relay: "roof", address: "10.0.0.7" } as const,
      ].map(describeTarget),
    ).toEqual(["all relays", "relay roof", "device solarman_1", "10.0.0.7 at relay roof"]);
  });
});
