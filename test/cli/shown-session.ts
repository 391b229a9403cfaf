import type { DecodedItem, ShownSession } from "../../src/cli/decoded-sessions.js";
import type { DecodedFrame } from "../../src/cli/offline-session.js";
import type { DeviceId } from "../../src/model/device.js";
import type { EpochUs, LegNote, RecordedLeg } from "../../src/model/recording.js";
import type { EpochMs } from "../../src/model/time.js";
import { blueprint } from "../support/blueprint/index.js";

export const device = "blueprint_1" as DeviceId;
/** 21 June 2026, 10:00:00.000123 UTC. */
export const shownAt = (Date.UTC(2026, 5, 21, 10) * 1000 + 123) as EpochUs;

export const note: LegNote = {
  ...{ session: "ab12cd-1", leg: "device", relay: "meter", protocol: "blueprint", security: "tls", port: 443 },
  ...{ device, reason: "capture: always" },
};
export const undatedLeg: RecordedLeg = {
  ...{ id: "a", client: { address: "", port: 0 }, server: { address: "", port: 0 }, isUndated: true },
};
export const capturedLeg: RecordedLeg = {
  ...{ id: "b", client: { address: "192.168.1.50", port: 41_234 }, server: { address: "2001:db8::1", port: 7000 } },
  note,
};

export function shownSession(leg: RecordedLeg, change: Partial<ShownSession> = {}): ShownSession {
  const verdict = { type: "known", protocol: blueprint } as const;
  return { number: 1, leg, openedAt: shownAt, complete: true, verdict, ...change };
}

const at = Math.floor(shownAt / 1000) as EpochMs;

/** A frame that has something of everything. */
export const fullFrame: DecodedFrame = {
  ...{ direction: "cloud-to-device", whole: true, bytes: Uint8Array.of(0xb1, 0x7e), at },
  decoded: {
    role: "command",
    label: "interval 1",
    command: { classes: ["setting"], text: "report every 60 s", keys: [] },
    seen: [device],
    devices: [
      { description: { id: device, protocol: "b", name: "Meter", swVersion: "1", entities: [], eventTypes: [] } },
    ],
    readings: [
      { device, measuredAt: at, receivedAt: at, live: true, values: { power: 400, note: null } },
      { device, measuredAt: undefined, receivedAt: at, live: false, values: { power: 1 } },
      { device, measuredAt: 1e300 as EpochMs, receivedAt: at, live: false, values: {} },
    ],
    events: [{ device, type: "alarm", at, attributes: { code: 7 } }],
    anomalies: [{ kind: "garbage", direction: "cloud-to-device", detail: "why" }],
  },
};

export function frameItem(session: ShownSession, frame: DecodedFrame = fullFrame): DecodedItem {
  return { type: "frame", session, protocol: blueprint, frame, at: shownAt, place: 12 };
}
