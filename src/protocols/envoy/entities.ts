import type { EntityDescription } from "../../model/entity.js";

/** The array, shown at the Envoy: docs/protocols/envoy.md §9. */
export const envoyEntities: readonly EntityDescription[] = [
  {
    key: "power",
    platform: "sensor",
    name: "Power",
    deviceClass: "power",
    stateClass: "measurement",
    unit: "W",
    precision: 0,
  },
  {
    key: "energy_total",
    platform: "sensor",
    name: "Energy",
    deviceClass: "energy",
    stateClass: "total_increasing",
    unit: "Wh",
    precision: 0,
    total: "lifetime",
  },
  {
    key: "energy_today",
    platform: "sensor",
    name: "Energy today",
    deviceClass: "energy",
    unit: "Wh",
    precision: 0,
    total: "daily",
  },
  {
    key: "inverters_reporting",
    platform: "sensor",
    name: "Inverters reporting",
    stateClass: "measurement",
    category: "diagnostic",
    icon: "mdi:solar-panel",
  },
  {
    key: "last_report",
    platform: "sensor",
    name: "Last report",
    deviceClass: "timestamp",
    category: "diagnostic",
    alwaysAvailable: true,
  },
  {
    key: "last_data",
    platform: "sensor",
    name: "Last data",
    deviceClass: "timestamp",
    category: "diagnostic",
    alwaysAvailable: true,
  },
  {
    key: "data_delay",
    platform: "sensor",
    name: "Data delay",
    deviceClass: "duration",
    stateClass: "measurement",
    unit: "s",
    category: "diagnostic",
  },
  { key: "catching_up", platform: "binary_sensor", name: "Catching up", category: "diagnostic", icon: "mdi:history" },
  {
    key: "cloud_reachable",
    platform: "binary_sensor",
    name: "Cloud reachable",
    deviceClass: "connectivity",
    category: "diagnostic",
    alwaysAvailable: true,
  },
  {
    key: "reports",
    platform: "sensor",
    name: "Reports",
    stateClass: "total_increasing",
    category: "diagnostic",
    enabled: false,
    icon: "mdi:file-document-check-outline",
  },
  {
    key: "repeats_ignored",
    platform: "sensor",
    name: "Repeats ignored",
    stateClass: "total_increasing",
    category: "diagnostic",
    enabled: false,
    icon: "mdi:file-document-multiple-outline",
  },
  {
    key: "clock_offset",
    platform: "sensor",
    name: "Clock offset",
    deviceClass: "duration",
    stateClass: "measurement",
    unit: "s",
    category: "diagnostic",
    enabled: false,
  },
  {
    key: "webcomm_version",
    platform: "sensor",
    name: "Webcomm version",
    category: "diagnostic",
    enabled: false,
    icon: "mdi:tag-outline",
  },
  {
    key: "ip_address",
    platform: "sensor",
    name: "IP address",
    category: "diagnostic",
    enabled: false,
    icon: "mdi:ip-network-outline",
  },
];

/** What each channel of a microinverter has. The first channel's stand for the inverter. */
const channelEntities: readonly EntityDescription[] = [
  {
    key: "power",
    platform: "sensor",
    name: "Power",
    deviceClass: "power",
    stateClass: "measurement",
    unit: "W",
    precision: 0,
  },
  {
    key: "energy_total",
    platform: "sensor",
    name: "Energy",
    deviceClass: "energy",
    stateClass: "total_increasing",
    unit: "Wh",
    precision: 0,
    total: "lifetime",
  },
  {
    key: "ac_voltage",
    platform: "sensor",
    name: "AC voltage",
    deviceClass: "voltage",
    stateClass: "measurement",
    unit: "V",
    precision: 1,
  },
  {
    key: "ac_frequency",
    platform: "sensor",
    name: "AC frequency",
    deviceClass: "frequency",
    stateClass: "measurement",
    unit: "Hz",
    precision: 2,
    category: "diagnostic",
  },
  {
    key: "dc_voltage",
    platform: "sensor",
    name: "DC voltage",
    deviceClass: "voltage",
    stateClass: "measurement",
    unit: "V",
    precision: 1,
  },
  {
    key: "dc_current",
    platform: "sensor",
    name: "DC current",
    deviceClass: "current",
    stateClass: "measurement",
    unit: "A",
    precision: 2,
  },
  {
    key: "temperature",
    platform: "sensor",
    name: "Temperature",
    deviceClass: "temperature",
    stateClass: "measurement",
    unit: "°C",
    precision: 0,
  },
  {
    key: "conversion_error_seconds",
    platform: "sensor",
    name: "Conversion error seconds",
    deviceClass: "duration",
    stateClass: "measurement",
    unit: "s",
    category: "diagnostic",
    enabled: false,
  },
  {
    key: "worst_error_cycles",
    platform: "sensor",
    name: "Worst error cycles",
    stateClass: "measurement",
    unit: "cycles",
    category: "diagnostic",
    enabled: false,
    icon: "mdi:sine-wave",
  },
  {
    key: "last_reading",
    platform: "sensor",
    name: "Last reading",
    deviceClass: "timestamp",
    category: "diagnostic",
    alwaysAvailable: true,
  },
  {
    key: "channel_condition_flags",
    platform: "sensor",
    name: "Channel condition flags",
    category: "diagnostic",
    enabled: false,
    icon: "mdi:flag-outline",
  },
];

const inverterEntities: readonly EntityDescription[] = [
  {
    key: "condition_flags",
    platform: "sensor",
    name: "Condition flags",
    category: "diagnostic",
    enabled: false,
    icon: "mdi:flag-outline",
  },
  { key: "problem", platform: "binary_sensor", name: "Problem", deviceClass: "problem", category: "diagnostic" },
  {
    key: "open_conditions",
    platform: "sensor",
    name: "Open conditions",
    category: "diagnostic",
    enabled: false,
    icon: "mdi:alert-outline",
  },
  { key: "sleeping", platform: "binary_sensor", name: "Sleeping", category: "diagnostic", icon: "mdi:sleep" },
];

const byChannels = new Map<number, readonly EntityDescription[]>();

/** Entities of a microinverter; `highestChannel` is 2 for a twin. The same array for the same number. */
export function microinverterEntities(highestChannel: number): readonly EntityDescription[] {
  const known = byChannels.get(highestChannel);
  if (known !== undefined) return known;
  const further = Array.from({ length: Math.max(0, highestChannel - 1) }, (_, index) => index + 2);
  const entities = [...channelEntities, ...inverterEntities, ...further.flatMap(entitiesOfChannel)];
  byChannels.set(highestChannel, entities);
  return entities;
}

/** Before the state keys of a channel. */
export function channelPrefix(channel: number): string {
  return channel <= 1 ? "" : `channel${channel}_`;
}

function entitiesOfChannel(channel: number): readonly EntityDescription[] {
  return channelEntities.map((entity) => {
    const isFlags = entity.key === "channel_condition_flags";
    const key = isFlags ? "condition_flags" : entity.key;
    const name = isFlags ? "condition flags" : `${entity.name.charAt(0).toLowerCase()}${entity.name.slice(1)}`;
    return { ...entity, key: `${channelPrefix(channel)}${key}`, name: `Channel ${channel} ${name}` };
  });
}

const twin = microinverterEntities(2);
const ofEnvoy = new Set(envoyEntities.map((entity) => entity.key));

/** Each key once: the Envoy's, then those that only a microinverter has. */
export const entities: readonly EntityDescription[] = [
  ...envoyEntities,
  ...twin.filter((entity) => !ofEnvoy.has(entity.key)),
];
