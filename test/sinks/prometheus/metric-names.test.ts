import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { metricName } from "../../../src/sinks/prometheus/metric-names.js";

describe("names of metrics", () => {
  it("hold the protocol, the quantity and the unit", () => {
    expect(metricName("solarman", "grid_voltage", "volts", "gauge")).toBe("cloudtap_solarman_grid_voltage_volts");
  });

  it("put the unit of a counter before its end", () => {
    expect(metricName("envoy", "energy_total", "joules", "counter")).toBe("cloudtap_envoy_energy_joules_total");
    expect(metricName("envoy", "reports", "", "counter")).toBe("cloudtap_envoy_reports_total");
  });

  it("say a unit once", () => {
    expect(metricName("envoy", "conversion_error_seconds", "seconds", "gauge")).toBe(
      "cloudtap_envoy_conversion_error_seconds",
    );
  });

  it.each([
    ["mppt_count", "cloudtap_p_mppt_number"],
    ["record_counter", "cloudtap_p_record_number"],
    ["schedule_days", "cloudtap_p_schedule_weekdays"],
    ["load_total", "cloudtap_p_load_overall"],
  ])("avoid in %s what Prometheus keeps for itself", (base, name) => {
    expect(metricName("p", base, "", "gauge")).toBe(name);
  });

  it("are fit for Prometheus whatever a protocol and its keys are called, and tell the type", () => {
    const word = fc.constantFrom("total", "count", "counter", "sum", "days", "constructor", "°", "7");
    const text = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.array(word, { maxLength: 4 }).map((words) => words.join("_")),
    );
    const type = fc.constantFrom("counter" as const, "gauge" as const);
    fc.assert(
      fc.property(text, text, fc.constantFrom("", "volts", "joules"), type, (protocol, base, suffix, of) => {
        const name = metricName(`p${protocol}`, `x${base}`, suffix, of);
        expect(name).toMatch(/^cloudtap(_[a-z0-9]+)*$/);
        expect(name.endsWith("_total")).toBe(of === "counter");
        const [, ...own] = name.split("_");
        expect(own.filter((part) => ["count", "counter", "sum", "days"].includes(part))).toEqual([]);
      }),
    );
  });
});
