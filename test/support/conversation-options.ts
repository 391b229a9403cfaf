import type { ConversationOptions } from "../../src/model/protocol.js";
import type { SessionId, SessionInfo } from "../../src/model/session.js";
import type { EpochMs } from "../../src/model/time.js";

/** A conversation of a device in UTC that is only listened to, where a test says nothing else. */
export function conversationOptions(given: Partial<ConversationOptions> = {}): ConversationOptions {
  return {
    session: anySession,
    recall: () => undefined,
    offsetMinutes: () => 0,
    cloud: "relay",
    control: "off",
    ...given,
  };
}

const anySession: SessionInfo = {
  id: "s-1" as SessionId,
  relay: "test",
  protocol: "test",
  openedAt: 1_700_000_000_000 as EpochMs,
  device: { localAddress: "127.0.0.1", localPort: 10_000, remoteAddress: "127.0.0.1", remotePort: 40_000 },
};
