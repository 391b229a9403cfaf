import { describe, expect, it } from "vitest";
import type { EpochUs, LegNote, RecordedEvent, RecordedLeg } from "../../src/model/recording.js";
import { DeviceLegs } from "../../src/recording/device-legs.js";

function legOf(side: LegNote["leg"], session = "ab-1", number = 0): RecordedLeg {
  const end = { address: "192.0.2.1", port: 1 };
  const note: LegNote = { session, leg: side, relay: "r", protocol: "raw", security: "plain", reason: "why" };
  return { id: `${side}-${session}-${number}`, client: end, server: end, note };
}

function opened(leg: RecordedLeg, at = 0): RecordedEvent {
  return { type: "opened", leg, at: at as EpochUs, complete: true };
}

function data(leg: RecordedLeg, at = 0, size = 1): RecordedEvent {
  const bytes = new Uint8Array(size);
  return { type: "data", leg, direction: "device-to-cloud", bytes, at: at as EpochUs, place: 1 };
}

function closed(leg: RecordedLeg, at = 0): RecordedEvent {
  return { type: "closed", leg, at: at as EpochUs };
}

const device = legOf("device");
const cloud = legOf("cloud");

/** What comes through, at each step. */
function through(events: readonly RecordedEvent[]): readonly (readonly RecordedEvent[])[] {
  const legs = new DeviceLegs();
  return [...events.map((event) => legs.take(event)), legs.end()];
}

describe("DeviceLegs", () => {
  it("leaves out the cloud legs of a session whose device leg is there", () => {
    const second = legOf("cloud", "ab-1", 1);
    const events = [
      opened(device),
      opened(cloud),
      data(device),
      data(cloud),
      closed(cloud),
      opened(second),
      data(second),
    ];
    expect(through([...events, closed(second), closed(device)]).flat()).toEqual([
      opened(device),
      data(device),
      closed(device),
    ]);
  });

  it("leaves a cloud leg out that is met before its device leg", () => {
    const events = [
      opened(cloud),
      data(cloud, 1),
      opened(device, 2),
      data(device, 3),
      data(cloud, 4),
      closed(cloud, 5),
    ];
    expect(through(events).flat()).toEqual([opened(device, 2), data(device, 3)]);
    const early = [opened(cloud), closed(cloud), opened(device), data(device)];
    expect(through(early).flat()).toEqual([opened(cloud), closed(cloud), opened(device), data(device)]);
  });

  it("keeps the cloud legs of sessions without a device leg, whole and in order", () => {
    const events = [opened(cloud), data(cloud), closed(cloud)];
    expect(through(events)).toEqual([[], [], events, []]);
  });

  it("waits for the device leg no longer than two seconds of the recording, or 256 KiB, or its end", () => {
    const late = [opened(cloud), data(cloud, 1_999_999), data(cloud, 2_000_001), data(cloud, 3_000_000)];
    expect(through(late).map(({ length }) => length)).toEqual([0, 0, 3, 1, 0]);
    const much = [opened(cloud), data(cloud, 0, 300_000)];
    expect(through(much).map(({ length }) => length)).toEqual([0, 2, 0]);
    expect(through([opened(cloud), data(cloud)]).map(({ length }) => length)).toEqual([0, 0, 2]);
  });

  it("tells sessions apart, and lets through what Cloudtap did not note", () => {
    const other = legOf("cloud", "cd-2");
    expect(through([opened(device), opened(other), closed(other)])[2]).toEqual([opened(other), closed(other)]);
    const foreign: RecordedLeg = { id: "x", client: device.client, server: device.server };
    expect(through([opened(foreign), data(foreign)]).flat()).toEqual([opened(foreign), data(foreign)]);
  });
});
