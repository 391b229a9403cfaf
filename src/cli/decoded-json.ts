import type { DeviceUpdate } from "../model/device.js";
import type { DeviceEvent } from "../model/event.js";
import type { Reading } from "../model/reading.js";
import type { EpochUs } from "../model/recording.js";
import type { RecordingFormat } from "../recording/recording-format.js";
import { isoTime, isoTimeUs } from "../runtime/iso-time.js";
import type { DecodedItem, ShownSession } from "./decoded-sessions.js";
import { endpoint } from "./decoded-text.js";

type FrameItem = Extract<DecodedItem, { readonly type: "frame" }>;

/** What is counted in a file of each kind. */
const placeKeys: Readonly<Record<RecordingFormat, string>> = {
  packets: "packet",
  "session-log": "frame",
  body: "message",
  "hex-lines": "line",
};

/** What was decoded as one JSON object in one line; `format` is that of the file. */
export function renderJson(item: DecodedItem, file: string, format: RecordingFormat | undefined): string {
  return `${JSON.stringify(objectOf(item, file, format))}\n`;
}

function objectOf(item: DecodedItem, file: string, format: RecordingFormat | undefined) {
  const { session } = item;
  const { number, leg } = session;
  const whose = { session: number, leg: leg.note?.leg, relay: leg.note?.relay };
  switch (item.type) {
    case "session":
      return { type: "session", file, time: timeOf(session, session.openedAt), ...whose, ...describeSession(session) };
    case "frame":
      return {
        ...{ type: "frame", file, ...(format === undefined ? {} : { [placeKeys[format]]: item.place }) },
        ...{ time: timeOf(session, item.at), ...whose, ...describeFrame(item) },
      };
    case "lost": {
      const { direction, bytes } = item;
      return { type: "lost", file, time: timeOf(session, item.at), ...whose, direction, bytes };
    }
    case "end":
      return { type: "end", file, time: timeOf(session, item.at), ...whose, ending: item.ending };
  }
}

function describeSession({ leg, verdict, complete }: ShownSession) {
  const { client, server, note } = leg;
  const isKnown = verdict.type === "known";
  return {
    protocol: isKnown ? verdict.protocol.name : null,
    ...(isKnown ? {} : { unread: verdict.type }),
    ...(client.address === "" ? {} : { client: endpoint(client), server: endpoint(server) }),
    complete,
    ...(note === undefined
      ? {}
      : {
          captured_as: note.session,
          security: note.security,
          port: note.port,
          device: note.device,
          reason: note.reason,
        }),
  };
}

function describeFrame({ frame }: FrameItem) {
  const { direction, bytes, whole, decoded } = frame;
  const { role, label, command, devices, readings, events, anomalies } = decoded;
  return {
    ...{ direction, bytes: bytes.length, whole, role, label },
    ...(command?.text === undefined ? {} : { command: command.text, classes: command.classes }),
    devices: devices.map(describeDevice),
    readings: readings.map(describeReading),
    events: events.map(describeEvent),
    anomalies,
    hex: Buffer.from(bytes).toString("hex"),
  };
}

function timeOf({ leg }: ShownSession, at: EpochUs): string | null {
  return leg.isUndated === true ? null : isoTimeUs(at);
}

function describeDevice({ description }: DeviceUpdate) {
  const { id, name, manufacturer, model, swVersion, hwVersion, serialNumber, viaDevice, intervalS } = description;
  return {
    ...{ id, name, manufacturer, model },
    sw_version: swVersion,
    hw_version: hwVersion,
    serial_number: serialNumber,
    via_device: viaDevice,
    interval_s: intervalS,
  };
}

function describeReading({ device, measuredAt, live, values }: Reading) {
  return { device, measured_at: measuredAt === undefined ? null : isoTime(measuredAt), live, values };
}

function describeEvent({ device, type, at, attributes }: DeviceEvent) {
  return { device, type, at: isoTime(at), attributes };
}
