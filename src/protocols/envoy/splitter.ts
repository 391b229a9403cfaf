import type { Frame, Splitter } from "../../model/protocol.js";
import type { Direction } from "../../model/session.js";
import { createHttp1Splitter } from "../../wire/http1-framing.js";
import { parseHttpHead } from "../../wire/http1-head.js";
import { WireError } from "../../wire/wire-error.js";

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

/** Up to the blank line, with it; 0 where that or a start line is missing. */
export function headBytesOf({ bytes }: Frame): number {
  try {
    return parseHttpHead(bytes).headBytes;
  } catch (error) {
    if (error instanceof WireError) return 0;
    throw error;
  }
}
