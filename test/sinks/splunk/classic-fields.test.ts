import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { protocolByName } from "../../../src/protocols/registry.js";
import { hybridFields, microinverterFields } from "../../../src/protocols/solarman/fields.js";
import { classicFields, classicProtocol } from "../../../src/sinks/splunk/classic-fields.js";

/** What the earlier tool sent, of every micro-inverter. */
const sentBefore = [
  ...["inv.serial.ascii", "pv.v.1", "pv.i.1", "pv.kWh_today.1", "pv.kWh_total.1", "pv.v.2", "pv.i.2"],
  ...[
    "pv.kWh_today.2",
    "pv.kWh_total.2",
    "grid.active_power_w",
    "grid.kWh_today",
    "grid.kWh_total",
    "grid.v",
    "grid.i",
  ],
  ...["grid.hz", "inv.degc", "meta.mppt_count", "meta.phases", "meta.current_time", "meta.protocol_ver"],
  ...["meta.dc_master_fw_ver", "meta.ac_fw_ver"],
];

/** Fields of the search that came with the earlier tool. */
const searchedBefore = ["grid.i", "grid.v", "meta.current_time", "grid.active_power_w", "inv.degc"];

const names = classicFields.map(({ name }) => name);

describe("the earlier tool's names", () => {
  it("D30: are all there", () => {
    const sent = classicFields.filter(({ origin }) => origin === "sent").map(({ name }) => name);
    expect(sent.toSorted()).toEqual(sentBefore.toSorted());
    expect(names).toEqual(expect.arrayContaining(searchedBefore));
  });

  it("stand for values that there are, each once", () => {
    expect(protocolByName(classicProtocol)).toBeDefined();
    const known = microinverterFields.map(({ key }) => key);
    expect(classicFields.map(({ key }) => key).filter((key) => !known.includes(key))).toEqual([]);
    expect(new Set(classicFields.map(({ key }) => key)).size).toBe(classicFields.length);
    expect(new Set(names).size).toBe(names.length);
  });

  it("say their unit, which is the value's, also where a hybrid inverter has the key", () => {
    for (const { key, name } of classicFields) {
      const units = [...microinverterFields, ...hybridFields].filter((row) => row.key === key).map(({ unit }) => unit);
      expect(new Set(units).size).toBe(1);
      if (name.includes("kWh")) expect(units[0]).toBe("kWh");
      if (name.endsWith("_w")) expect(units[0]).toBe("W");
      if (name.includes("hz")) expect(units[0]).toBe("Hz");
    }
  });

  it("D30: are those that the searches in addon/splunk use", () => {
    const searches = readdirSync("addon/splunk").filter((file) => file.endsWith(".spl"));
    expect(searches).toContain("classic-power-and-temperature.spl");
    for (const search of searches.filter((file) => file.startsWith("classic-"))) {
      const used = readFileSync(join("addon/splunk", search), "utf8").match(/\b(?:grid|pv|inv|meta)\.[\w.]+/g) ?? [];
      expect(used.length).toBeGreaterThan(0);
      expect(used.filter((name) => !names.includes(name))).toEqual([]);
    }
  });
});
