import { describe, expect, it } from "vitest";
import { CloudtapError } from "../../src/runtime/errors.js";
import { Outage } from "../../src/store/outage.js";
import { recordLog } from "../support/log-recorder.js";

describe("store outage", () => {
  it("is reported once when it begins and once when it is over", () => {
    const { log, lines } = recordLog("info");
    const outage = new Outage(log);
    outage.worked();
    expect(outage.reason).toBeUndefined();
    outage.failed(new CloudtapError("STORE_FAILED", "disk full"), { queue: "q" });
    outage.failed(new Error("disk gone"));
    expect(outage.reason).toBe("disk gone");
    outage.worked();
    expect(outage.reason).toBeUndefined();
    outage.worked();
    expect(lines.map((line) => [line.msg, line.code, line.queue])).toEqual([
      ["store fails", "STORE_FAILED", "q"],
      ["store works again", undefined, undefined],
    ]);
  });
});
