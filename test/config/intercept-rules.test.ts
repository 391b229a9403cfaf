import { describe, expect, it } from "vitest";
import { usualInterceptPorts } from "../../src/config/intercept-rules.js";
import { faultsOf, protocols } from "./protocols.js";

const redirect = { mode: "redirect", devices: ["192.168.1.50"] };
const relay = (keys: Readonly<Record<string, unknown>>) => ({ name: "a", protocol: "solarman", ...keys });
const pathsOf = (document: Readonly<Record<string, unknown>>) => faultsOf(document).map(({ path }) => path);

describe("interception and the relays together", () => {
  it("are fine with devices and a port of their own", () => {
    expect(faultsOf({ relays: [relay({ upstream: "original" })], intercept: redirect })).toEqual([]);
    const auto = relay({ protocol: "auto", listen: 4999, upstream: "original" });
    expect(faultsOf({ relays: [auto], intercept: { ...redirect, mode: "tproxy", source: "device" } })).toEqual([]);
  });

  it.each([
    ["rules", { relays: [relay({})], intercept: { mode: "redirect" } }],
    ["following the devices", { relays: [relay({ upstream: "original" })] }],
  ])("ask for the devices' addresses: %s", (_name, document) => {
    expect(pathsOf(document)).toEqual(["intercept.devices"]);
  });

  it("refuse devices that stand there twice, also within a network", () => {
    const devices = ["192.168.1.0/24", "fd00::5", "192.168.1.50", "fd00::5"];
    expect(faultsOf({ intercept: { devices } })).toMatchObject([
      { path: "intercept.devices[2]", allowed: expect.stringContaining("intercept.devices[0]") },
      { path: "intercept.devices[3]", allowed: expect.stringContaining("intercept.devices[1]") },
    ]);
  });

  it("refuse what is no address", () => {
    expect(pathsOf({ intercept: { devices: ["deye.lan"] } })).toEqual(["intercept.devices[0]"]);
  });

  it.each([253, 254, 255])("leave the system's routing table %s alone", (table) => {
    expect(pathsOf({ intercept: { table } })).toEqual(["intercept.table"]);
  });

  it("let a cloud see the device's address with tproxy alone", () => {
    expect(pathsOf({ intercept: { ...redirect, source: "device" } })).toEqual(["intercept.source"]);
  });

  it("let a cloud see the device's address only where relaying keeps the right to", () => {
    const intercept = { ...redirect, mode: "tproxy", source: "device", user: "cloudtap" };
    expect(pathsOf({ intercept })).toEqual(["intercept.source"]);
  });

  it.each([0, "127.0.0.1:10000", "[::1]:10000"])("refuse a port that no packet can be redirected to: %s", (listen) => {
    expect(pathsOf({ relays: [relay({ listen })], intercept: redirect })).toEqual(["relays[0].listen"]);
    expect(faultsOf({ relays: [relay({ listen })] })).toEqual([]);
  });

  it("refuse two relays that the same port leads to", () => {
    const relays = [relay({}), relay({ name: "b", listen: 1, intercept_ports: [443, 10_000] })];
    expect(faultsOf({ relays, intercept: redirect })).toMatchObject([
      { path: "relays[1].intercept_ports", found: "10000", allowed: expect.stringContaining("relays[0]") },
    ]);
  });
});

describe("the ports that lead to a relay", () => {
  it("are the vendor's, with auto those of all vendors", () => {
    expect(usualInterceptPorts("envoy", protocols)).toEqual([443]);
    expect(usualInterceptPorts("auto", protocols)).toEqual([443, 1_030, 10_000]);
    expect(usualInterceptPorts("raw", protocols)).toEqual([]);
  });
});
