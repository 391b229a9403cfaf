import { inflateSync } from "node:zlib";
import { idsOf } from "../../src/protocols/websentry/property-table.js";
import type { CloudSession } from "./faulty-cloud.js";
import type { DeviceSession, PlayedDevice } from "./played-device.js";

/** How a device of a protocol is played, and what its sessions must look like. */
export interface Rounds {
  readonly protocol: string;
  /** `<device>` of its topics. */
  id(index: number): string;
  /** The device says what it has to say, once, and gets what it waits for. */
  play(device: PlayedDevice): Promise<void>;
  /** It calls anew with the next round. */
  hangUp(device: PlayedDevice): Promise<void>;
  /** Whether a state shows the newest of what the device said so far. */
  shown(device: PlayedDevice): (state: Record<string, unknown>) => boolean;
  /** What was missed, came twice or out of order, in words. */
  faults(session: DeviceSession): readonly string[];
  /** What a cloud that was joined again in the middle of a session would wonder at, in words. */
  wonders(session: CloudSession): readonly string[];
  /** The cloud has its say more than once in a session. */
  readonly hasSecondAnswer: boolean;
  /** A session outlives its rounds, and its cloud. */
  readonly stays: boolean;
  /** The cloud may end a session when it has nothing more to ask. */
  readonly endsByCloud: boolean;
}

/** Acknowledges the report that ends the opening of a session: docs/protocols/solarman.md §6. */
const openingEnd = 0x18;

/** Of a logger: each report is acknowledged by a frame of its own, before the next one is sent. */
const solarman: Rounds = {
  protocol: "solarman",
  id: (index) => `solarman_${2_712_345_678 + index}`,
  hasSecondAnswer: true,
  stays: true,
  endsByCloud: false,
  async play(device) {
    const isOpen = device.sessions.length > 0 && device.session.ending === "open" && !device.session.isClosed;
    if (isOpen) device.wake();
    const session = isOpen ? device.session : await device.call();
    const isOpened = () => session.received.some((frame) => frame[4] === openingEnd);
    await session.waitFor(({ sent, received }) => isOpened() && received.length >= sent.length);
  },
  hangUp: (device) => device.session.hangUp(),
  shown: (device) => {
    // Total working time of the newest live record: docs/protocols/solarman.md §5.
    const record = sentBy(device).findLast((frame) => frame[4] === 0x42 && frame[11] === 1);
    return (state) => state.total_working_time === record?.readUInt32LE(14);
  },
  faults: ({ sent, received }) => [
    ...(sent.length === received.length ? [] : [`${sent.length} frames sent, ${received.length} answers`]),
    ...received.flatMap((answer, index) => {
      const request = sent[index];
      const isIts = request !== undefined && answer[4] === (request[4] ?? 0) - 0x30 && answer[6] === request[6];
      const isSameLogger = request?.subarray(7, 12).equals(answer.subarray(7, 12)) === true;
      return isIts && isSameLogger && answer.length === 23 ? [] : [`answer ${index} is ${answer.toString("hex")}`];
    }),
  ],
  wonders: ({ received, acknowledged }) => [
    ...(received[0]?.[4] === 0x41 ? [] : ["it does not begin with a hello"]),
    ...(received.length === acknowledged.length ? [] : ["a frame of no report"]),
    ...received.flatMap((frame, index) =>
      frame[6] === index + 1 ? [] : [`frame ${index + 1} has number ${frame[6]}`],
    ),
  ],
};

const everySession = (["identity", "sensors", "outputs", "status"] as const).flatMap(idsOf);

