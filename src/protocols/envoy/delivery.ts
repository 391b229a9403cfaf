import type { Delivery, Frame } from "../../model/protocol.js";
import { parseHttpMessage } from "../../wire/http1-body.js";
import { WireError } from "../../wire/wire-error.js";
import { canAnswer } from "./cloud.js";
import { isFailure } from "./reply.js";

/** Reports and finished tasks are sent again as they came; the vendor counts by their ids: docs/protocols/envoy.md §7. */
export const delivery: Delivery = {
  keeps: ({ bytes }: Frame) => orFalse(() => canAnswer(bytes)),
  judge({ bytes }: Frame) {
    const status = orFalse(() => {
      const { start } = parseHttpMessage(bytes);
      return start.type === "response" && start.status;
    });
    if (status === false || isFailure(status)) return "failed";
    return status >= 200 && status < 300 ? "delivered" : "refused";
  },
};

function orFalse<T>(read: () => T): T | false {
  try {
    return read();
  } catch (error) {
    if (error instanceof WireError) return false;
    throw error;
  }
}
