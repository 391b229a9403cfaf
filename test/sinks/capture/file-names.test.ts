import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { growingSuffix } from "../../../src/model/capture.js";
import type { EpochUs } from "../../../src/model/recording.js";
import { captureFileName, finishedName, isCaptureFile, keysSuffix } from "../../../src/sinks/capture/file-names.js";

const at = (Date.UTC(2026, 10, 21, 14, 20, 56) * 1_000 + 123_456) as EpochUs;
const time = fc.integer({ min: 0, max: Date.UTC(2200, 0) * 1_000 }).map((value) => value as EpochUs);

describe("names of capture files", () => {
  it("tell when, the how many-th, and what of", () => {
    expect(captureFileName(at, 1, "all")).toBe("cloudtap-20261121T142056.123456Z-0001-all.pcapng");
  });

  it("sort by time", () => {
    fc.assert(
      fc.property(time, time, fc.integer({ min: 1, max: 9_999 }), (one, other, number) => {
        fc.pre(one < other);
        expect(captureFileName(one, number, "all") < captureFileName(other, 1, "all")).toBe(true);
      }),
    );
  });

  it("sort by number within one microsecond", () => {
    expect(captureFileName(at, 9, "b") < captureFileName(at, 10, "a")).toBe(true);
  });

  it("are told from names of other files, finished or not, with their secrets", () => {
    const name = captureFileName(at, 12_345, "anomaly-deye-192.0.2.10");
    for (const suffix of ["", growingSuffix, keysSuffix]) expect(isCaptureFile(name + suffix)).toBe(true);
    for (const foreign of [
      ...["notes.txt", "cloudtap.pcapng", ".cloudtap-probe", "mine.pcapng", `${name}.gz`, `old-${name}`],
      ...["cloudtap-20261121T142056.123456Z-0001-.pcapng", `${name}${keysSuffix}${growingSuffix}`],
    ])
      expect(isCaptureFile(foreign)).toBe(false);
  });

  it("stay short where what is captured has a long name", () => {
    const name = captureFileName(at, 1, "x".repeat(500));
    expect(name.length).toBeLessThan(128);
    expect(isCaptureFile(name)).toBe(true);
  });

  it("lose their ending once they are finished", () => {
    const name = captureFileName(at, 1, "all");
    expect(finishedName(name + growingSuffix)).toBe(name);
    expect(finishedName(name)).toBe(name);
  });
});
