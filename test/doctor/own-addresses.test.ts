import { describe, expect, it } from "vitest";
import {
  addressBeside,
  addressesForDevices,
  addressForDevices,
  createAddressSet,
  type HostAddress,
  isOwn,
  readHostAddresses,
} from "../../src/doctor/own-addresses.js";

const addresses: readonly HostAddress[] = [
  { interface: "lo", address: "127.0.0.1", prefix: 8, internal: true },
  { interface: "eth0", address: "fe80::1", prefix: 64, internal: false },
  { interface: "eth0", address: "192.168.1.4", prefix: 24, internal: false },
  { interface: "eth1", address: "10.0.0.1", prefix: 16, internal: false },
  { interface: "eth1", address: "fd00::4", prefix: 64, internal: false },
];

describe("addresses of this host", () => {
  it("are read with their networks", () => {
    expect(readHostAddresses()).toContainEqual({ interface: "lo", address: "127.0.0.1", prefix: 8, internal: true });
  });

  it.each([
    ["192.168.1.4", true],
    ["127.0.0.53", true],
    ["::1", true],
    ["0.0.0.0", true],
    ["192.168.1.5", false],
    ["2001:db8::1", false],
  ])("%s leads here: %s", (address, expected) => {
    expect(isOwn(address, addresses)).toBe(expected);
  });

  it.each([
    ["192.168.1.50", "192.168.1.4"],
    ["10.0.99.1", "10.0.0.1"],
    ["fd00::50", "fd00::4"],
    ["192.168.2.50", undefined],
    ["127.0.0.2", undefined],
  ])("%s has %s beside it", (address, expected) => {
    expect(addressBeside(address, addresses)?.address).toBe(expected);
  });

  it("are told to a device that shares a network with one", () => {
    expect(addressForDevices(["10.0.5.5"], addresses)).toBe("10.0.0.1");
    expect(addressForDevices(["10.0.5.0/24"], addresses)).toBe("10.0.0.1");
  });

  it("are told otherwise from the interface that is meant, else the first of IPv4", () => {
    expect(addressForDevices([], addresses, "eth1")).toBe("10.0.0.1");
    expect(addressForDevices(["172.16.0.1"], addresses)).toBe("192.168.1.4");
    expect(addressForDevices([], [])).toBeUndefined();
  });
});

describe("the addresses that devices may use", () => {
  const home: readonly HostAddress[] = [
    { interface: "docker0", address: "172.17.0.1", prefix: 16, internal: false },
    { interface: "ppp0", address: "203.0.113.9", prefix: 32, internal: false },
    { interface: "wg0", address: "fd01::1", prefix: 64, internal: false },
    ...addresses,
  ];

  it("begin with what looks like the home's network, and leave out what leads nowhere", () => {
    expect(addressesForDevices([], home)).toEqual([
      ...["192.168.1.4", "10.0.0.1", "203.0.113.9", "fd00::4"],
      ...["172.17.0.1", "fd01::1"],
    ]);
    expect(addressesForDevices([], [])).toEqual([]);
  });

  it("begin with the network of the devices, then with the interface that is meant", () => {
    expect(addressesForDevices(["10.0.5.0/24"], home)[0]).toBe("10.0.0.1");
    expect(addressesForDevices([], home, "eth1").slice(0, 3)).toEqual(["10.0.0.1", "fd00::4", "192.168.1.4"]);
    expect(addressesForDevices(["192.168.1.50"], home, "docker0").slice(0, 2)).toEqual(["192.168.1.4", "172.17.0.1"]);
  });
});

describe("a set of addresses", () => {
  it("holds addresses and networks of both families", () => {
    const holds = createAddressSet(["192.168.1.50", "10.0.0.0/8", "fd00::/64"]);
    expect(["192.168.1.50", "10.9.9.9", "fd00::7"].every(holds)).toBe(true);
    expect(["192.168.1.51", "fd00:1::7", "not an address", ""].some(holds)).toBe(false);
  });
});
