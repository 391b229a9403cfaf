import type {
  DeviceEventView,
  DeviceSummary,
  DeviceView,
  EnergyView,
  Point,
  PropertyView,
  SettingView,
  StateValueView,
  ValueView,
} from "../../../src/web/api-types.js";

/** By which all times of the sample are meant. */
export const sampleNow = Date.UTC(2026, 10, 21, 13, 30);
const minute = 60_000;
const hour = 60 * minute;

export const roofId = "solarman_2712345678";
export const poolId = "websentry_0090c2a1b2c3";
export const envoyId = "envoy_121203004567";
export const shedId = "solarman_2798765432";

/** Watts over a day in November: a hill between eight and five, flat at night. */
function sun(at: number, peak: number): number {
  const ofDay = (at % (24 * hour)) / hour + 1;
  const height = Math.max(0, Math.sin(((ofDay - 8) / 9) * Math.PI));
  const clouds = 0.82 + 0.18 * Math.sin(at / (7 * minute)) * Math.sin(at / (23 * minute));
  return ofDay < 8 || ofDay > 17 ? 0 : Math.round(peak * height * clouds);
}

/** Every `stepMs` of the last `hours`. */
export function course(hours: number, stepMs: number, value: (at: number) => number | null): readonly Point[] {
  const count = Math.floor((hours * hour) / stepMs);
  return Array.from({ length: count + 1 }, (_none, index): Point => {
    const at = sampleNow - (count - index) * stepMs;
    return [at, value(at)];
  });
}

const courses: Readonly<Record<string, (at: number) => number | null>> = {
  power: (at) => sun(at, 590),
  dc_power: (at) => Math.round(sun(at, 590) * 1.05),
  grid_voltage: (at) => 231 + Math.round(20 * Math.sin(at / (40 * minute))) / 10,
  temperature: (at) => 8 + Math.round(sun(at, 240)) / 10,
  humidity: (at) => 54 + Math.round(40 * Math.sin(at / (3 * hour))) / 10,
  room_temp: (at) => 84 + Math.round(10 * Math.sin(at / (5 * hour))) / 10,
};

/** The last hours of a value, with a gap of an hour in the first night. */
export function historyOf(key: string, hours: number): readonly Point[] {
  const value = courses[key] ?? (() => null);
  const from = sampleNow - 34 * hour;
  return course(hours, 5 * minute, (at) => (at > from && at < from + hour ? null : value(at)));
}

function highlight(key: string, name: string, value: number, unit: string, precision = 0): ValueView {
  return { key, name, value, unit, precision };
}

const roof: DeviceSummary = {
  ...{ id: roofId, name: "Roof", protocol: "solarman", relay: "deye", model: "Deye SUN600G3-EU-230" },
  ...{ status: "online", available: true, lastSeen: sampleNow - 12_000, intervalS: 300 },
  cloud: { policy: "auto", mode: "relay", lastAnswerAt: sampleNow - 12_000, waiting: 0 },
  highlights: [
    highlight("power", "Power", 412, "W"),
    highlight("energy_today", "Energy today", 1.92, "kWh", 2),
    highlight("energy_total", "Energy total", 1284.3, "kWh", 1),
    highlight("temperature", "Temperature", 31.4, "°C", 1),
  ],
  sparkline: { key: "power", name: "Power", unit: "W", points: course(24, 10 * minute, (at) => sun(at, 590)) },
  problems: [],
};

const pool: DeviceSummary = {
  ...{ id: poolId, name: "WebSentry A1B2C3", protocol: "websentry", relay: "pool", model: "NE-012 Natatorium" },
  ...{ status: "online", available: true, lastSeen: sampleNow - 41_000, intervalS: 60 },
  cloud: { policy: "local", mode: "local", waiting: 0 },
  highlights: [
    highlight("humidity", "Room humidity", 54.2, "%", 1),
    highlight("room_temp", "Room temperature", 84.3, "°F", 1),
    highlight("pool_temp", "Pool water temperature", 82.1, "°F", 1),
    { key: "system_mode", name: "System mode", value: "Dehumidify" },
  ],
  sparkline: {
    ...{ key: "humidity", name: "Room humidity", unit: "%" },
    points: course(24, 10 * minute, courses.humidity ?? (() => null)),
  },
  problems: [],
};

