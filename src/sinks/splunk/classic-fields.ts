// biome-ignore-all format: one field a line

/** A value by its state key, and the name that deye-mitm had for it. */
export interface ClassicField {
  readonly key: string;
  readonly name: string;
  /** `clock`: `YYYY-MM-DD:HH:MM:SS` in place of `YYYY-MM-DDTHH:MM:SS`. */
  readonly form?: "clock";
  /** `sent` by the earlier tool; `named` in it but not sent; `pattern`: of an input that it did not read, named alike. */
  readonly origin: "sent" | "named" | "pattern";
}

/** The earlier tool read nothing else; elsewhere the same key may have another unit. */
export const classicProtocol = "solarman";

/** Names of schasan/deye-mitm, `proxymodules/deye.py`: what a micro-inverter reports, in the order of that file. */
export const classicFields: readonly ClassicField[] = [
  { key: "inverter_serial", name: "inv.serial.ascii", origin: "sent" },
  { key: "pv1_voltage", name: "pv.v.1", origin: "sent" },
  { key: "pv1_current", name: "pv.i.1", origin: "sent" },
  { key: "pv1_energy_today", name: "pv.kWh_today.1", origin: "sent" },
  { key: "pv1_energy_total", name: "pv.kWh_total.1", origin: "sent" },
  { key: "pv2_voltage", name: "pv.v.2", origin: "sent" },
  { key: "pv2_current", name: "pv.i.2", origin: "sent" },
  { key: "pv2_energy_today", name: "pv.kWh_today.2", origin: "sent" },
  { key: "pv2_energy_total", name: "pv.kWh_total.2", origin: "sent" },
  { key: "pv3_voltage", name: "pv.v.3", origin: "pattern" },
  { key: "pv3_current", name: "pv.i.3", origin: "pattern" },
  { key: "pv3_energy_today", name: "pv.kWh_today.3", origin: "pattern" },
  { key: "pv3_energy_total", name: "pv.kWh_total.3", origin: "pattern" },
  { key: "pv4_voltage", name: "pv.v.4", origin: "pattern" },
  { key: "pv4_current", name: "pv.i.4", origin: "pattern" },
  { key: "pv4_energy_today", name: "pv.kWh_today.4", origin: "pattern" },
  { key: "pv4_energy_total", name: "pv.kWh_total.4", origin: "pattern" },
  { key: "power", name: "grid.active_power_w", origin: "sent" },
  { key: "energy_today", name: "grid.kWh_today", origin: "sent" },
  { key: "energy_total", name: "grid.kWh_total", origin: "sent" },
  { key: "grid_voltage", name: "grid.v", origin: "sent" },
  { key: "grid_current", name: "grid.i", origin: "sent" },
  { key: "grid_frequency", name: "grid.hz", origin: "sent" },
  { key: "temperature", name: "inv.degc", origin: "sent" },
  { key: "rated_power", name: "meta.rated_power_w", origin: "named" },
  { key: "mppt_count", name: "meta.mppt_count", origin: "sent" },
  { key: "phase_count", name: "meta.phases", origin: "sent" },
  { key: "self_check_time", name: "meta.startup_self_check_time", origin: "named" },
  { key: "inverter_clock", name: "meta.current_time", form: "clock", origin: "sent" },
  { key: "overfrequency_start", name: "meta.grid_freq_hz_overfreq_load_reduction_starting_point", origin: "named" },
  { key: "overfrequency_load_reduction", name: "meta.grid_overfreq_load_reduction_percent", origin: "named" },
  { key: "grid_voltage_upper_limit", name: "meta.grid_v_limit_upper", origin: "named" },
  { key: "grid_voltage_lower_limit", name: "meta.grid_v_limit_lower", origin: "named" },
  { key: "grid_frequency_upper_limit", name: "meta.grid_freq_hz_limit_upper", origin: "named" },
  { key: "grid_frequency_lower_limit", name: "meta.grid_freq_hz_limit_lower", origin: "named" },
  { key: "protocol_version", name: "meta.protocol_ver", origin: "sent" },
  { key: "firmware_control", name: "meta.dc_master_fw_ver", origin: "sent" },
  { key: "firmware_communication", name: "meta.ac_fw_ver", origin: "sent" },
];
