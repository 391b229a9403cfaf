import type { Decoded, Frame, Protocol, Splitter } from "../../model/protocol.js";
import type { Direction } from "../../model/session.js";

/** For devices that nobody has decoded: relays and counts, announces nothing. Each chunk passes as one frame. */
export const raw: Protocol = {
  name: "raw",
  title: "Any TCP device: relayed and counted, not decoded",
  defaults: {
    ...{ listenPort: 9000, onTls: "splice", tlsMin: "TLSv1.2", intervalS: 300, idleTimeoutS: 3600 },
    // Wireshark looks for HTTP there, and shows anything else as bytes.
    dissectorPort: 80,
  },
  anomalies: {},
  entities: [],
  abilities: { localCloud: false, classedCommands: false, control: false },
  createSplitter: (direction) => passThrough(direction),
  createConversation: () => ({ receive: (frame) => count(frame) }),
};

function passThrough(direction: Direction): Splitter {
  return {
    pendingBytes: 0,
    staleAfterMs: 0,
    push: (chunk) => (chunk.length === 0 ? [] : [{ direction, bytes: chunk, whole: true }]),
    end: () => [],
  };
}

function count(frame: Frame): Decoded {
  return {
    role: "other",
    label: `${frame.bytes.length} bytes`,
    seen: [],
    devices: [],
    readings: [],
    events: [],
    anomalies: [],
    postings: [],
  };
}
