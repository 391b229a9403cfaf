import type { EntityDescription } from "../../model/entity.js";
import { readControl } from "./control-entities.js";
import {
  computedFields,
  dataHeaderFields,
  helloFields,
  hybridFields,
  microinverterFields,
  type Quantity,
} from "./fields.js";

/** How one value is shown. Unit, device class and state class stand in its field's row. */
interface EntityRow {
  readonly key: string;
  readonly name: string;
  /** What users want first: without a category. */
  readonly primary?: true;
  readonly enabled?: false;
  readonly precision?: number;
  readonly icon?: string;
  /** Announced once it came, because not every device has it. */
  readonly optional?: true;
}

const off = { enabled: false } as const;
const input = { precision: 1 } as const;
const limit = { enabled: false, precision: 1 } as const;

const loggerRows: readonly EntityRow[] = [
  { key: "signal_strength", name: "WiFi signal", icon: "mdi:wifi", optional: true },
  { key: "logger_firmware", name: "Logger firmware", icon: "mdi:chip", optional: true },
  { key: "extended_version", name: "Logger version", icon: "mdi:chip", ...off, optional: true },
  { key: "ip_address", name: "IP address", icon: "mdi:ip-network", optional: true },
  { key: "upload_period", name: "Upload interval", ...off, optional: true },
  { key: "acquisition_period", name: "Acquisition interval", ...off, optional: true },
  { key: "heartbeat_period", name: "Heartbeat interval", ...off, optional: true },
];

const headRows: readonly EntityRow[] = [
  { key: "power_on_time", name: "Logger session", ...off },
  { key: "total_working_time", name: "Logger working time", ...off },
  { key: "measured_at", name: "Measured at", ...off },
  { key: "record_counter", name: "Record number", icon: "mdi:counter", ...off },
  { key: "sensor_type", name: "Sensor type", icon: "mdi:identifier" },
];

