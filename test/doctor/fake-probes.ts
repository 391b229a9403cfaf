import type { Probes } from "../../src/doctor/probes.js";
import { cloudAddress, device, host } from "./sample-facts.js";

/** A world in which everything is as it should be, but for what a test changes. */
export function fakeProbes(changes: Partial<Probes> = {}): Probes {
  return {
    addresses: () => [
      { interface: "lo", address: "127.0.0.1", prefix: 8, internal: true },
      { interface: "eth0", address: host, prefix: 24, internal: false },
    ],
    neighbours: async () => [{ address: device, interface: "eth0", mac: "02:00:00:00:00:50" }],
    port: async () => ({ type: "taken", owners: [] }),
    rules: async () => ({ type: "present", what: "the nftables table inet cloudtap" }),
    routes: async () => ({ type: "present", what: "the rule from mark 0x1 to table 100 and its local route" }),
    hostFindings: async () => [],
    forwards: async () => true,
    name: async (name, servers) => ({ name, servers, addresses: [cloudAddress] }),
    dial: async ({ addresses, tls }) => ({
      type: "connected",
      address: addresses[0] ?? "",
      security: tls === undefined ? "plain" : "tls",
    }),
    ...changes,
  };
}