/** Of a unit: it is asked everything once, and the cloud hangs up. */
const websentry: Rounds = {
  protocol: "websentry",
  id: (index) => `websentry_0090c2${index.toString(16).padStart(6, "0")}`,
  hasSecondAnswer: true,
  stays: false,
  endsByCloud: true,
  async play(device) {
    await (await device.call()).over();
  },
  hangUp: async () => undefined,
  wonders: () => [],
  shown: (device) => {
    // Room humidity in the newest reply of the sensors: docs/protocols/websentry.md §6.
    const reply = device.session.sent.findLast((frame) => frame.subarray(7, 11).equals(Buffer.of(2, 6, 0, 6)));
    const humidity = reply === undefined ? undefined : reply.readInt16BE(11) / 10;
    return (state) => state.humidity === humidity && Date.parse(String(state.last_seen)) >= device.session.openedAt;
  },
  faults: ({ sent, received, ending }) => {
    const asked = received.map((frame) => frame.toString("hex"));
    const queries = received.flatMap(idsIn);
    return [
      ...(ending === "fin" ? [] : [`the session ended with ${ending}`]),
      ...(sent.length === received.length + 1 ? [] : [`${received.length} queries, ${sent.length - 1} replies`]),
      ...(new Set(asked).size === asked.length ? [] : ["a query came twice"]),
      ...everySession.filter((id) => !queries.includes(id)).map((id) => `not asked for property ${id}`),
    ];
  },
};

/** Ids of a query: docs/protocols/websentry.md §6. */
export function idsIn(frame: Buffer): readonly number[] {
  if (frame[7] !== 2) return [];
  return Array.from({ length: (frame.length - 8) / 3 }, (_unused, index) => frame.readUInt16BE(8 + index * 3));
}

/** Of an Envoy: one report a connection, and one answer that acknowledges its events. */
const envoy: Rounds = {
  protocol: "envoy",
  id: (index) => `envoy_${122_000_000_000 + index}`,
  hasSecondAnswer: false,
  stays: false,
  endsByCloud: false,
  async play(device) {
    await (await device.call()).over();
  },
  hangUp: async () => undefined,
  wonders: () => [],
  shown: (device) => {
    const energyWh = joulesIn(sentBy(device)) / 3600;
    return (state) => Math.abs(Number(state.energy_total) - energyWh) < 1e-3;
  },
  faults: ({ sent, received, ending }) => [
    ...(ending === "fin" ? [] : [`the session ended with ${ending}`]),
    ...(received.length === 1 && sent.length === 1 ? [] : [`${sent.length} reports, ${received.length} answers`]),
    ...received.flatMap((answer) => (isAcknowledgement(answer, sent[0]) ? [] : [`answered ${headOf(answer)}`])),
  ],
};

export const rounds = { solarman, websentry, envoy } as const;

function sentBy(device: PlayedDevice): readonly Buffer[] {
  return device.sessions.flatMap((session) => session.sent);
}

function isAcknowledgement(answer: Buffer, request: Buffer | undefined): boolean {
  const events = [...reportOf(request ?? Buffer.alloc(0)).matchAll(/<event [^>]*?\bid="(\d+)"/g)].map(([, id]) => id);
  const xml = inflateSync(bodyOf(answer)).toString("utf8");
  const acknowledged = [...xml.matchAll(/<event id="(\d+)"\/>/g)].map(([, id]) => id);
  return headOf(answer).startsWith("HTTP/1.1 200") && String(acknowledged) === String(events);
}

function headOf(message: Buffer): string {
  return message.subarray(0, message.indexOf("\r\n\r\n")).toString("latin1");
}

function bodyOf(message: Buffer): Buffer {
  return message.subarray(message.indexOf("\r\n\r\n") + 4);
}

/** The XML of an Envoy's request. */
export function reportOf(request: Buffer): string {
  return decodeURIComponent(
    inflateSync(bodyOf(request))
      .toString("utf8")
      .replace(/^body=/, ""),
  );
}

/** Energy of all intervals of these reports, in joules. */
export function joulesIn(reports: readonly Buffer[]): number {
  const stats = reports.flatMap((report) => [...reportOf(report).matchAll(/<interval [^>]*?\bstats="(\d+)"/g)]);
  return stats.reduce((sum, [, joules]) => sum + Number(joules), 0);
}
