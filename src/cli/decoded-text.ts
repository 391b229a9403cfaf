import type { EntityDescription } from "../model/entity.js";
import type { Protocol } from "../model/protocol.js";
import type { Reading } from "../model/reading.js";
import type { EpochUs, RecordedEndpoint, RecordedLeg } from "../model/recording.js";
import type { EpochMs } from "../model/time.js";
import type { Value } from "../model/value.js";
import { formatAddressAndPort } from "../runtime/addresses.js";
import { isoTime, isoTimeUs } from "../runtime/iso-time.js";
import type { DecodedItem, SessionEnding, ShownSession } from "./decoded-sessions.js";
import type { DecodedFrame } from "./offline-session.js";

type FrameItem = Extract<DecodedItem, { readonly type: "frame" }>;

const margin = "       ";
const dayUs = 86_400_000_000;
const endings: Readonly<Record<SessionEnding, string>> = {
  "ended-by-device": "ended by the device",
  "ended-by-cloud": "ended by the cloud",
  "reset-by-device": "reset by the device",
  "reset-by-cloud": "reset by the cloud",
  open: "nothing more was recorded",
};
const unread = {
  tls: "TLS, which only its keys open; docs/captures.md says how",
  unknown: "of a protocol that is not known; say which with --protocol",
  empty: "nothing was said",
} as const;

/** Renders what was decoded as rows for a person, each with a line break at its end. */
export class TableView {
  readonly #dump: ((frame: DecodedFrame, protocol: Protocol) => string) | undefined;
  readonly #units = new Map<Protocol, ReadonlyMap<string, string | undefined>>();
  #day = Number.NaN;

  /** `dump` shows the bytes of a frame. */
  constructor(dump?: (frame: DecodedFrame, protocol: Protocol) => string) {
    this.#dump = dump;
  }

  render(item: DecodedItem, file: string): string {
    switch (item.type) {
      case "session":
        return `${this.#dayOf(item.session, item.session.openedAt)}--- session ${item.session.number}: ${describeSession(item.session, file)}\n`;
      case "frame":
        return this.#frame(item);
      case "lost":
        return `${this.#dayOf(item.session, item.at)}--- session ${item.session.number}: ${item.bytes} bytes ${wayOf(item.direction)} are not in the recording\n`;
      case "end":
        return `${this.#dayOf(item.session, item.at)}--- session ${item.session.number} ends: ${endings[item.ending]}\n`;
    }
  }

  #frame({ session, protocol, frame, at, place }: FrameItem): string {
    const { decoded, direction, bytes } = frame;
    const arrow = direction === "device-to-cloud" ? "> device" : "< cloud ";
    const isUndated = session.leg.isUndated === true;
    const when = isUndated ? String(place).padStart(5) : timeOfDay(at);
    const size = `${bytes.length} B`;
    const number = `#${session.number}`.padEnd(3);
    const units = this.#unitsOf(protocol);
    const rows = [
      `${when}  ${number}  ${arrow}  ${size.padStart(7)}  ${decoded.role.padEnd(15)}  ${decoded.label}`,
      ...(frame.whole || this.#dump !== undefined ? [] : [`${margin}hex ${Buffer.from(bytes).toString("hex")}`]),
      ...(decoded.command?.text === undefined ? [] : [`${margin}command: ${decoded.command.text}`]),
      ...decoded.devices.map(({ description }) => `${margin}device ${description.id}: ${description.name}`),
      ...decoded.readings.flatMap((reading) => renderReading(reading, units)),
      ...decoded.events.map(
        (event) => `${margin}event ${event.type} of ${event.device} ${JSON.stringify(event.attributes)}`,
      ),
      ...decoded.anomalies.map(({ kind, detail }) => `${margin}anomaly ${kind}: ${detail}`),
    ];
    const dump = bytes.length === 0 ? "" : indented(this.#dump?.(frame, protocol) ?? "");
    return `${this.#dayOf(session, at)}${rows.join("\n")}\n${dump}`;
  }

  /** A row of its own where another day begins. */
  #dayOf({ leg }: ShownSession, at: EpochUs): string {
    const day = Math.floor(at / dayUs);
    if (leg.isUndated === true || day === this.#day) return "";
    this.#day = day;
    return `--- ${isoTimeUs(at)?.slice(0, 10) ?? "no day"}, UTC\n`;
  }

  #unitsOf(protocol: Protocol): ReadonlyMap<string, string | undefined> {
    const known = this.#units.get(protocol) ?? unitsOf(protocol.entities);
    this.#units.set(protocol, known);
    return known;
  }
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, margin);
}

function unitsOf(entities: readonly EntityDescription[]): ReadonlyMap<string, string | undefined> {
  return new Map(entities.map(({ key, unit }) => [key, unit]));
}

function describeSession({ leg, verdict, complete }: ShownSession, file: string): string {
  const { note } = leg;
  const words = [
    verdict.type === "known" ? verdict.protocol.name : unread[verdict.type],
    ...(note === undefined ? [] : [`relay ${note.relay}, ${note.leg} leg of ${note.session}, ${note.reason}`]),
    ...(complete ? [] : ["begun before the recording"]),
  ];
  return `${waysOf(leg, file)}: ${words.join("; ")}`;
}

function waysOf({ client, server }: RecordedLeg, file: string): string {
  return client.address === "" ? file : `${endpoint(client)} to ${endpoint(server)}`;
}

/** As addresses with a port are written. */
export function endpoint({ address, port }: RecordedEndpoint): string {
  return formatAddressAndPort(address, port);
}

function wayOf(direction: "device-to-cloud" | "cloud-to-device"): string {
  return direction === "device-to-cloud" ? "from the device" : "from the cloud";
}

function timeOfDay(at: EpochUs): string {
  return isoTimeUs(at)?.slice(11, 26) ?? "at no time".padEnd(15);
}

function renderReading(reading: Reading, units: ReadonlyMap<string, string | undefined>): readonly string[] {
  const { device, measuredAt, live, values } = reading;
  const keys = Object.keys(values);
  const column = Math.max(0, ...keys.map((key) => key.length));
  return [
    `${margin}reading of ${device}, ${measuredTime(measuredAt)}${live ? "" : ", stored"}`,
    ...keys.map((key) => `${margin}  ${key.padEnd(column)}  ${withUnit(values[key] ?? null, units.get(key))}`),
  ];
}

function measuredTime(at: EpochMs | undefined): string {
  return at === undefined ? "at an unknown time" : (isoTime(at) ?? "at an impossible time");
}

function withUnit(value: Value, unit: string | undefined): string {
  if (value === null) return "unknown";
  return unit === undefined ? String(value) : `${value} ${unit}`;
}
