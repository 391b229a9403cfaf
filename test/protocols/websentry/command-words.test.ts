import { describe, expect, it } from "vitest";
import { describeSet } from "../../../src/protocols/websentry/command-words.js";
import type { Item } from "../../../src/protocols/websentry/items.js";

const write = (id: number, value: number): Item => ({ id, type: 0x03, value });

describe("words for a change", () => {
  it.each<[readonly Item[], string]>([
    [[write(0x2501, 50)], "set room humidity setpoint to 50 %"],
    [[write(0x2500, 85)], "set room temperature setpoint to 85 °F"],
    [[write(0x250c, 60)], "set A/C disable temperature to 60 °F"],
    [[write(0x010e, 3)], "set temperature unit to Celsius"],
    [[write(0x010b, 6)], "set time zone to PST"],
    [[write(0x0c01, 0)], "set blower to Off"],
    [[write(0x1162, 10)], "set schedule 3 days to Sat"],
    [[write(0x011a, 1)], "asked for restart"],
    [[write(0x0286, 604)], "asked for clear fault 604"],
    [[write(0x0311, 1), write(0x101c, 1)], "set event duration to 1 h and set spectator mode to On"],
    [
      [write(0x1001, 6), { id: 0x1000, type: 0x0a, text: "2024-01-09" }],
      "set filter change interval to 6 months and set filter change date to 2024-01-09",
    ],
    [[write(0x2504, 0xfffa)], "set freezestat temperature to -6 °F"],
    [[write(0xabcd, 7)], "set property 0xabcd to 7"],
    [[write(0x010b, 77)], "set time zone to 77"],
    [[], "set nothing"],
  ])("%j is: %s", (items, words) => {
    expect(describeSet(items, "°F")).toBe(words);
  });

  it("names no unit of a setpoint that is not known", () => {
    expect(describeSet([write(0x2500, 28)], undefined)).toBe("set room temperature setpoint to 28");
  });

  it("stays short however many changes there are", () => {
    const words = describeSet(
      Array.from({ length: 500 }, () => write(0x2501, 50)),
      "°F",
    );
    expect(words).toMatch(/and 492 more$/);
  });
});
