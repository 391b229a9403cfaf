import type { SpliceRecord } from "../model/splice.js";
import type { JsonObject, JsonValue } from "../model/value.js";
import { CloudtapError } from "../runtime/errors.js";

/**
 * Carries out `{"what": ADDRESS, DEVICE or "all", "relay": NAME}` for the local socket; `relay` may be left out. The
 * result has one object for each record that was forgotten. Throws CloudtapError REQUEST_FAILED.
 */
export function forgetOnRequest(
  args: JsonObject,
  forget: (what: string, relay?: string) => readonly SpliceRecord[],
): JsonValue {
  const { what, relay } = args;
  if (typeof what !== "string" || what === "" || (relay !== undefined && typeof relay !== "string"))
    throw new CloudtapError("REQUEST_FAILED", 'expected {"what": ADDRESS, DEVICE or "all", "relay": NAME}');
  return forget(what, relay).map((record) => ({
    relay: record.relay,
    address: record.address,
    target: record.target,
    since: new Date(record.since).toISOString(),
    reason: record.reason,
  }));
}
