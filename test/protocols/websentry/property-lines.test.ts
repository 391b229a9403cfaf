import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/device.js";
import type { EpochMs } from "../../../src/model/time.js";
import type { Values } from "../../../src/model/value.js";
import type { Item } from "../../../src/protocols/websentry/items.js";
import { propertyLines } from "../../../src/protocols/websentry/property-lines.js";
import { UnitSession } from "../../../src/protocols/websentry/unit-session.js";

const device = "websentry_0090c20c02b3" as DeviceId;
const at = (ms: number) => ms as EpochMs;

/** The table after some answers, each of a second of its own. */
function linesAfter(...answers: readonly (readonly Item[])[]) {
  const unit = new UnitSession(device, undefined, false);
  for (const [index, items] of answers.entries()) unit.take(items, at(index * 1_000));
  const values: Values = unit.settle(at(99_000))?.values ?? {};
  const facts = JSON.parse(JSON.stringify(unit.describe().facts));
  return propertyLines(facts, values);
}

describe("table of properties", () => {
  it("W23: has each property that was answered, by id, with counts, value and newest answer", () => {
    const humidity = (value: number): Item => ({ id: 0x0600, type: 0x06, value });
    const setpoint: Item = { id: 0x2501, type: 0x08, value: 53, min: 35, max: 85, step: 1 };
    expect(linesAfter([setpoint], [humidity(53.4)], [humidity(53.4)], [humidity(54)])).toEqual([
      {
        ...{ id: "0x0600", key: "humidity", name: "Room humidity", type: "tenths", unit: "%" },
        ...{ queries: 3, changes: 1, changedAt: 3_000, decoded: 54, raw: "06021c" },
      },
      {
        ...{ id: "0x2501", key: "humidity_setpoint", name: "Room humidity setpoint", type: "ranged number", unit: "%" },
        ...{ queries: 1, changes: 0, decoded: 53, raw: "0800350023005501" },
      },
    ]);
  });

  it("W23: names what is outside the table by its id", () => {
    expect(linesAfter([{ id: 0x7abc, type: 0x03, value: 258 }])).toEqual([
      {
        ...{ id: "0x7abc", key: "prop_0x7abc", name: "prop_0x7abc", type: "number" },
        ...{ queries: 1, changes: 0, decoded: 258, raw: "030102" },
      },
    ]);
  });

  it("has enums as words, setpoints in the unit's own scale, and what is not available as unknown", () => {
    const [unit, mode, room] = linesAfter(
      [
        { id: 0x010e, type: 0x09, kind: 0x2d, raw: 3 },
        { id: 0x0111, type: 0x02, raw: 1 },
        { id: 0x2500, type: 0x08, value: 28, min: 12, max: 35, step: 1 },
      ],
      [{ id: 0x0111, type: 0x01, code: 5 }],
    );
    expect(unit).toMatchObject({ decoded: "Celsius", type: "typed enum", raw: "092d03" });
    expect(mode).toMatchObject({ decoded: null, type: "enum", raw: "0105", queries: 1 });
    expect(room).toMatchObject({ decoded: 28, unit: "°C" });
  });

  it("marks what tells whose unit it is", () => {
    const lines = linesAfter([
      { id: 0x0103, type: 0x12, value: 123_456_789 },
      { id: 0x0110, type: 0x07, text: "123456789" },
      { id: 0x0402, type: 0x0c, text: "192.168.1.7" },
      { id: 0x0600, type: 0x06, value: 53.4 },
    ]);
    expect(lines.map(({ isPersonal = false }) => isPersonal)).toEqual([true, true, true, false]);
  });

  it("tells what an earlier version noted without an answer, and nothing of an unknown device", () => {
    const facts = { properties: ["0x0600"], statistics: { humidity: [7, 2, 9_000], nonsense: [1, 1, null] } };
    expect(propertyLines(facts, {})).toEqual([
      {
        ...{ id: "0x0600", key: "humidity", name: "Room humidity", type: "tenths", unit: "%" },
        ...{ queries: 7, changes: 2, changedAt: 9_000, decoded: null },
      },
    ]);
    expect(propertyLines({}, { humidity: 5 })).toEqual([]);
  });
});
