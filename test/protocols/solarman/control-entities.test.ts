import { expect, it } from "vitest";
import { microinverterControls, readControl } from "../../../src/protocols/solarman/control-entities.js";
import { microinverterEntities } from "../../../src/protocols/solarman/entities.js";
import { registerSettings } from "../../../src/protocols/solarman/register-settings.js";

it("offers each setting that can be written, under the key of its sensor", () => {
  const keys = microinverterControls.map(({ key }) => key);
  expect(keys).toEqual(registerSettings.map(({ key }) => key));
  const sensors = microinverterEntities.map(({ entity }) => entity.key);
  expect(keys.filter((key) => !sensors.includes(key))).toEqual([]);
});

it("bounds the number, names the switch's states and hides the question", () => {
  const [limit, onOff] = microinverterControls;
  expect(limit).toMatchObject({ platform: "number", category: "config", range: { min: 0, max: 120, step: 1 } });
  expect(onOff).toMatchObject({ platform: "switch", category: "config", onOff: ["1", "2"] });
  expect(readControl).toMatchObject({ platform: "text", category: "config", enabled: false });
});
