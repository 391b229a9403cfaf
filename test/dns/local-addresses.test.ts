import { describe, expect, it } from "vitest";
import { createNetworkSet, isOwnAddress, systemNetwork } from "../../src/dns/local-addresses.js";
import { playNetwork } from "./played-network.js";

describe("addresses of this host", () => {
  it("are what the system lists", () => {
    expect(systemNetwork.addresses()).toContainEqual({
      interface: "lo",
      address: "127.0.0.1",
      network: "127.0.0.1/8",
      internal: true,
    });
  });

  it("are the ones from which the system would call", async () => {
    expect(await systemNetwork.towards("127.0.0.1")).toBe("127.0.0.1");
  });

  it("are unknown where there is no way", async () => {
    expect(await systemNetwork.towards("fe80::1%nosuch0")).toBeUndefined();
  });

  it("are told from others, loopback and «every address» included", () => {
    const network = playNetwork({ eth0: ["192.168.1.10/24", "fe80::10/64"] });
    for (const own of ["192.168.1.10", "::ffff:192.168.1.10", "fe80::10%eth0", "127.0.0.53", "::1", "0.0.0.0", "::"]) {
      expect(isOwnAddress(own, network)).toBe(true);
    }
    for (const other of ["192.168.1.11", "fe80::11%eth0", "9.9.9.9"]) expect(isOwnAddress(other, network)).toBe(false);
  });
});

describe("a set of networks", () => {
  it("has the addresses of its networks alone", () => {
    const isIn = createNetworkSet(["10.0.0.0/8", "fd00::/8"]);
    expect(["10.1.2.3", "fd12::1"].map(isIn)).toEqual([true, true]);
    expect(["11.0.0.1", "fe80::1", "no address"].map(isIn)).toEqual([false, false, false]);
  });
});
