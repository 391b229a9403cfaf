import type {
  CapturesView,
  FieldView,
  FrameView,
  LegView,
  PrivacyView,
  SessionsView,
  SessionView,
  SetupView,
} from "../../../src/web/api-types.js";
import { envoyId, poolId, roofId, sampleNow, shedId } from "./devices.js";

const minute = 60_000;
const hour = 60 * minute;

/** The session whose frames the sample has. */
export const frameSession = "374707-1";

function leg(remote: string, received: number, sent: number, security: LegView["security"] = "plain"): LegView {
  const local = "192.168.1.10:10000";
  return { local, remote, security, openedAt: sampleNow - 50 * minute, bytesReceived: received, bytesSent: sent };
}

function session(id: string, facts: Partial<SessionView> & Pick<SessionView, "relay" | "protocol">): SessionView {
  return {
    id,
    devices: [],
    openedAt: sampleNow - 50 * minute,
    frames: 0,
    anomalies: 0,
    lastByteAt: sampleNow - 12_000,
    ...facts,
  };
}

export const sampleSessions: SessionsView = {
  open: [
    session(frameSession, {
      ...{ relay: "deye", protocol: "solarman", devices: [roofId], frames: 6 },
      device: leg("192.168.1.50:49152", 14_820, 3_210),
      cloud: leg("47.88.8.200:10000", 3_210, 14_820),
      destination: "47.88.8.200:10000",
    }),
    session("374707-2", {
      ...{ relay: "envoy", protocol: "envoy", devices: [envoyId], frames: 41, anomalies: 2 },
      device: leg("192.168.1.100:51822", 1_204_331, 9_120, "tls"),
      serverName: "reports.enphaseenergy.com",
    }),
    session("374707-3", { relay: "deye", protocol: "solarman", device: leg("192.168.1.77:50001", 0, 0) }),
  ],
  openCount: 3,
  closed: [
    session("374707-0", {
      ...{ relay: "pool", protocol: "websentry", devices: [poolId], frames: 12, openedAt: sampleNow - 3 * hour },
      device: leg("192.168.1.60:49999", 912, 640),
      closed: { at: sampleNow - 3 * hour + 12_000, by: "device", how: "fin", detail: "the device closed" },
    }),
    session("374706-9", {
      ...{ relay: "deye", protocol: "solarman", devices: [shedId], openedAt: sampleNow - 8 * hour },
      device: leg("192.168.1.77:49998", 220, 0, "splice"),
      closed: {
        ...{ at: sampleNow - 8 * hour + 400, by: "cloudtap", how: "dial-failed" },
        detail: "5406.deviceaccess.host:10000 refused the connection",
      },
    }),
  ],
};

const names: readonly (readonly [name: string, offset: number, length: number])[] = [
  ["start", 0, 1],
  ["payload_length", 1, 2],
  ["control", 3, 2],
  ["sequence", 5, 2],
  ["logger_serial", 7, 4],
  ["record_counter", 12, 2],
  ["power", 20, 4],
  ["grid_voltage", 24, 2],
  ["temperature", 26, 2],
  ["checksum", 46, 1],
];

/** A report of 48 bytes with a power, or its acknowledgement. */
export function sampleFrame(number: number, power: number): FrameView {
  const isReport = number % 2 === 1;
  const bytes = Buffer.alloc(isReport ? 48 : 23, 0);
  bytes[0] = 0xa5;
  bytes.writeUInt16LE(bytes.length - 13, 1);
  bytes.writeUInt16LE(isReport ? 0x4210 : 0x1210, 3);
  bytes[5] = number % 256;
  bytes.writeUInt32LE(2_712_345_678, 7);
  bytes[bytes.length - 2] = (number * 37) % 256;
  bytes[bytes.length - 1] = 0x15;
  if (isReport) {
    bytes.writeUInt16LE(1400 + number, 12);
    bytes.writeUInt32LE(power, 20);
    bytes.writeUInt16LE(2324, 24);
    bytes.writeUInt16LE(314, 26);
    bytes.write("GRID OK", 30, "latin1");
  }
  const values: Readonly<Record<string, string>> = {
    ...{ start: "0xa5", payload_length: String(bytes.length - 13), control: isReport ? "0x4210" : "0x1210" },
    ...{ sequence: String(number), logger_serial: "2712345678", record_counter: String(1400 + number) },
    ...{ power: `${power} W`, grid_voltage: "232.4 V", temperature: "31.4 °C" },
  };
  const fields = names
    .filter(([, offset, length]) => offset + length <= bytes.length - (isReport ? 0 : 11))
    .map(([name, offset, length]): FieldView => {
      const value = values[name];
      return { offset, length, name, ...(value === undefined ? {} : { value }) };
    });
  return {
    ...{ session: frameSession, number, at: sampleNow - 60_000 + number * 1000, bytes: bytes.length, fields },
    direction: isReport ? "device-to-cloud" : "cloud-to-device",
    role: isReport ? "report" : "acknowledgement",
    label: isReport ? `[${number}/7] live record ${1400 + number}` : `[${number}/7] acknowledgement of data`,
    hex: bytes.toString("hex"),
    ...(number === 4 ? { own: true } : {}),
  };
}

