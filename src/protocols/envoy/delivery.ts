import type { Delivery, Frame } from "../../model/protocol.js";
import { parseHttpMessage } from "../../wire/http1-body.js";
import { WireError } from "../../wire/wire-error.js";
import { senderOf } from "./cloud.js";
import { isFailure, isInterim, isSuccess } from "./reply.js";

/** Reports and finished tasks are sent again as they came; the vendor counts by their ids: docs/protocols/envoy.md §7. */
export const delivery: Delivery = {
  keeps: ({ bytes }: Frame) => orUndefined(() => senderOf(parseHttpMessage(bytes))) !== undefined,
  judge: ({ bytes }: Frame) => orUndefined(() => verdict(bytes)) ?? "failed",
};

/** An answer that breaks off settles nothing. */
function verdict(bytes: Uint8Array): ReturnType<Delivery["judge"]> {
  const { start, complete } = parseHttpMessage(bytes);
  if (start.type !== "response" || !complete || isFailure(start.status)) return "failed";
  if (isInterim(start.status)) return "interim";
  if (isSuccess(start.status)) return "delivered";
  return refusals.includes(start.status) ? "refused" : "failed";
}

/** What is said of the report itself. Any other status can come from a firewall or a login page on the way. */
const refusals: readonly number[] = [400, 413, 415, 422];

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
