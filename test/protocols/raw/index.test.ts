import { describe, expect, it } from "vitest";
import type { SessionId, SessionInfo } from "../../../src/model/session.js";
import type { EpochMs } from "../../../src/model/time.js";
import { raw } from "../../../src/protocols/raw/index.js";
import { conversationOptions } from "../../support/conversation-options.js";

const address = { localAddress: "127.0.0.1", localPort: 1, remoteAddress: "127.0.0.1", remotePort: 2 };
const session: SessionInfo = {
  id: "s1" as SessionId,
  relay: "any",
  protocol: "raw",
  openedAt: 0 as EpochMs,
  device: address,
};

describe("raw", () => {
  it("passes each chunk as one frame and holds nothing back", () => {
    const splitter = raw.createSplitter("device-to-cloud");
    const frames = splitter.push(Uint8Array.of(1, 2, 3));
    expect(frames).toEqual([{ direction: "device-to-cloud", bytes: Uint8Array.of(1, 2, 3), whole: true }]);
    expect(splitter.push(new Uint8Array(0))).toEqual([]);
    expect(splitter.pendingBytes).toBe(0);
    expect(splitter.end()).toEqual([]);
  });

  it("counts bytes and announces nothing", () => {
    const conversation = raw.createConversation(conversationOptions({ session }));
    const decoded = conversation.receive(
      { direction: "cloud-to-device", bytes: Uint8Array.of(1, 2), whole: true },
      0 as EpochMs,
    );
    expect(decoded.label).toBe("2 bytes");
    expect([decoded.devices, decoded.readings, decoded.anomalies, decoded.seen]).toEqual([[], [], [], []]);
  });
});
