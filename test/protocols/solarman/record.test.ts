import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMessage } from "../../../src/protocols/solarman/decoder.js";
import { encodeFrame } from "../../../src/protocols/solarman/encoder.js";
import { hybridFields } from "../../../src/protocols/solarman/fields.js";
import type { DataRecord } from "../../../src/protocols/solarman/messages.js";
import { type DecodedRecord, decodeRecordValues } from "../../../src/protocols/solarman/record.js";
import { compileFieldTable, type FieldValues } from "../../../src/wire/field-table.js";
import { address, liveHead, record } from "./dialogue.js";

function dataOf(frame: Uint8Array): DataRecord {
  const message = decodeMessage(frame);
  if (message.type !== "data") throw new Error(`expected data, found ${message.type}`);
  return message.record;
}

function microinverter(values: FieldValues = {}, offsetS = liveHead.offsetS): DecodedRecord {
  return decodeRecordValues(dataOf(record({ offsetS }, values)), "microinverter");
}

function kinds(decoded: DecodedRecord): readonly string[] {
  return decoded.findings.map((finding) => finding.kind);
}

describe("a micro-inverter's record", () => {
  it("D17 D18 D19 D20 D22: gives back what was encoded", () => {
    const { values, findings } = microinverter({ pv1_energy_total: 6_553.7 });
    expect(findings).toEqual([]);
    expect(values).toMatchObject({
      ...{ power: 500, energy_total: 177.5, temperature: 41.5, grid_frequency: 50.1, rated_power: 800 },
      ...{ pv1_voltage: 33.3, pv2_current: 8.1, pv1_energy_total: 6_553.7, overfrequency_start: 50.2 },
      ...{ self_check_time: 60, active_power_limit: 73, on_off: 1, inverter_clock: "2026-06-21T11:55:00" },
      ...{ pv1_power: 259.74, pv2_power: 263.25, dc_power: 522.99, efficiency: 95.6 },
    });
  });

  it("shows only the inputs and phases that it has", () => {
    const one = microinverter({ mppt_count: 1 }).values ?? {};
    expect(one).not.toHaveProperty("pv2_voltage");
    expect(one).not.toHaveProperty("grid_voltage_l2");
    const fittings = { mppt_count: 4, phase_count: 3, grid_voltage_l2: 231, pv4_voltage: 30 };
    expect(microinverter(fittings).values).toMatchObject({ grid_voltage_l2: 231, grid_voltage_l3: 0, pv4_voltage: 30 });
  });

  it("D20: leaves the temperature out when there is none, and reads it signed", () => {
    expect(microinverter({ temperature: -10 }).values).not.toHaveProperty("temperature");
    expect(microinverter({ temperature: -9.99 }).values).toMatchObject({ temperature: -9.99 });
    const hot = microinverter({ temperature: 150 });
    expect(hot.values).not.toHaveProperty("temperature");
    expect(kinds(hot)).toEqual(["implausible_value"]);
  });

  it("leaves an implausible value out and keeps the rest", () => {
    const decoded = microinverter({ grid_voltage: 42, power: 1_001 });
    expect(decoded.values).not.toHaveProperty("grid_voltage");
    expect(decoded.values).not.toHaveProperty("power");
    expect(decoded.values).toMatchObject({ grid_frequency: 50.1 });
    expect(decoded.findings.map((finding) => finding.detail)).toEqual([
      "grid_voltage: found 42 V, expected 0 or 80 to 300",
      "power: found 1001 W, expected at most 1000 W",
    ]);
  });

  it("admits no voltage and no frequency while it waits for the grid", () => {
    const decoded = microinverter({ grid_voltage: 0, grid_frequency: 0, power: 0 });
    expect(decoded.values).toMatchObject({ grid_voltage: 0, grid_frequency: 0 });
    expect(decoded.findings).toEqual([]);
  });

  it("leaves the day's energy out while the inverter's clock is not set", () => {
    const unset = dataOf(record());
    unset.payload.set([0x30, 0, 0, 0, 0, 0], 245);
    for (const decoded of [
      decodeRecordValues(unset, "microinverter"),
      microinverter({ inverter_clock: "2000-01-01T00:10:00" }),
      microinverter({}, 0),
    ]) {
      expect(decoded.values).not.toHaveProperty("energy_today");
      expect(decoded.values).not.toHaveProperty("pv2_energy_today");
      expect(decoded.values).toMatchObject({ energy_total: 177.5 });
      expect(decoded.findings).toEqual([]);
    }
  });

  it("reads limit and switch only where their neighbours prove the place", () => {
    const moved = dataOf(record());
    moved.payload[285] = 0;
    expect(decodeRecordValues(moved, "microinverter").values).not.toHaveProperty("active_power_limit");
    const longer = dataOf(encodeFrame(0x42, address, Buffer.concat([dataOf(record()).payload, Buffer.alloc(204)])));
    const decoded = decodeRecordValues(longer, "microinverter");
    expect(decoded.values).not.toHaveProperty("on_off");
    expect(decoded.values).toMatchObject({ power: 500 });
  });

  it.each([[{ mppt_count: 0 }], [{ mppt_count: 5 }], [{ phase_count: 4 }], [{ inverter_serial: "230510714" }]])(
    "is refused as a whole when its layout is not this one: %o",
    (values) => {
      const decoded = microinverter(values);
      expect(decoded.values).toBeUndefined();
      expect(kinds(decoded)).toEqual(["wrong_layout"]);
    },
  );

  it("is refused when it is too short or its serial number is no text", () => {
    const short = decodeRecordValues({ ...dataOf(record()), payload: new Uint8Array(250) }, "microinverter");
    expect(kinds(short)).toEqual(["short_message"]);
    const odd = dataOf(record());
    odd.payload[25] = 0x07;
    expect(kinds(decodeRecordValues(odd, "microinverter"))).toEqual(["wrong_layout"]);
  });

  it("reports a version text that does not begin with V, and keeps it", () => {
    const decoded = microinverter({ firmware_control: "1.0" });
    expect(kinds(decoded)).toEqual(["odd_version"]);
    expect(decoded.values).toMatchObject({ firmware_control: "1.0" });
  });
});

