import { describe, expect, it } from "vitest";
import { queuesOf, sinksOf } from "../../src/composition/queues.js";
import { FakeCaptures } from "../support/fake-captures.js";

const splunk = { status: () => ({ up: false, queued: 7, sent: 1, resent: 0, dropped: 2 }) };

describe("what waits", () => {
  it("are events, readings for Splunk, and what clouds missed", () => {
    const owners = { events: { size: 4, dropped: 1 }, outbox: { waiting: () => 9 }, splunk };
    const relays = [
      { name: "roof", cloud: "auto" },
      { name: "pool", cloud: "relay" },
    ] as const;
    expect(queuesOf({ ...owners, relays })).toEqual([
      { queue: "mqtt_events", length: 4, dropped: 1 },
      { queue: "splunk", length: 7, dropped: 2 },
      { queue: "outbox_roof", length: 9 },
    ]);
    expect(queuesOf({ ...owners, relays: [], splunk: undefined }).map(({ queue }) => queue)).toEqual(["mqtt_events"]);
  });
});

describe("sinks", () => {
  it("tell whether they do their work", () => {
    const control = new FakeCaptures();
    const files = { commands: { control, relays: [], devices: () => [] }, spoolProblem: () => "disk full" };
    const states = () => sinksOf({ mqtt: { connected: () => true }, splunk, files });
    expect(states()).toEqual([
      { sink: "mqtt", up: true },
      { sink: "splunk", up: false },
      { sink: "capture", up: true },
      { sink: "spool", up: false },
    ]);
    control.problem = "disk full";
    expect(states().find(({ sink }) => sink === "capture")).toEqual({ sink: "capture", up: false });
  });
});