const microinverterRows: readonly EntityRow[] = [
  { key: "power", name: "Power", primary: true, precision: 0 },
  { key: "energy_today", name: "Energy today", primary: true, precision: 1 },
  { key: "energy_total", name: "Energy total", primary: true, precision: 1 },
  { key: "dc_power", name: "PV power", primary: true, precision: 1 },
  { key: "pv1_power", name: "PV1 power", primary: true, ...input },
  { key: "pv2_power", name: "PV2 power", primary: true, ...input },
  { key: "pv3_power", name: "PV3 power", primary: true, ...input },
  { key: "pv4_power", name: "PV4 power", primary: true, ...input },
  { key: "grid_voltage", name: "Grid voltage", primary: true, precision: 1 },
  { key: "grid_current", name: "Grid current", primary: true, precision: 1 },
  { key: "grid_frequency", name: "Grid frequency", primary: true, precision: 2 },
  { key: "temperature", name: "Temperature", primary: true, precision: 1 },
  { key: "grid_voltage_l2", name: "Grid voltage L2", precision: 1 },
  { key: "grid_voltage_l3", name: "Grid voltage L3", precision: 1 },
  { key: "grid_current_l2", name: "Grid current L2", precision: 1 },
  { key: "grid_current_l3", name: "Grid current L3", precision: 1 },
  { key: "pv1_voltage", name: "PV1 voltage", ...input },
  { key: "pv1_current", name: "PV1 current", ...input },
  { key: "pv1_energy_today", name: "PV1 energy today", ...input },
  { key: "pv1_energy_total", name: "PV1 energy total", ...input },
  { key: "pv2_voltage", name: "PV2 voltage", ...input },
  { key: "pv2_current", name: "PV2 current", ...input },
  { key: "pv2_energy_today", name: "PV2 energy today", ...input },
  { key: "pv2_energy_total", name: "PV2 energy total", ...input },
  { key: "pv3_voltage", name: "PV3 voltage", ...input },
  { key: "pv3_current", name: "PV3 current", ...input },
  { key: "pv3_energy_today", name: "PV3 energy today", ...input },
  { key: "pv3_energy_total", name: "PV3 energy total", ...input },
  { key: "pv4_voltage", name: "PV4 voltage", ...input },
  { key: "pv4_current", name: "PV4 current", ...input },
  { key: "pv4_energy_today", name: "PV4 energy today", ...input },
  { key: "pv4_energy_total", name: "PV4 energy total", ...input },
  { key: "efficiency", name: "Efficiency", icon: "mdi:percent", precision: 1 },
  { key: "rated_power", name: "Rated power", precision: 0 },
  { key: "active_power_limit", name: "Active power limit", icon: "mdi:speedometer", ...off, optional: true },
  { key: "on_off", name: "On and off (1 on, 2 off)", icon: "mdi:power", ...off, optional: true },
  { key: "inverter_state", name: "Inverter state", icon: "mdi:state-machine", ...off },
  { key: "temperature_2", name: "Temperature 2", ...limit, optional: true },
  { key: "temperature_3", name: "Temperature 3", ...limit, optional: true },
  { key: "temperature_4", name: "Temperature 4", ...limit, optional: true },
  { key: "temperature_5", name: "Temperature 5", ...limit, optional: true },
  { key: "overfrequency_start", name: "Over-frequency reduction start", enabled: false, precision: 2 },
  { key: "overfrequency_load_reduction", name: "Over-frequency reduction", icon: "mdi:percent", ...off },
  { key: "grid_voltage_upper_limit", name: "Grid voltage upper limit", ...limit },
  { key: "grid_voltage_lower_limit", name: "Grid voltage lower limit", ...limit },
  { key: "grid_frequency_upper_limit", name: "Grid frequency upper limit", enabled: false, precision: 2 },
  { key: "grid_frequency_lower_limit", name: "Grid frequency lower limit", enabled: false, precision: 2 },
  { key: "self_check_time", name: "Self-check time", ...off },
  { key: "inverter_clock", name: "Inverter clock", icon: "mdi:clock-outline", ...off, optional: true },
  { key: "inverter_serial", name: "Inverter serial number", icon: "mdi:identifier", ...off },
  { key: "protocol_version", name: "Protocol version", icon: "mdi:chip", ...off },
  { key: "firmware_control", name: "Control board firmware", icon: "mdi:chip" },
  { key: "firmware_communication", name: "Communication board firmware", icon: "mdi:chip" },
  { key: "hardware_version", name: "Hardware version", icon: "mdi:chip", ...off, optional: true },
  { key: "mppt_count", name: "Inputs", icon: "mdi:solar-panel", ...off },
  { key: "phase_count", name: "Phases", icon: "mdi:sine-wave", ...off },
  { key: "device_type", name: "Device type", icon: "mdi:identifier", ...off },
  { key: "port1_serial", name: "PV1 serial number", icon: "mdi:identifier", ...off },
  { key: "port2_serial", name: "PV2 serial number", icon: "mdi:identifier", ...off },
  { key: "port3_serial", name: "PV3 serial number", icon: "mdi:identifier", ...off },
  { key: "port4_serial", name: "PV4 serial number", icon: "mdi:identifier", ...off },
];

