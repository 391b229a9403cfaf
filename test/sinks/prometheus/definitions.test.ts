import { describe, expect, it } from "vitest";
import { protocols } from "../../../src/protocols/registry.js";
import { Definitions } from "../../../src/sinks/prometheus/definitions.js";
import { described } from "./sink-setup.js";

const sensor = { platform: "sensor", name: "Thing" } as const;

describe("definitions of metrics", () => {
  it("give every entity of every protocol a series of its own", () => {
    for (const protocol of protocols) {
      const definitions = new Definitions(() => protocol);
      const device = described("any", protocol.entities, protocol.name);
      const shown = protocol.entities.filter(
        ({ platform, key }) => platform !== "button" && platform !== "text" && !/(^|_)serial(_|$)/.test(key),
      );
      const missing = shown.filter(({ key }) => definitions.of(device, key) === undefined);
      expect(missing.map(({ key }) => key)).toEqual([]);
    }
  });

  it("have one type and one help a name", () => {
    const seen = new Map<string, string>();
    for (const protocol of protocols) {
      const definitions = new Definitions(() => protocol);
      const device = described("any", protocol.entities, protocol.name);
      for (const { key } of protocol.entities) {
        const definition = definitions.of(device, key);
        if (definition === undefined) continue;
        const { name, type, help } = definition;
        expect(seen.get(name) ?? `${type} ${help}`).toBe(`${type} ${help}`);
        seen.set(name, `${type} ${help}`);
      }
    }
    expect(seen.size).toBeGreaterThan(100);
  });

  it("believe the protocol's table and not the device", () => {
    const table = [{ ...sensor, key: "level", unit: "%" }];
    const definitions = new Definitions(() => ({ entities: table }));
    const device = described("a", [{ ...sensor, key: "level", unit: "W", name: "Other" }]);
    expect(definitions.of(device, "level")).toMatchObject({ name: "cloudtap_acme_level_ratio", help: "Thing" });
    expect(definitions.isListed("acme", "level")).toBe(true);
    expect(definitions.isListed("acme", "other")).toBe(false);
  });

  it("take the device's word for what no table has", () => {
    const definitions = new Definitions(() => undefined);
    const device = described("a", [{ ...sensor, key: "level", unit: "V" }]);
    expect(definitions.of(device, "level")?.name).toBe("cloudtap_acme_level_volts");
    expect(definitions.of(device, "other")?.name).toBe("cloudtap_acme_other");
  });

  it("give a series to one key only", () => {
    const entities = ["level_number", "level_count"].map((key) => ({ ...sensor, key }));
    const definitions = new Definitions(() => ({ entities }));
    const device = described("a", entities);
    expect(definitions.of(device, "level_number")?.name).toBe("cloudtap_acme_level_number");
    expect(definitions.of(device, "level_count")).toBeUndefined();
    expect(definitions.of(device, "level_count")).toBeUndefined();
  });

  it("are limited, so that a hostile device cannot fill the memory", () => {
    const definitions = new Definitions(() => undefined);
    const device = described("a", []);
    const defined = Array.from({ length: 10_000 }, (_, at) => definitions.of(device, `key_x${at}y`));
    expect(defined.filter((one) => one !== undefined)).toHaveLength(4_096);
    expect(definitions.of(device, "key_x0y")).toBeDefined();
  });
});
