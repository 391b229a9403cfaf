import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/device.js";
import type { EpochMs } from "../../../src/model/time.js";
import { Section } from "../../../src/sinks/capture/section.js";
import { StreamOutput } from "../../../src/sinks/capture/stream-output.js";
import { Take } from "../../../src/sinks/capture/take.js";
import {
  capturedSession,
  inverter,
  momentOf,
  openedAt,
  openedAtUs,
  sectionOptions,
  sessionInfo,
} from "../../support/capture-moments.js";
import { Viewer } from "../../support/capture-setup.js";

const roof = capturedSession("s-1");
const pool = capturedSession("s-2", { info: sessionInfo("s-2", { relay: "pool" }), devices: new Set([inverter]) });
const given = { id: "1-all", target: { type: "all" }, reason: "always", since: openedAt } as const;

function output() {
  const viewer = new Viewer();
  return { viewer, stream: new StreamOutput(viewer, new Section(sectionOptions, openedAtUs)) };
}

describe("a capture that goes on", () => {
  it("wants the sessions of its target", () => {
    const take = new Take({ ...given, target: { type: "device", device: inverter } }, "demand", output().stream, []);
    expect(take.wants(roof)).toBe(false);
    expect(take.wants(pool)).toBe(true);
    expect(take.wants({ ...roof, devices: new Set<DeviceId>([inverter]) })).toBe(true);
  });

  it("wants those of its relays only, where some are named", () => {
    const take = new Take(given, "always", output().stream, ["pool", "garage"]);
    expect(take.wants(roof)).toBe(false);
    expect(take.wants(pool)).toBe(true);
  });

  it("hands packets on to where they belong", () => {
    const { viewer, stream } = output();
    new Take(given, "always", stream, []).write(roof, momentOf("hello"));
    expect(viewer.seen.texts).toEqual(["hello"]);
  });

  it("says what it is, and until when where it ends by itself", () => {
    const take = new Take(given, "always", output().stream, []);
    expect(take.describe()).toEqual(given);
    take.until = (openedAt + 1_000) as EpochMs;
    expect(take.describe()).toEqual({ ...given, until: openedAt + 1_000 });
  });
});
