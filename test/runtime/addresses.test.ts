import { describe, expect, it } from "vitest";
import { formatAddressAndPort, plainAddress } from "../../src/runtime/addresses.js";

describe("one spelling of an address", () => {
  it.each([
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::ffff:192.168.1.10", "192.168.1.10"],
    ["::ffff:c000:201", "192.0.2.1"],
    ["fe80::1%eth0", "fe80::1"],
    ["FE80::1%eth0", "fe80::1"],
    ["2001:0DB8:0:0::1", "2001:db8::1"],
    ["FD00:0:0::1", "fd00::1"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["192.0.2.1", "192.0.2.1"],
    ["192.168.1.10", "192.168.1.10"],
    ["", ""],
  ])("%s is %s", (given, expected) => {
    expect(plainAddress(given)).toBe(expected);
  });
});

describe("an address with its port", () => {
  it.each([
    ["192.168.1.50", "192.168.1.50:443"],
    ["fd00::1", "[fd00::1]:443"],
    ["fe80::1%eth0", "[fe80::1%eth0]:443"],
    ["cloud.example", "cloud.example:443"],
  ])("of %s is %s", (address, expected) => {
    expect(formatAddressAndPort(address, 443)).toBe(expected);
  });
});
