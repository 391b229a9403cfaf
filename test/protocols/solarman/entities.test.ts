import { describe, expect, it } from "vitest";
import {
  entities,
  headEntities,
  hybridEntities,
  loggerEntities,
  microinverterEntities,
} from "../../../src/protocols/solarman/entities.js";
import {
  computedFields,
  dataHeaderFields,
  helloFields,
  hybridFields,
  microinverterFields,
} from "../../../src/protocols/solarman/fields.js";

const groups = {
  logger: { rows: loggerEntities, fields: helloFields },
  head: { rows: headEntities, fields: [...dataHeaderFields, ...computedFields] },
  microinverter: { rows: microinverterEntities, fields: [...microinverterFields, ...computedFields] },
  hybrid: { rows: hybridEntities, fields: hybridFields },
};

/** Personal, or of use only to the decoder. */
const unpublished = ["frame_type", "mac_address", "ssid", "max_devices", "sensor_count", "sensor_list"];
const onlyInside = ["offset_time", "data_status"];

describe("Solarman entities", () => {
  it.each(Object.entries(groups))(
    "of the %s have a field each, and unique keys and names",
    (_name, { rows, fields }) => {
      const keys = rows.map(({ entity }) => entity.key);
      expect(keys.filter((key) => !fields.some((field) => field.key === key))).toEqual([]);
      expect(new Set(keys).size).toBe(keys.length);
      expect(new Set(rows.map(({ entity }) => entity.name)).size).toBe(keys.length);
    },
  );

  it("show every field, but for those that are personal or mean nothing outside", () => {
    const fields = Object.values(groups).flatMap((group) => group.fields.map((field) => field.key));
    const keys = entities.map((entity) => entity.key);
    const hidden = new Set(fields.filter((key) => !keys.includes(key)));
    expect([...hidden].toSorted()).toEqual([...unpublished, ...onlyInside].toSorted());
  });

  it("are listed once each", () => {
    expect(new Set(entities.map((entity) => entity.key)).size).toBe(entities.length);
  });

  it("guard lifetime counters, and let no daily one be picked for the energy dashboard", () => {
    for (const entity of entities.filter((one) => one.deviceClass === "energy")) {
      if (entity.key.endsWith("_today")) expect(entity).toMatchObject({ total: "daily" });
      else expect(entity).toMatchObject({ total: "lifetime", stateClass: "total_increasing" });
      expect(entity.stateClass === undefined).toBe(entity.key.endsWith("_today"));
    }
  });
});

describe("Solarman field tables", () => {
  it.each(Object.entries(groups))("of the %s overlap nowhere", (_name, { fields }) => {
    const sizes = { u8: 1, u16le: 2, u16be: 2, s16le: 2, s16be: 2, u32le: 4, u32be: 4, mac: 6, clock6: 6 };
    const spans = fields.flatMap((field) => {
      if (!("type" in field)) return [];
      const size = field.type === "ascii" ? (field.length ?? 0) : sizes[field.type];
      return [{ key: field.key, from: field.offset, to: field.offset + size }];
    });
    const sorted = spans.toSorted((a, b) => a.from - b.from);
    expect(sorted.filter((span, index) => index > 0 && span.from < (sorted[index - 1]?.to ?? 0))).toEqual([]);
  });
});
