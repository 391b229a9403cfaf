import { describe, expect, it } from "vitest";
import { createAnomalyLog } from "../../src/devices/anomaly-log.js";
import type { BusMessage } from "../../src/model/ports.js";
import type { SessionId } from "../../src/model/session.js";
import type { EpochMs } from "../../src/model/time.js";
import { recordLog } from "../support/log-recorder.js";

function anomaly(relay: string, kind: string): BusMessage {
  const device = { localAddress: "127.0.0.1", localPort: 1, remoteAddress: "127.0.0.1", remotePort: 2 };
  const session = { id: "s" as SessionId, relay, protocol: "raw", openedAt: 0 as EpochMs, device };
  return {
    type: "anomaly",
    session,
    at: 0 as EpochMs,
    anomaly: { kind, direction: "device-to-cloud", detail: "found 1" },
  };
}

describe("anomaly log", () => {
  it("warns of the first of each kind and relay, and whispers the others", () => {
    const { log, lines } = recordLog("debug");
    const accept = createAnomalyLog(log);
    for (const message of [
      anomaly("a", "garbage"),
      anomaly("a", "garbage"),
      anomaly("b", "garbage"),
      anomaly("a", "bomb"),
    ])
      accept(message);
    expect(lines.map((line) => [line.level, line.relay, line.kind, line.msg])).toEqual([
      [40, "a", "garbage", "anomaly"],
      [20, "a", "garbage", "anomaly"],
      [40, "b", "garbage", "anomaly"],
      [40, "a", "bomb", "anomaly"],
    ]);
  });

  it("leaves other messages alone", () => {
    const { log, lines } = recordLog("debug");
    const message = anomaly("a", "garbage");
    if (message.type === "anomaly") createAnomalyLog(log)({ type: "session-opened", session: message.session });
    expect(lines).toEqual([]);
  });
});
