import { describe, expect, it } from "vitest";
import { measuredAtS, storedAtS } from "../../../src/protocols/solarman/record-time.js";

const live = { totalS: 6_845_725, powerOnS: 8_000, offsetS: 1_705_918_066, recordCounter: 1_740 };

function stored(totalS: number, recordCounter: number) {
  const payload = new Uint8Array(0);
  return { stored: true, sensorType: 0x5408, dataStatus: 1, totalS, powerOnS: 0, offsetS: 0, recordCounter, payload };
}

describe("measuredAtS", () => {
  it("D21: adds working time and offset", () => {
    expect(measuredAtS({ totalS: 6_755_845, powerOnS: 873, offsetS: 1_705_840_598 })).toBe(1_712_596_443);
  });

  it("does not know a time without an offset, and believes none outside this century", () => {
    expect(measuredAtS({ totalS: 6_838_696, powerOnS: 7_942, offsetS: 0 })).toBe("unknown");
    expect(measuredAtS({ totalS: 5, powerOnS: 5, offsetS: 1_000_000_000 })).toBe("implausible");
    expect(measuredAtS({ totalS: 4_000_000_000, powerOnS: 5, offsetS: 4_000_000_000 })).toBe("implausible");
  });

  it("believes the sum where the working time is the larger part", () => {
    expect(measuredAtS({ totalS: 925_729_366, powerOnS: 1_278, offsetS: 783_766_424 })).toBe(1_709_495_790);
  });
});

describe("storedAtS", () => {
  it("takes the offset of the live record while the logger kept running", () => {
    expect(storedAtS(stored(6_838_696, 1_717), live)).toBe(1_712_756_762);
    expect(storedAtS(stored(6_838_000, 1), live)).toBe(6_838_000 + live.offsetS);
  });

  it("takes it over a restart of the logger where only few records lie between", () => {
    const restarted = { ...live, powerOnS: 60 };
    expect(storedAtS(stored(6_838_696, 1_717), restarted)).toBe(1_712_756_762);
    expect(storedAtS(stored(6_738_696, 1_417), restarted)).toBeUndefined();
  });

  it("knows no time without a live record, or of a record that is younger than it", () => {
    expect(storedAtS(stored(6_838_696, 1_717), undefined)).toBeUndefined();
    expect(storedAtS(stored(6_945_725, 1_741), live)).toBeUndefined();
  });
});