const hybridRows: readonly EntityRow[] = [
  { key: "battery_soc", name: "Battery", primary: true, precision: 0 },
  { key: "battery_power", name: "Battery power", primary: true, precision: 0 },
  { key: "battery_charge_total", name: "Battery charged total", primary: true, precision: 1 },
  { key: "battery_discharge_total", name: "Battery discharged total", primary: true, precision: 1 },
  { key: "grid_import_total", name: "Grid import total", primary: true, precision: 1 },
  { key: "grid_export_total", name: "Grid export total", primary: true, precision: 1 },
  { key: "load_total", name: "Load total", primary: true, precision: 1 },
  { key: "pv_energy_total", name: "PV energy total", primary: true, precision: 1 },
  { key: "grid_power_l1", name: "Grid power L1", primary: true, precision: 0 },
  { key: "grid_power_l2", name: "Grid power L2", primary: true, precision: 0 },
  { key: "grid_power_l3", name: "Grid power L3", primary: true, precision: 0 },
  { key: "battery_charge_today", name: "Battery charged today", precision: 1 },
  { key: "battery_discharge_today", name: "Battery discharged today", precision: 1 },
  { key: "grid_import_today", name: "Grid import today", precision: 1 },
  { key: "grid_export_today", name: "Grid export today", precision: 1 },
  { key: "load_today", name: "Load today", precision: 1 },
  { key: "pv_energy_today", name: "PV energy today", ...limit },
  { key: "pv1_energy_today", name: "PV1 energy today", ...limit },
  { key: "pv2_energy_today", name: "PV2 energy today", ...limit },
  { key: "battery_temperature", name: "Battery temperature", precision: 1 },
  { key: "battery_voltage", name: "Battery voltage", precision: 2 },
  { key: "battery_current", name: "Battery current", precision: 2 },
  { key: "battery_corrected_capacity", name: "Battery capacity", icon: "mdi:battery-sync", ...off },
  { key: "grid_voltage_l1", name: "Grid voltage L1", precision: 1 },
  { key: "grid_voltage_l2", name: "Grid voltage L2", precision: 1 },
  { key: "grid_voltage_l3", name: "Grid voltage L3", precision: 1 },
  { key: "inverter_serial", name: "Inverter serial number", icon: "mdi:identifier", ...off },
  { key: "model_text", name: "Model text", icon: "mdi:identifier", ...off, optional: true },
];

export interface SolarmanEntity {
  readonly entity: EntityDescription;
  readonly optional: boolean;
}

/** The most that a counter can gain in an hour, in kWh, where the rated power is not known: 1.5 times the largest. */
const mostPerHour = { microinverter: 3.9, hybrid: 48 };

export const loggerEntities = build(loggerRows, helloFields);
export const headEntities = build(headRows, [...dataHeaderFields, ...computedFields]);
export const microinverterEntities = build(
  microinverterRows,
  [...microinverterFields, ...computedFields],
  mostPerHour.microinverter,
);
export const hybridEntities = build(hybridRows, hybridFields, mostPerHour.hybrid);

const shown = [...microinverterEntities, ...hybridEntities, ...loggerEntities, ...headEntities];
const all = [...shown.map(({ entity }) => entity), readControl];

/** Every entity that a logger may have; where layouts share a key, the micro-inverter's; as they are without control. */
export const entities: readonly EntityDescription[] = [
  ...new Map(all.toReversed().map((entity) => [entity.key, entity])).values(),
].toReversed();

function build(
  rows: readonly EntityRow[],
  fields: readonly Quantity[],
  maxPerHour?: number,
): readonly SolarmanEntity[] {
  const quantities = new Map(fields.map((field) => [field.key, field]));
  return rows.map((row) => ({
    entity: buildEntity(row, quantities.get(row.key) ?? { key: row.key }, maxPerHour),
    optional: row.optional === true,
  }));
}

function buildEntity(row: EntityRow, quantity: Quantity, maxPerHour: number | undefined): EntityDescription {
  const { unit, deviceClass, stateClass } = quantity;
  const isLifetime = deviceClass === "energy" && row.key.endsWith("_total");
  const isDaily = deviceClass === "energy" && row.key.endsWith("_today");
  return {
    key: row.key,
    platform: "sensor",
    name: row.name,
    ...(deviceClass === undefined ? {} : { deviceClass }),
    ...(unit === undefined ? {} : { unit }),
    ...(stateClass === undefined ? {} : { stateClass }),
    ...(row.primary === true ? {} : { category: "diagnostic" }),
    ...(row.precision === undefined ? {} : { precision: row.precision }),
    ...(row.enabled === undefined ? {} : { enabled: row.enabled }),
    ...(row.icon === undefined ? {} : { icon: row.icon }),
    ...(isLifetime ? { total: "lifetime", ...(maxPerHour === undefined ? {} : { maxPerHour }) } : {}),
    ...(isDaily ? { total: "daily" } : {}),
  };
}
