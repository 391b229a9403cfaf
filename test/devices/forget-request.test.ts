import { describe, expect, it } from "vitest";
import { forgetOnRequest } from "../../src/devices/forget-request.js";
import type { SpliceRecord } from "../../src/model/splice.js";
import type { EpochMs } from "../../src/model/time.js";

const record: SpliceRecord = {
  ...{ relay: "roof", address: "192.168.1.50", target: "cloud.example.com" },
  ...{ since: Date.UTC(2026, 5, 21, 10) as EpochMs, reason: "alert unknown ca" },
};

describe("a request to forget", () => {
  it("is passed on, and answered with what was forgotten", () => {
    const asked: (readonly [string, string | undefined])[] = [];
    const forget = (what: string, relay?: string): readonly SpliceRecord[] => {
      asked.push([what, relay]);
      return [record];
    };
    expect(forgetOnRequest({ what: "all" }, forget)).toEqual([{ ...record, since: "2026-06-21T10:00:00.000Z" }]);
    forgetOnRequest({ what: "192.168.1.50", relay: "roof" }, forget);
    expect(asked).toEqual([
      ["all", undefined],
      ["192.168.1.50", "roof"],
    ]);
  });

  it.each([{}, { what: "" }, { what: 1 }, { what: "all", relay: 1 }])("is refused where it is %j", (args) => {
    expect(() => forgetOnRequest(args, () => [])).toThrow('expected {"what"');
  });
});
