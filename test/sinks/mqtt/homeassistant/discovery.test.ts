import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeviceDescription, DeviceId } from "../../../../src/model/device.js";
import type { EntityDescription } from "../../../../src/model/entity.js";
import { protocols } from "../../../../src/protocols/registry.js";
import type { DiscoveryContext } from "../../../../src/sinks/mqtt/homeassistant/components.js";
import {
  deviceDocument,
  leavingComponents,
  withTombstones,
} from "../../../../src/sinks/mqtt/homeassistant/discovery.js";
import { Topics } from "../../../../src/sinks/mqtt/topics.js";
import { describeWithReference, readReferenceJson } from "../../../support/reference.js";
import { bareDevice, inverter } from "../descriptions.js";

const topics = new Topics("cloudtap", "homeassistant");
const context: DiscoveryContext = { topics, values: "json", version: "1.2.3" };

describe("the discovery document of a device", () => {
  it("describes the device and who announces it", () => {
    const document = deviceDocument(inverter, { ...context, supportUrl: "https://example.org/help" });
    expect(document.device).toEqual({
      identifiers: ["solarman_2712345678"],
      name: "Inverter",
      manufacturer: "Deye",
      model: "SUN600",
      sw_version: "1.53",
      hw_version: "A2",
      serial_number: "2712345678",
    });
    expect(document.origin).toEqual({
      name: "Cloudtap",
      sw_version: "1.2.3",
      support_url: "https://example.org/help",
    });
  });

  it("is available only while both the bridge and the device are", () => {
    expect(deviceDocument(inverter, context)).toMatchObject({
      state_topic: "cloudtap/solarman_2712345678/state",
      availability_mode: "all",
      availability: [{ topic: "cloudtap/bridge/state" }, { topic: "cloudtap/solarman_2712345678/availability" }],
    });
  });

  it("names the parent by its identifier", () => {
    const child = { ...bareDevice, id: "envoy_pcu_2" as DeviceId, viaDevice: bareDevice.id };
    expect(deviceDocument(child, context).device).toMatchObject({ via_device: "envoy_1" });
  });

  it("keeps out what is empty, which Home Assistant would refuse", () => {
    const blank = { ...bareDevice, name: "", model: " ", swVersion: "" };
    expect(deviceDocument(blank, context).device).toEqual({ identifiers: ["envoy_1"], name: "envoy_1" });
  });

  it("reduces components that left, or changed their platform, to tombstones", () => {
    const document = deviceDocument(bareDevice, context);
    const leaving = leavingComponents(
      document,
      new Map([
        ["last_seen", "sensor"],
        ["gone", "sensor"],
        ["event", "binary_sensor"],
      ]),
    );
    expect([...leaving]).toEqual([
      ["gone", "sensor"],
      ["event", "binary_sensor"],
    ]);
    const { components } = withTombstones(document, leaving);
    expect(components).toMatchObject({ gone: { platform: "sensor" }, last_seen: { device_class: "timestamp" } });
    expect(components.event).toEqual({ platform: "binary_sensor" });
  });
});

describeWithReference("Home Assistant's rules", () => {
  const check = new Ajv({ strict: false, allErrors: true }).compile(
    readReferenceJson<Record<string, unknown>>("ha-mqtt-discovery.schema.json"),
  );
  const faults = (document: unknown) => (check(document) ? [] : check.errors);

  for (const values of ["json", "topics", "both"] as const) {
    it(`pass for every kind of entity (values: ${values})`, () => {
      const child = { ...inverter, viaDevice: bareDevice.id };
      for (const description of [inverter, child, bareDevice])
        expect(faults(deviceDocument(description, { ...context, values }))).toEqual([]);
    });
  }

  it("pass for every entity that a protocol may have", () => {
    const range = { min: 0, max: 1, step: 1 };
    for (const { entities } of protocols) {
      for (const entity of entities) {
        const whole = entity.platform === "number" ? { range, ...entity } : entity;
        expect(faults(deviceDocument({ ...bareDevice, entities: [whole] }, context)), entity.key).toEqual([]);
      }
    }
  });

  it("pass with tombstones", () => {
    const document = deviceDocument(bareDevice, context);
    expect(faults(withTombstones(document, new Map([["gone", "switch"]])))).toEqual([]);
  });

  it("pass a key that means something else to JavaScript", () => {
    const entity: EntityDescription = { key: "__proto__", platform: "sensor", name: "Odd" };
    const described = { id: "a" as DeviceId, protocol: "p", name: "A", entities: [entity], eventTypes: [] };
    const document = deviceDocument(described, { ...context, values: "json" });
    expect(faults(document)).toEqual([]);
    expect(Object.keys(document.components)).toContain("__proto__");
  });

  it("pass whatever texts a device sends for itself", () => {
    const text = fc.string({ unit: "binary" });
    const limit = fc.double();
    const named = { key: text, name: text };
    const read = fc.record({
      ...named,
      platform: fc.constantFrom("sensor", "binary_sensor", "switch", "button", "text"),
    });
    const number = fc.record({
      ...{ ...named, platform: fc.constant("number" as const) },
      range: fc.record({ min: limit, max: limit, step: limit }),
    });
    const select = fc.record({ ...named, platform: fc.constant("select" as const), options: fc.array(text) });
    const entity: fc.Arbitrary<EntityDescription> = fc.oneof(read, number, select);
    const description: fc.Arbitrary<DeviceDescription> = fc.record({
      id: text.map((id) => id as DeviceId),
      protocol: text,
      name: text,
      manufacturer: text,
      model: text,
      swVersion: text,
      hwVersion: text,
      serialNumber: text,
      viaDevice: text.map((id) => id as DeviceId),
      entities: fc.array(entity, { maxLength: 5 }),
      eventTypes: fc.array(text, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(description, fc.constantFrom("json", "topics", "both"), (described, values) => {
        expect(faults(deviceDocument(described, { ...context, values }))).toEqual([]);
      }),
    );
  });
});
