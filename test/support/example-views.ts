import type {
  CapturesView,
  ChecklistView,
  DeviceEventView,
  DeviceSummary,
  DeviceView,
  EnergyView,
  FramesView,
  FrameView,
  HealthView,
  HistoryView,
  LegView,
  LiveEvents,
  OverviewView,
  PrivacyView,
  ProblemView,
  PropertyView,
  RunningCaptureView,
  SessionsView,
  SessionView,
  SetupView,
  StateValueView,
  ValueView,
  WriteView,
} from "../../src/web/api-types.js";

// One full example of each view: every key is there, also those that may be absent.

export const exampleNow = Date.UTC(2026, 10, 21, 14);
const minute = 60_000;

export const exampleProblem: ProblemView = {
  ...{ code: "device_offline", severity: "warning", facts: { device: "Roof", minutes: 25 } },
  ...{ text: "Roof has not called for 25 minutes.", remedy: "Look whether it has power and Wi-Fi." },
  ...{ device: "solarman_2712345678", relay: "deye", since: exampleNow - 25 * minute },
};

const power: ValueView = {
  ...{ key: "power", name: "Power", value: 412, unit: "W", precision: 0 },
  ...{ deviceClass: "power", category: "diagnostic" },
};

const stateValue: StateValueView = {
  ...{ ...power, platform: "sensor", enabled: true, receivedAt: exampleNow - minute },
  ...{ reads: 12, changes: 7, changedAt: exampleNow - 2 * minute, total: "lifetime" },
  setting: {
    ...{ platform: "number", range: { min: 0, max: 800, step: 10 }, options: ["eco", "full"] },
    ...{ onOff: ["1", "0"], pattern: "^[a-z]+$" },
  },
};

const summary: DeviceSummary = {
  ...{ id: "solarman_2712345678", name: "Roof", protocol: "solarman", relay: "deye", model: "SUN600" },
  ...{ via: "envoy_123456789012", status: "online", available: true, lastSeen: exampleNow - minute, intervalS: 300 },
  cloud: { policy: "auto", mode: "relay", lastAnswerAt: exampleNow - minute, waiting: 2 },
  encryption: { state: "refused", since: exampleNow, reason: "refused the certificate", target: "cloud.example" },
  highlights: [power],
  sparkline: {
    ...{ key: "power", name: "Power", unit: "W" },
    points: [
      [exampleNow - minute, 400.5],
      [exampleNow, null],
    ],
  },
  problems: [exampleProblem],
};

const device: DeviceView = {
  ...{ ...summary, manufacturer: "Deye", swVersion: "1.0", hwVersion: "A", serialNumber: "2712345678" },
  ...{ address: "192.0.2.10", values: [stateValue, { ...stateValue, key: "state", value: "on" }] },
  ...{ control: true, charted: ["power"], hasProperties: true, hasEnergy: true, children: ["envoy_pcu_121"] },
};

const leg: LegView = {
  ...{ local: "192.0.2.1:10000", remote: "192.0.2.10:49152", security: "plain", openedAt: exampleNow - minute },
  ...{ bytesReceived: 1_200, bytesSent: 340, ended: { by: "peer", how: "fin", at: exampleNow } },
};

export const exampleSession: SessionView = {
  ...{ id: "s1", relay: "deye", protocol: "solarman", devices: ["solarman_2712345678"], openedAt: exampleNow - minute },
  ...{ serverName: "cloud.example", destination: "198.51.100.7:10000", device: leg, cloud: leg, frames: 2 },
  ...{ anomalies: 1, lastByteAt: exampleNow },
  closed: { at: exampleNow, by: "device", how: "fin", detail: "the device ended it" },
};

export const exampleFrame: FrameView = {
  ...{ session: "s1", number: 1, at: exampleNow, direction: "device-to-cloud", role: "report", label: "data" },
  ...{ bytes: 3, hex: "a50015", fields: [{ offset: 0, length: 1, name: "start", value: "0xa5" }] },
  ...{ own: true, blocked: "commands_block" },
};

const running: RunningCaptureView = {
  ...{ id: "c1", target: "deye", reason: "asked for on the page", since: exampleNow, until: exampleNow + 10 * minute },
};

