import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deviceParts, hashOf, parseRoute, type Route } from "../../../../src/web/page/logic/route.js";

describe("routes", () => {
  it("begin with the overview", () => {
    for (const hash of ["", "#", "#/", "/"]) expect(parseRoute(hash)).toEqual({ view: "overview" });
  });

  it("lead to views, devices, parts of devices, and sessions", () => {
    expect(parseRoute("#/sessions")).toEqual({ view: "sessions" });
    expect(parseRoute("#/device/envoy_1")).toEqual({ view: "device", id: "envoy_1", part: "charts" });
    expect(parseRoute("#/device/envoy_1/values")).toEqual({ view: "device", id: "envoy_1", part: "values" });
    expect(parseRoute("#/session/12-3")).toEqual({ view: "session", id: "12-3" });
  });

  it("lead nowhere where there is nothing", () => {
    for (const hash of ["#/nowhere", "#/device", "#/device/", "#/device/a/b", "#/sessions/1", "#/session/%E0%A4%A"])
      expect(parseRoute(hash), hash).toEqual({ view: "unknown" });
  });

  it("are found again in their own hash, whatever a device is called", () => {
    const id = fc.string({ minLength: 1, unit: "grapheme" });
    const routes: fc.Arbitrary<Route> = fc.oneof(
      fc.constantFrom<Route>({ view: "overview" }, { view: "captures" }, { view: "setup" }, { view: "privacy" }),
      fc.record({ view: fc.constant("device" as const), id, part: fc.constantFrom(...deviceParts) }),
      fc.record({ view: fc.constant("session" as const), id }),
    );
    fc.assert(
      fc.property(routes, (route) => {
        expect(parseRoute(hashOf(route))).toEqual(route);
      }),
    );
  });

  it("that lead nowhere have the overview's hash", () => {
    expect(hashOf({ view: "unknown" })).toBe("#/");
  });
});