const envoy: DeviceSummary = {
  ...{ id: envoyId, name: "Envoy 121203004567", protocol: "envoy", relay: "envoy", model: "Envoy R3.18.12" },
  ...{ status: "online", available: true, lastSeen: sampleNow - 3 * minute, intervalS: 300 },
  cloud: { policy: "auto", mode: "local", lastAnswerAt: sampleNow - 2 * hour, waiting: 14 },
  highlights: [
    highlight("power", "Power", 2380, "W"),
    highlight("energy_today", "Energy today", 9120, "Wh"),
    highlight("energy_total", "Energy", 31_872_340, "Wh"),
  ],
  sparkline: { key: "power", name: "Power", unit: "W", points: course(24, 10 * minute, (at) => sun(at, 3100)) },
  problems: [
    {
      ...{ code: "outbox_waiting", severity: "warning", facts: { device: envoyId, count: 14 } },
      ...{ text: "14 reports wait for the cloud.", remedy: "Nothing to do.", device: envoyId, relay: "envoy" },
    },
  ],
};

function microinverter(index: number): DeviceSummary {
  const id = `envoy_pcu_12120400${1000 + index}`;
  const isAway = index === 3;
  return {
    ...{ id, name: `Microinverter 12120400${1000 + index}`, protocol: "envoy", relay: "envoy", via: envoyId },
    ...{ status: isAway ? "offline" : index === 5 ? "asleep" : "online", available: !isAway, intervalS: 900 },
    lastSeen: sampleNow - (isAway ? 26 * hour : 3 * minute),
    highlights: [highlight("power", "Power", isAway ? 0 : 196 + index * 3, "W")],
    sparkline: {
      ...{ key: "power", name: "Power", unit: "W" },
      points: course(24, 15 * minute, (at) => (isAway ? null : sun(at, 250 + index * 4))),
    },
    problems: [],
  };
}

const shed: DeviceSummary = {
  ...{ id: shedId, name: "Logger of the garden shed behind the old workshop", protocol: "solarman", relay: "deye" },
  ...{ status: "offline", available: false, lastSeen: sampleNow - 7 * hour, intervalS: 300 },
  cloud: { policy: "auto", mode: "relay", lastAnswerAt: sampleNow - 7 * hour, waiting: 0 },
  encryption: {
    ...{ state: "refused", since: sampleNow - 30 * hour, target: "5406.deviceaccess.host:10000" },
    reason: "it refuses Cloudtap's certificate",
  },
  highlights: [],
  problems: [
    {
      ...{ code: "device_offline", severity: "error", facts: { device: shedId, since: sampleNow - 7 * hour } },
      ...{
        text: "It has been silent for 7 hours.",
        remedy: "Look at it.",
        device: shedId,
        since: sampleNow - 7 * hour,
      },
    },
  ],
};

export const sampleDevices: readonly DeviceSummary[] = [
  roof,
  pool,
  envoy,
  ...[0, 1, 2, 3, 4, 5].map(microinverter),
  shed,
];

interface ValueFacts extends Partial<StateValueView> {
  readonly key: string;
  readonly name: string;
  readonly value: StateValueView["value"];
}

function value(facts: ValueFacts): StateValueView {
  return {
    ...{ platform: "sensor", enabled: true, receivedAt: sampleNow - 12_000, reads: 128, changes: 96 },
    ...{ changedAt: sampleNow - 5 * minute },
    ...facts,
  };
}

const roofValues: readonly StateValueView[] = [
  value({ key: "power", name: "Power", value: 412, unit: "W", precision: 0, deviceClass: "power" }),
  value({ key: "energy_today", name: "Energy today", value: 1.92, unit: "kWh", precision: 2, total: "daily" }),
  value({ key: "energy_total", name: "Energy total", value: 1284.3, unit: "kWh", precision: 1, total: "lifetime" }),
  value({ key: "dc_power", name: "PV power", value: 433, unit: "W", precision: 0 }),
  value({ key: "grid_voltage", name: "Grid voltage", value: 232.4, unit: "V", precision: 1 }),
  value({ key: "grid_frequency", name: "Grid frequency", value: 50.02, unit: "Hz", precision: 2 }),
  value({ key: "temperature", name: "Temperature", value: 31.4, unit: "°C", precision: 1 }),
  value({ key: "efficiency", name: "Efficiency", value: 95.2, unit: "%", precision: 1, category: "diagnostic" }),
  value({ key: "logger_firmware", name: "Logger firmware", value: "MW3_16U_5406_2.32-D1", changes: 0 }),
  value({ key: "signal_strength", name: "Signal strength", value: 62, unit: "%", category: "diagnostic" }),
  value({ key: "problem", name: "Problem", value: false, deviceClass: "problem" }),
  value({ key: "clock", name: "Clock", value: "2026-11-21T13:29:48Z", deviceClass: "timestamp" }),
  value({ key: "inverter_state", name: "Inverter state", value: null, reads: 0, changes: 0 }),
];

