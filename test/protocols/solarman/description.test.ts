import { describe, expect, it } from "vitest";
import { describeLogger, loggerId } from "../../../src/protocols/solarman/description.js";
import { LoggerNotes } from "../../../src/protocols/solarman/logger-notes.js";
import { bytes, Dialogue, record } from "./dialogue.js";

function describeAfter(frame: Uint8Array) {
  const description = new Dialogue().device(frame).devices[0]?.description;
  if (description === undefined) throw new Error("expected a description");
  return description;
}

function keysOf(frame: Uint8Array): readonly string[] {
  return describeAfter(frame).entities.map((entity) => entity.key);
}

describe("the description of a micro-inverter", () => {
  it("D20: names maker, model, firmware and serial number", () => {
    expect(describeAfter(record())).toMatchObject({
      id: "solarman_3939932716",
      protocol: "solarman",
      name: "Deye inverter 3939932716",
      manufacturer: "Deye",
      model: "Micro-inverter 800 W",
      swVersion: "V0.1.1.7",
      serialNumber: "2305107146",
      sleep: { availableAsleep: false, powerKey: "power", lowPowerW: 30 },
    });
  });

  it("shows ten values first and no input or phase that is not there", () => {
    const { entities } = describeAfter(record());
    expect(entities.filter((entity) => entity.category === undefined).map((entity) => entity.key)).toEqual([
      ...["power", "energy_today", "energy_total", "dc_power", "pv1_power", "pv2_power"],
      ...["grid_voltage", "grid_current", "grid_frequency", "temperature"],
    ]);
    expect(entities.map((entity) => entity.key).filter((key) => /pv3|pv4|port3|_l2/.test(key))).toEqual([]);
    expect(keysOf(record({}, { mppt_count: 4, phase_count: 3 }))).toEqual(
      expect.arrayContaining(["pv4_power", "port4_serial", "grid_voltage_l3"]),
    );
  });

  it("D22: shows rated power and grid limits as diagnostics", () => {
    const { entities } = describeAfter(record());
    for (const key of [
      ...["rated_power", "self_check_time", "overfrequency_start", "overfrequency_load_reduction"],
      ...["grid_voltage_upper_limit", "grid_voltage_lower_limit", "grid_frequency_upper_limit"],
    ]) {
      expect(entities.find((entity) => entity.key === key)).toMatchObject({ category: "diagnostic" });
    }
  });

  it("announces optional values only once they came", () => {
    expect(keysOf(record())).toContain("active_power_limit");
    expect(keysOf(record())).not.toContain("temperature_2");
    expect(keysOf(record({}, { temperature_2: 30 }))).toContain("temperature_2");
  });

  it("lets counters gain 1.5 times what the rated power allows", () => {
    const total = describeAfter(record()).entities.find((entity) => entity.key === "energy_total");
    expect(total).toMatchObject({ total: "lifetime", stateClass: "total_increasing", maxPerHour: 1.2 });
  });

  it("stays the same from record to record, so that discovery is published once", () => {
    const dialogue = new Dialogue();
    const [first] = dialogue.device(record()).devices;
    const [second] = dialogue.device(record({ recordCounter: 2 }, { power: 1 })).devices;
    expect(second?.description).toEqual(first?.description);
  });
});

describe("the description of a logger", () => {
  it("with an undecoded inverter has the logger's facts and no sleep", () => {
    const notes = new LoggerNotes();
    notes.sensorType = 0x0504;
    notes.loggerFirmware = "MW_08_0501_1.58";
    notes.heartbeatS = 60;
    notes.noteKeys(["logger_firmware"]);
    const description = describeLogger(705_163_019, notes, "off");
    expect(description).toMatchObject({
      name: "Solarman logger 705163019",
      swVersion: "MW_08_0501_1.58",
      intervalS: 60,
    });
    expect(description.entities.map((entity) => entity.key)).toEqual([
      ...["logger_firmware", "power_on_time", "total_working_time", "measured_at", "record_counter", "sensor_type"],
    ]);
    for (const absent of ["sleep", "manufacturer", "model", "serialNumber"])
      expect(description).not.toHaveProperty(absent);
  });

  it("of Deye is told by its hello, before any record", () => {
    const hello = bytes(
      "a556001041000354aa38ef0279411400a802000000000000053c780164034d575f30385f303530315f312e35380000000000000000000000000000000000000000000000000098d8638598083139322e3136382e312e3231300000004100010105ee15",
    );
    expect(describeAfter(hello).name).toBe("Solarman logger 4013468244");
    const notes = new LoggerNotes();
    notes.sensorList = 0x5406;
    expect(describeLogger(1, notes, "off").name).toBe("Deye inverter 1");
  });

  it("of a hybrid shows its battery and does not sleep", () => {
    const notes = new LoggerNotes();
    notes.sensorType = 0x5411;
    notes.inverterSerial = "2208001234";
    const description = describeLogger(1, notes, "off");
    expect(description).toMatchObject({ manufacturer: "Deye", model: "Hybrid inverter" });
    expect(description.entities.map((entity) => entity.key)).toEqual(
      expect.arrayContaining(["battery_soc", "load_total"]),
    );
    expect(description).not.toHaveProperty("sleep");
  });
});

it("names devices by the logger's serial number", () => {
  expect(loggerId(4_294_967_295)).toBe("solarman_4294967295");
});
