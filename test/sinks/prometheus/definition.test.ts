import { describe, expect, it } from "vitest";
import type { EntityDescription } from "../../../src/model/entity.js";
import {
  conversionFor,
  defineEntity,
  defineUnknown,
  type MetricDefinition,
  sampleOf,
  wordOf,
} from "../../../src/sinks/prometheus/definition.js";
import { conversionOf } from "../../../src/sinks/prometheus/units.js";

const modes = { Off: 0, Heating: 4 };

function define(entity: Partial<EntityDescription> & { readonly key: string }, codes?: Record<string, number>) {
  const whole: EntityDescription = { platform: "sensor", name: "Name", ...entity };
  const table = [{ key: "power", platform: "sensor", name: "Power" } as const, whole];
  return defineEntity("acme", whole, table, () => codes);
}

function defined(...given: Parameters<typeof define>): MetricDefinition {
  const definition = define(...given);
  if (definition === undefined) throw new Error("expected a metric");
  return definition;
}

describe("the metric of an entity", () => {
  it("is a counter where the value only grows", () => {
    expect(defined({ key: "energy", unit: "kWh", total: "lifetime" })).toMatchObject({
      ...{ name: "cloudtap_acme_energy_joules_total", type: "counter" },
    });
    expect(defined({ key: "reports", stateClass: "total_increasing" }).type).toBe("counter");
    expect(defined({ key: "energy_today", total: "daily", stateClass: "total_increasing" }).type).toBe("gauge");
    expect(defined({ key: "power", unit: "W", stateClass: "measurement" }).type).toBe("gauge");
  });

  it("leaves out what measures nothing", () => {
    expect(define({ key: "restart", platform: "button" })).toBeUndefined();
    expect(define({ key: "question", platform: "text" })).toBeUndefined();
    expect(define({ key: "port1_serial" })).toBeUndefined();
    expect(define({ key: "serial_number" })).toBeUndefined();
  });

  it("is one for all channels, with one help", () => {
    const first = defined({ key: "pv1_voltage", name: "PV1 voltage", unit: "V" });
    const second = defined({ key: "pv2_voltage", name: "PV2 voltage", unit: "V" });
    expect(second).toEqual({ ...first, channel: "2" });
    expect(first).toMatchObject({ name: "cloudtap_acme_pv_voltage_volts", help: "PV voltage", channel: "1" });
    expect(defined({ key: "channel2_power", name: "Channel 2 power" }).help).toBe("Power");
    expect(defined({ key: "port_b_baud", name: "Port B baud rate" }).help).toBe("Port baud rate");
  });

  it("shows a time as seconds since 1970", () => {
    const definition = defined({ key: "last_report", deviceClass: "timestamp" });
    expect(definition.name).toBe("cloudtap_acme_last_report_timestamp_seconds");
    expect(sampleOf(definition, "2026-06-21T10:00:00Z")).toBe(1_782_036_000);
    expect(sampleOf(definition, "not a time")).toBeUndefined();
  });

  it("shows on and off as 1 and 0, whatever the words", () => {
    const words = defined({ key: "fan", platform: "binary_sensor", onOff: ["Yes", "No"] });
    expect(["Yes", "No", "N/A", true, false].map((value) => sampleOf(words, value))).toEqual([1, 0, undefined, 1, 0]);
    expect(sampleOf(defined({ key: "fan", platform: "switch" }), "true")).toBe(1);
  });

  it("shows an enumerated value by its number and in words", () => {
    const definition = defined({ key: "mode", name: "Mode", options: ["Off", "Heating"] }, modes);
    expect(definition.name).toBe("cloudtap_acme_mode");
    expect(definition.info).toMatchObject({ name: "cloudtap_acme_mode_info" });
    expect(sampleOf(definition, "Heating")).toBe(4);
    expect(wordOf(definition, "Heating")).toBe("Heating");
    expect(wordOf(definition, "Melting")).toBeUndefined();
    expect(sampleOf(definition, 7)).toBe(7);
  });

  it("shows an enumerated value without numbers in words alone", () => {
    const definition = defined({ key: "mode", options: ["Off", "Heating"] });
    expect(sampleOf(definition, "Heating")).toBeUndefined();
    expect(wordOf(definition, "Heating")).toBe("Heating");
  });

  it("shows no text and nothing unknown", () => {
    const definition = defined({ key: "firmware" });
    expect(["5.15.12", "", null, undefined, Number.NaN].map((value) => sampleOf(definition, value))).toEqual(
      Array.from({ length: 5 }, () => undefined),
    );
  });

  it("is the same for a device that counts in another unit of the same quantity", () => {
    const definition = defined({ key: "setpoint", unit: "°F", deviceClass: "temperature" });
    expect(sampleOf(definition, 86)).toBe(30);
    expect(sampleOf(definition, 30, conversionFor(definition, "°C"))).toBe(30);
    expect(conversionFor(definition, "W")).toBeUndefined();
    expect(conversionFor(definition, "°F")).toEqual(conversionOf("°F"));
  });
});

describe("the metric of a key that no table knows", () => {
  it("keeps the number of a property without a name in its own", () => {
    expect(defineUnknown("websentry", "prop_0x0c42", () => undefined)).toMatchObject({
      ...{ name: "cloudtap_websentry_prop_0x0c42", type: "gauge", help: "Property 0x0c42 without a known name" },
    });
  });

  it("shows words that have a number by it", () => {
    const definition = defineUnknown("websentry", "prop_0x0520", () => modes);
    expect(definition && sampleOf(definition, "Heating")).toBe(4);
    expect(definition && sampleOf(definition, "Melting")).toBeUndefined();
  });

  it("leaves out what names the device", () => {
    expect(defineUnknown("acme", "inverter_serial", () => undefined)).toBeUndefined();
  });
});