const poolSettings: readonly (ValueFacts & { readonly setting: SettingView })[] = [
  {
    ...{ key: "humidity_setpoint", name: "Room humidity setpoint", value: 50, unit: "%", platform: "number" },
    setting: { platform: "number", range: { min: 40, max: 65, step: 1 } },
  },
  {
    ...{ key: "blower_mode", name: "Blower mode", value: "Auto", platform: "select" },
    setting: { platform: "select", options: ["Auto", "Continuous", "Off"] },
  },
  {
    ...{ key: "spectator_mode", name: "Spectator mode", value: false, platform: "switch" },
    setting: { platform: "switch", onOff: ["On", "Off"] },
  },
  {
    ...{ key: "filter_date", name: "Filter date", value: "2026-06-01", platform: "text" },
    setting: { platform: "text", pattern: "\\d{4}-\\d{2}-\\d{2}" },
  },
  { key: "restart", name: "Restart", value: null, platform: "button", setting: { platform: "button" } },
];

const poolValues: readonly StateValueView[] = [
  ...pool.highlights.map((view) => value({ ...view, receivedAt: sampleNow - 41_000 })),
  ...poolSettings.map((facts) => value({ ...facts, category: "config" })),
];

/** One device in full; a summary without more where the sample has no more. */
export function sampleDevice(id: string): DeviceView | undefined {
  const summary = sampleDevices.find((device) => device.id === id);
  if (summary === undefined) return undefined;
  const children = sampleDevices.filter(({ via }) => via === id).map((device) => device.id);
  const plain = { ...summary, control: false, hasProperties: false, hasEnergy: false, children };
  if (id === roofId) {
    const facts = { manufacturer: "Deye", serialNumber: "2712345678", swVersion: "MW3_16U_5406_2.32-D1" };
    const charted = ["power", "dc_power", "grid_voltage", "temperature"];
    return { ...plain, ...facts, address: "192.168.1.50", values: roofValues, charted, hasEnergy: true };
  }
  if (id === poolId)
    return { ...plain, control: true, values: poolValues, charted: ["humidity", "room_temp"], hasProperties: true };
  return { ...plain, values: summary.highlights.map((view) => value(view)), charted: ["power"] };
}

/** Thirty days: one that is not known, and today, which is not over. */
export const sampleEnergy: EnergyView = {
  ...{ key: "energy_total", name: "Energy total" },
  days: Array.from({ length: 30 }, (_none, index) => {
    const day = new Date(sampleNow - (29 - index) * 24 * hour).toISOString().slice(0, 10);
    if (index === 11) return { day, kwh: null, complete: false };
    const kwh = index === 4 ? 3.41 : Math.round((1.2 + 1.1 * Math.abs(Math.sin(index * 1.7))) * 100) / 100;
    return { day, kwh: index === 29 ? 1.92 : kwh, complete: index !== 29 };
  }),
};

export const sampleProperties: readonly PropertyView[] = [
  {
    ...{ id: "0x0600", key: "humidity", name: "Room humidity", type: "float", queries: 4128, changes: 611 },
    ...{ changedAt: sampleNow - minute, decoded: 54.2, unit: "%", raw: "4258cccd" },
  },
  {
    ...{ id: "0x0601", key: "room_temp", name: "Room temperature", type: "float", queries: 4128, changes: 240 },
    ...{ changedAt: sampleNow - 4 * minute, decoded: 84.3, unit: "°F", raw: "42a8999a" },
  },
  {
    id: "0x2003",
    key: "cloud_ip",
    name: "Cloud address",
    type: "IPv4",
    queries: 2,
    changes: 0,
    decoded: "192.168.1.10",
  },
];

export const samplePropertiesMarkdown = "| Id | Name |\n|---|---|\n| 0x0600 | Room humidity |\n";

export const sampleEvents: readonly DeviceEventView[] = [
  {
    ...{ at: sampleNow - 20 * minute, type: "command" },
    attributes: { text: "cloud set active power limit to 80 %", classes: ["power"], blocked: true, reason: "protect" },
  },
  {
    ...{ at: sampleNow - 3 * hour, type: "anomaly" },
    attributes: { kind: "garbage", detail: "12 bytes before a frame", direction: "device-to-cloud", relay: "deye" },
  },
  { at: sampleNow - 30 * hour, type: "power_on_reset", attributes: {} },
];
