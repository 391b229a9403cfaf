import { describe, expect, it } from "vitest";
import { ExchangeNames } from "../../../src/sinks/spool/exchange-names.js";

const up = "device-to-cloud";
const down = "cloud-to-device";

function setUp() {
  const names = new ExchangeNames();
  let number = 0;
  const next = (): string => {
    number += 1;
    return String(number);
  };
  return (direction: typeof up | typeof down) => names.nameOf(direction, next);
}

describe("names of exchanges", () => {
  it("are the same for a question and its answer", () => {
    const name = setUp();
    expect([name(up), name(down), name(up), name(down)]).toEqual(["1", "1", "2", "2"]);
  });

  it("go to answers in the order of the questions", () => {
    const name = setUp();
    expect([up, up, down, up, down, down].map((side) => name(side as typeof up))).toEqual([
      "1",
      "2",
      "1",
      "3",
      "2",
      "3",
    ]);
  });

  it("wait for a question whose answer came first", () => {
    const name = setUp();
    expect([name(down), name(up), name(up), name(down)]).toEqual(["1", "1", "2", "2"]);
  });

  it("forget the oldest of many that nobody answers", () => {
    const name = setUp();
    for (let number = 1; number <= 100; number += 1) name(up);
    expect(name(down)).toBe("37");
  });
});