const event: DeviceEventView = {
  ...{ at: exampleNow, type: "restarted", attributes: { reason: "power", detail: { count: 3, list: [1, null] } } },
};

export interface ExampleViews {
  overview: OverviewView;
  device: DeviceView;
  history: HistoryView;
  energy: EnergyView;
  properties: readonly PropertyView[];
  propertiesMarkdown: string;
  events: readonly DeviceEventView[];
  write: WriteView;
  sessions: SessionsView;
  frames: FramesView;
  captures: CapturesView;
  running: RunningCaptureView;
  setup: SetupView;
  checklist: ChecklistView;
  privacy: PrivacyView;
  health: HealthView;
}

export const exampleViews: ExampleViews = {
  overview: {
    program: {
      ...{ version: "1.2.3", startedAt: exampleNow - 60 * minute, now: exampleNow },
      broker: { url: "mqtt://192.0.2.2:1883", connected: true, embedded: false },
      ...{ timezone: "Europe/Berlin", historyHours: 48 },
    },
    relays: [
      {
        ...{ name: "deye", protocol: "solarman", listen: "0.0.0.0:10000", upstream: "cloud.example:10000" },
        ...{ cloud: "auto", control: true, status: "failed", error: "port 10000 is taken" },
        ...{ sessionsOpen: 1, sessionsStarted: 4, turnedAway: 0 },
      },
    ],
    devices: [summary],
    problems: [exampleProblem],
  },
  device,
  history: {
    ...{ from: exampleNow - 48 * 60 * minute, to: exampleNow, stepMs: 5 * minute },
    series: [{ key: "power", name: "Power", unit: "W", points: [[exampleNow, 12.5]] }],
  },
  energy: {
    ...{ key: "energy_total", name: "Total energy" },
    days: [
      { day: "2026-11-20", kwh: null, complete: false },
      { day: "2026-11-21", kwh: 1.25, complete: true },
    ],
  },
  properties: [
    {
      ...{ id: "0x0600", key: "humidity", name: "Humidity", type: "float", queries: 4, changes: 2 },
      ...{ changedAt: exampleNow, decoded: 51.5, unit: "%", raw: "424e0000" },
    },
  ],
  propertiesMarkdown: "| id | name |\n|---|---|\n| 0x0600 | Humidity |\n",
  events: [event],
  write: { status: "applied", value: 400 },
  sessions: { open: [exampleSession], openCount: 1, closed: [exampleSession] },
  frames: { session: exampleSession, frames: [exampleFrame] },
  captures: {
    ...{ mode: "anomaly", directory: "/data/captures", running: [running] },
    files: [{ name: "deye.pcapng", bytes: 1_000, changedAt: exampleNow, isOpen: false }],
    ...{ problem: "the disk is full", captured: 20, dropped: 1, rawRefused: true },
  },
  running,
  setup: {
    addresses: ["192.0.2.1"],
    relays: [
      {
        ...{ name: "deye", protocol: "solarman", port: 10_000, upstream: "cloud.example:10000" },
        vendors: [{ host: "cloud.example", port: 10_000 }],
      },
    ],
    ...{ interceptMode: "none", nameServer: true },
  },
  checklist: {
    ...{ relay: "deye", at: exampleNow },
    findings: [{ check: "sessions", state: "problem", found: "no device called", remedy: "Enter the address." }],
  },
  privacy: {
    devices: [
      {
        ...{ id: "solarman_2712345678", name: "Roof", fields: [{ key: "power", name: "Power" }], unread: false },
        destinations: [
          {
            ...{ host: "cloud.example", port: 10_000, security: "plain", lastAt: exampleNow },
            days: [{ day: "2026-11-21", sent: 4_000, received: 900 }],
          },
        ],
      },
    ],
  },
  health: { status: "ok", reasons: [] },
};

export const exampleLive: LiveEvents = {
  hello: { version: "1.2.3", now: exampleNow },
  state: { device: "solarman_2712345678", values: { power: 412, state: "on", fault: null }, lastSeen: exampleNow },
  device: { device: "solarman_2712345678", removed: false },
  event: { ...event, device: "solarman_2712345678" },
  session: exampleSession,
  frame: exampleFrame,
  captures: {},
  overview: {},
};
