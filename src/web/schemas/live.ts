import type { LiveEvents } from "../api-types.js";
import { eventProperties } from "./devices.js";
import { record, text, time, truth, value, view } from "./schema.js";

/** Of the events whose data is no view that the API gives elsewhere. */
export const liveSchemas = {
  hello: view<LiveEvents["hello"]>("LiveHello", "Event `hello`: the first of all", { version: text(), now: time() }),
  state: view<LiveEvents["state"]>("LiveState", "Event `state`: all values of a device", {
    device: text(),
    values: record(value()),
    lastSeen: time(),
  }),
  device: view<LiveEvents["device"]>("LiveDevice", "Event `device`: it came, left or changed; ask for it again", {
    device: text(),
    removed: truth(),
  }),
  event: view<LiveEvents["event"]>("LiveEvent", "Event `event`: something happened once", {
    device: text(),
    ...eventProperties,
  }),
} as const;
