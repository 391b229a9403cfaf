import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCaptureTime, readCaptureWish } from "../../src/devices/capture-wish.js";

const refusal = "expected ON, OFF or seconds up to 604800";

describe("how long somebody wants a capture", () => {
  it.each([
    ["ON", 600_000],
    [" on\n", 600_000],
    ["True", 600_000],
    ["OFF", 0],
    ["false", 0],
    ["0", 0],
    ["90", 90_000],
    ["604800", 604_800_000],
  ])("%j means that many milliseconds", (payload, forMs) => {
    expect(readCaptureTime(payload)).toEqual({ wish: { forMs } });
    expect(readCaptureWish(payload)).toEqual({ wish: { forMs } });
  });

  it.each(["", "604801", "-1", "1.5", "always", "9".repeat(400)])("%j says nothing", (payload) => {
    expect(readCaptureTime(payload)).toEqual({ error: refusal });
  });
});

describe("whose traffic somebody wants captured", () => {
  it.each([
    ['{"relay":"deye","seconds":60}', { forMs: 60_000, relay: "deye" }],
    ['{"device":"envoy_1"}', { forMs: 600_000, device: "envoy_1" }],
    [' {"relay":"deye","seconds":"OFF"}', { forMs: 0, relay: "deye" }],
    ['{"seconds":0.5}', { forMs: 500 }],
    ["{}", { forMs: 600_000 }],
  ])("%s", (payload, wish) => {
    expect(readCaptureWish(payload)).toEqual({ wish });
  });

  it.each([
    ['{"relay":', `${refusal}, or a JSON object`],
    ['{"relais":"deye"}', "expected relay, device and seconds, found relais"],
    ['{"relay":"a","device":"b"}', "expected relay or device, not both"],
    ['{"relay":7}', "expected a name as relay or device"],
    ['{"seconds":-1}', refusal],
    ['{"seconds":null}', refusal],
  ])("%s is refused with what was expected", (payload, error) => {
    expect(readCaptureWish(payload)).toEqual({ error });
  });

  it("is a wish or a reason, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((text) => `{"seconds":${text}}`),
        ),
        (payload) => {
          const read = readCaptureWish(payload);
          if ("error" in read) expect(read.error).not.toBe("");
          else expect(read.wish.forMs).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});
