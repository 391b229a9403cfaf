import type { Splitter } from "../../model/protocol.js";
import type { Direction } from "../../model/session.js";
import { createHttp1Splitter } from "../../wire/http1-framing.js";

/** HTTP/1, one frame a request or response. */
export function createEnvoySplitter(direction: Direction): Splitter {
  return createHttp1Splitter({
    direction,
    messages: direction === "device-to-cloud" ? "requests" : "responses",
    headLimitBytes: 64 * 1024,
    messageLimitBytes: 4 * 1024 * 1024,
    staleAfterMs: 60_000,
  });
}
