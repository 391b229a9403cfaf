import { expect, it } from "vitest";
import { envoy } from "../../src/protocols/envoy/index.js";
import { raw } from "../../src/protocols/raw/index.js";
import { solarman } from "../../src/protocols/solarman/index.js";
import { protocolOfPort, serverPortsOf } from "../../src/recording/server-ports.js";

const protocols = [raw, solarman, envoy];

it("knows the ports that devices connect to, here and at their vendors", () => {
  expect([...serverPortsOf(protocols)].sort()).toEqual([10_000, 443, 4430, 80].sort());
});

it("takes no port for a protocol that fits anything", () => {
  expect(protocolOfPort(raw.defaults.listenPort, protocols)).toBeUndefined();
  expect(protocolOfPort(80, protocols)).toBe(envoy);
  expect(protocolOfPort(10_000, protocols)).toBe(solarman);
  expect(protocolOfPort(0, protocols)).toBeUndefined();
});