const hybridTable = compileFieldTable(hybridFields);
const household: FieldValues = {
  ...{ inverter_serial: "2208001234", battery_charge_total: 26.8, battery_discharge_total: 35.9, battery_soc: 98 },
  ...{ grid_import_total: 38.9, grid_export_total: 1.1, load_total: 68.4, pv_energy_total: 125, load_today: 12.9 },
  ...{ battery_voltage: 53.96, battery_power: -1_234, battery_current: -22.87, battery_temperature: 24 },
  ...{ grid_voltage_l1: 235.7, grid_voltage_l2: 234.9, grid_voltage_l3: 236, grid_power_l1: -450 },
};

function hybrid(values: FieldValues = {}, offsetS = 1): DecodedRecord {
  const payload = new Uint8Array(240);
  hybridTable.write(payload, { ...household, ...values });
  const head = { ...liveHead, dataStatus: 1, sensorType: 0x5411, offsetS };
  return decodeRecordValues({ ...head, payload }, "hybrid");
}

describe("a hybrid inverter's record", () => {
  it("D16: gives back what was encoded", () => {
    expect(hybrid()).toMatchObject({ inverterSerial: "2208001234", findings: [], values: household });
  });

  it("is published only when every value is plausible", () => {
    const decoded = hybrid({ battery_soc: 101, grid_voltage_l1: 20 });
    expect(decoded.values).toBeUndefined();
    expect(decoded.findings).toEqual([
      {
        kind: "implausible_record",
        detail: "battery_soc: found 101 %, expected 0 to 100; grid_voltage_l1: found 20 V, expected 0 or 80 to 300",
      },
    ]);
  });

  it("is read in coarser steps where the battery is a high-voltage one", () => {
    expect(hybrid({ battery_voltage: 20.48, battery_power: 300 }).values).toMatchObject({
      battery_voltage: 204.8,
      battery_power: 3_000,
    });
    expect(hybrid({ battery_voltage: 20.48, battery_power: 5_000 }).values).toBeUndefined();
  });

  it("leaves the day's energies out while the time is unknown", () => {
    const { values } = hybrid({}, 0);
    expect(values).not.toHaveProperty("load_today");
    expect(values).toMatchObject({ load_total: 68.4 });
  });

  it("is refused without a serial number or with too few bytes", () => {
    expect(kinds(hybrid({ inverter_serial: "" }))).toEqual(["wrong_layout"]);
    const payload = new Uint8Array(206);
    const decoded = decodeRecordValues({ ...liveHead, dataStatus: 1, payload }, "hybrid");
    expect(kinds(decoded)).toEqual(["short_message"]);
  });
});

it("never throws, whatever a record holds", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 21, maxLength: 600 }),
      fc.constantFrom("microinverter", "hybrid"),
      (...drawn) => {
        const [payload, layout] = drawn;
        decodeRecordValues({ ...liveHead, dataStatus: 1, payload }, layout);
      },
    ),
  );
});
