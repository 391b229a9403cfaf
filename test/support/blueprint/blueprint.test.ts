import { describe, expect, it } from "vitest";
import type { Decoded } from "../../../src/model/protocol.js";
import type { Direction, SessionId, SessionInfo } from "../../../src/model/session.js";
import type { EpochMs } from "../../../src/model/time.js";
import { conversationOptions } from "../conversation-options.js";
import { encodeFrame, encodeInterval, encodePulses, encodeReport } from "./encoder.js";
import { blueprint } from "./index.js";

const now = Date.UTC(2026, 5, 21, 10) as EpochMs;
const device = { localAddress: "127.0.0.1", localPort: 1, remoteAddress: "127.0.0.1", remotePort: 2 };
const session: SessionInfo = { id: "s" as SessionId, relay: "r", protocol: "blueprint", openedAt: now, device };

function decode(direction: Direction, ...frames: readonly Uint8Array[]): readonly Decoded[] {
  const conversation = blueprint.createConversation(conversationOptions({ session }));
  const splitter = blueprint.createSplitter(direction);
  return frames.flatMap((bytes) => splitter.push(bytes)).map((frame) => conversation.receive(frame, now));
}

describe("the blueprint protocol", () => {
  it("decodes a report into a reading and describes the device once", () => {
    const report = encodeReport(7, 1, { powerW: 412, temperatureC: -3.5, energyTotalWh: 12_345 });
    const [first, second] = decode("device-to-cloud", report, report);
    expect(first?.readings[0]?.values).toEqual({ power: 412, temperature: -3.5, energy_total: 12.345 });
    expect(first?.devices[0]?.description.id).toBe("blueprint_7");
    expect(second?.devices).toEqual([]);
  });

  it("leaves an implausible value out and reports it", () => {
    const [decoded] = decode(
      "device-to-cloud",
      encodeReport(7, 1, { powerW: 9_999, temperatureC: 20, energyTotalWh: 1 }),
    );
    expect(decoded?.readings[0]?.values).toEqual({ temperature: 20, energy_total: 0.001 });
    expect(decoded?.anomalies.map((anomaly) => anomaly.kind)).toEqual(["implausible_value"]);
  });

  it("adds pulses to the books", () => {
    const [decoded] = decode("device-to-cloud", encodePulses(7, 1, 250));
    expect(decoded?.postings[0]?.apply(1_000, now).books).toBe(1_250);
  });

  it("names a command, and reports a frame that is too short", () => {
    const [command, short] = decode(
      "cloud-to-device",
      encodeInterval(7, 1, 30),
      encodeFrame({ type: 2, sequence: 2, serial: 7 }, new Uint8Array(1)),
    );
    expect(command?.command).toEqual({ classes: ["setting"], text: "report every 30 s", keys: ["interval"] });
    expect(short?.anomalies[0]?.kind).toBe("short_payload");
  });
});
