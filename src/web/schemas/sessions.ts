import type { FieldView, FramesView, FrameView, LegView, SessionsView, SessionView } from "../api-types.js";
import { count, list, object, oneOf, optional, ref, text, time, truth, view } from "./schema.js";

const legSchema = view<LegView>("LegView", "One of the two connections of a session", {
  local: text(),
  remote: text(),
  security: oneOf(["plain", "tls", "splice"]),
  openedAt: time(),
  bytesReceived: count(),
  bytesSent: count(),
  ended: optional(
    object<NonNullable<LegView["ended"]>>({
      by: oneOf(["peer", "cloudtap"], "Who ended its half of the stream first"),
      how: oneOf(["fin", "reset"]),
      at: time(),
    }),
  ),
});

const sessionSchema = view<SessionView>("SessionView", "One connection of a device, from its opening to its close", {
  id: text(),
  relay: text(),
  protocol: text(),
  devices: list(text(), "Ids of those that spoke in it"),
  openedAt: time(),
  serverName: optional(text("The name in the TLS hello")),
  destination: optional(text("Where the device was heading, where a gateway led it here")),
  device: optional(ref(legSchema)),
  cloud: optional(ref(legSchema)),
  frames: count(),
  anomalies: count(),
  lastByteAt: time(),
  closed: optional(
    object<NonNullable<SessionView["closed"]>>({
      at: time(),
      by: oneOf(["device", "cloud", "cloudtap"]),
      how: text(),
      detail: text(),
    }),
  ),
});

const sessionsSchema = view<SessionsView>("SessionsView", "The sessions, open and closed", {
  open: list(ref(sessionSchema), "Newest first, at most 200"),
  openCount: count("Also of those that are not listed"),
  closed: list(ref(sessionSchema), "Newest first, at most 100"),
});

const fieldSchema = view<FieldView>("FieldView", "Bytes of a frame that have a name", {
  offset: count(),
  length: count(),
  name: text(),
  value: optional(text()),
});

const frameSchema = view<FrameView>("FrameView", "One frame of a session", {
  session: text(),
  number: count("Of its session, from 1"),
  at: time(),
  direction: oneOf(["device-to-cloud", "cloud-to-device"]),
  role: text(),
  label: text("What it is, in a few words"),
  bytes: count("Of the whole frame, also where `hex` is cut"),
  hex: text("At most 8 KiB of it, in hex digits"),
  fields: list(ref(fieldSchema)),
  own: optional(truth("Cloudtap said it, in the cloud's place or for itself")),
  blocked: optional(text("Why it was not passed on")),
});

const framesSchema = view<FramesView>("FramesView", "The frames that are kept of a session", {
  session: ref(sessionSchema),
  frames: list(ref(frameSchema), "Oldest first"),
});

export const sessionSchemas = {
  leg: legSchema,
  session: sessionSchema,
  sessions: sessionsSchema,
  field: fieldSchema,
  frame: frameSchema,
  frames: framesSchema,
} as const;
