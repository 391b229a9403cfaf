import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../src/model/time.js";
import { SessionLogRecording } from "../../src/recording/session-log-recording.js";
import { encodeSessionLog, type LoggedFrame } from "../../src/wire/session-log.js";

const start = Date.UTC(2026, 10, 21) as EpochMs;
const frames: readonly LoggedFrame[] = [
  { direction: "device-to-cloud", bytes: Uint8Array.of(1) },
  { direction: "cloud-to-device", bytes: Uint8Array.of(2) },
  { direction: "device-to-cloud", bytes: Uint8Array.of(3) },
];

function rig() {
  let ids = 0;
  const nextId = (): string => {
    ids += 1;
    return `s${ids}`;
  };
  return new SessionLogRecording({ name: "raw.json", nextId });
}

describe("SessionLogRecording", () => {
  it("W25: gives each session as a leg of its own, its frames spread over its time", () => {
    const log = encodeSessionLog({ start, durationMs: 1000, frames });
    const items = rig().push(Buffer.from(log + log));
    expect(items).toHaveLength(10);
    expect(items.slice(0, 5)).toMatchObject([
      { type: "opened", leg: { id: "s1" }, at: start * 1000, complete: true },
      { type: "data", direction: "device-to-cloud", at: start * 1000, place: 1 },
      { type: "data", direction: "cloud-to-device", at: start * 1000 + 500_000, place: 2 },
      { type: "data", direction: "device-to-cloud", at: start * 1000 + 1_000_000, place: 3 },
      { type: "closed", at: start * 1000 + 1_000_000 },
    ]);
    expect(items[5]).toMatchObject({ type: "opened", leg: { id: "s2" } });
  });

  it("takes a session of one frame or of none", () => {
    const one = encodeSessionLog({ start, durationMs: 1000, frames: frames.slice(0, 1) });
    const none = encodeSessionLog({ start, durationMs: 0, frames: [] });
    expect(
      rig()
        .push(Buffer.from(one + none))
        .map(({ type }) => type),
    ).toEqual(["opened", "data", "closed", "opened", "closed"]);
  });

  it("says at which byte a session is broken", () => {
    const recording = rig();
    recording.push(Buffer.from('{"Start":1}\n{"time":"x","device":"y"}\n{'));
    expect(recording.end()).toEqual([
      {
        type: "broken",
        message:
          "raw.json, byte 38: expected the end of the session that begins here, found the end of the file after 1 bytes",
      },
    ]);
  });

  it("tells of so many faults one by one, and of the others how many", () => {
    const recording = rig();
    const items = [...recording.push(Buffer.from("{}\n".repeat(30))), ...recording.end()];
    expect(items).toHaveLength(21);
    expect(items.at(-1)).toEqual({ type: "broken", message: "raw.json: 10 more places hold no session" });
  });
});