export const sampleFrames: readonly FrameView[] = [1, 2, 3, 4, 5, 6].map((number) => sampleFrame(number, 400 + number));

export const sampleCaptures: CapturesView = {
  ...{ mode: "anomaly", directory: "/data/captures", captured: 18_420, dropped: 0 },
  running: [
    { id: "c7", target: "envoy", reason: "anomalies", since: sampleNow - 4 * minute, until: sampleNow + 6 * minute },
  ],
  files: [
    {
      name: "cloudtap-20261121T132556.615927Z-0002-anomaly-relay-envoy.pcapng",
      ...{ bytes: 1_402_112, changedAt: sampleNow - 2000, isOpen: true },
    },
    {
      name: "cloudtap-20261120T092556.615927Z-0001-demand-relay-deye.pcapng",
      ...{ bytes: 8_204, changedAt: sampleNow - 28 * hour, isOpen: false },
    },
  ],
};

export const sampleSetup: SetupView = {
  addresses: ["192.168.1.10", "10.8.0.2"],
  relays: [
    {
      ...{ name: "deye", protocol: "solarman", port: 10000, upstream: "5406.deviceaccess.host:10000" },
      vendors: [{ host: "5406.deviceaccess.host", port: 10000 }],
    },
    {
      ...{ name: "envoy", protocol: "envoy", port: 4430, upstream: "reports.enphaseenergy.com:443" },
      vendors: [{ host: "reports.enphaseenergy.com", port: 443 }],
    },
    {
      ...{ name: "pool", protocol: "websentry", port: 1030, upstream: "websentry.seresco.net:1030" },
      vendors: [{ host: "websentry.seresco.net", port: 1030 }],
    },
  ],
  ...{ interceptMode: "none", nameServer: false },
};

function days(sent: number, received: number) {
  return Array.from({ length: 30 }, (_none, index) => ({
    day: new Date(sampleNow - index * 24 * hour).toISOString().slice(0, 10),
    sent: Math.round(sent * (1 + 0.4 * Math.sin(index * 1.3))),
    received: Math.round(received * (1 + 0.4 * Math.sin(index * 1.3))),
  }));
}

export const samplePrivacy: PrivacyView = {
  devices: [
    {
      ...{ id: roofId, name: "Roof", unread: false },
      destinations: [
        {
          ...{ host: "5406.deviceaccess.host", port: 10000, security: "plain", lastAt: sampleNow - 12_000 },
          days: days(102_000, 21_000),
        },
      ],
      fields: ["Power", "Energy today", "Energy total", "Grid voltage", "Temperature", "Logger firmware"].map(
        (name) => ({
          key: name.toLowerCase().replaceAll(" ", "_"),
          name,
        }),
      ),
    },
    {
      ...{ id: envoyId, name: "Envoy 121203004567", unread: true },
      destinations: [
        {
          ...{ host: "reports.enphaseenergy.com", port: 443, security: "tls", lastAt: sampleNow - 2 * hour },
          days: days(1_900_000, 210_000),
        },
        {
          ...{ host: "home.enphaseenergy.com", port: 443, security: "splice", lastAt: sampleNow - 5 * hour },
          days: days(12_000, 9_000).slice(3, 9),
        },
      ],
      fields: [{ key: "power", name: "Power" }],
    },
    { id: poolId, name: "WebSentry A1B2C3", destinations: [], fields: [], unread: false },
  ],
};
