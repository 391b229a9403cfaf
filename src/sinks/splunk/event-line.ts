import type { JsonObject, JsonValue } from "../../model/value.js";
import type { SplunkOptions } from "./options.js";

/** What is in the queue, as the collector takes it. `resend`: it may have been sent before. */
export type EncodeLine = (kept: JsonObject, resend: boolean) => string;

export function createLineEncoder({ source, sourcetype, index }: SplunkOptions): EncodeLine {
  const shared = { source, sourcetype, ...(index === undefined ? {} : { index }) };
  return (kept, resend) => {
    const event = isObject(kept.event) ? kept.event : {};
    return JSON.stringify({ ...kept, ...shared, event: resend ? { ...event, resend } : event });
  };
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
