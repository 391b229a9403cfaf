import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatNetwork, networksOverlap, parseNetwork } from "../../src/config/network.js";

function network(text: string) {
  const parsed = parseNetwork(text);
  if (parsed === undefined) throw new Error(`expected ${text} to be a network`);
  return parsed;
}

describe("addresses and networks of devices", () => {
  it("spells each in one way", () => {
    expect(formatNetwork(network("192.168.1.50"))).toBe("192.168.1.50");
    expect(formatNetwork(network("192.168.1.50/32"))).toBe("192.168.1.50");
    expect(formatNetwork(network("FD00:0:0::5/64"))).toBe("fd00::5/64");
  });

  it.each(["", "192.168.1", "192.168.1.50/33", "192.168.1.0/0", "fd00::/129", "deye.lan", "1.2.3.4/8/8", "1.2.3.4/-1"])(
    "refuses %s",
    (text) => {
      expect(parseNetwork(text)).toBeUndefined();
    },
  );

  it("never throws, whatever the text", () => {
    fc.assert(fc.property(fc.string(), (text) => void parseNetwork(text)));
  });

  it.each([
    ["192.168.1.0/24", "192.168.1.50", true],
    ["192.168.1.50", "192.168.1.0/24", true],
    ["192.168.1.0/25", "192.168.1.128/25", false],
    ["fd00::/64", "fd00::5", true],
    ["fd00::/64", "fd00:0:0:1::5", false],
    ["0.0.0.1/1", "fd00::/8", false],
  ])("%s and %s overlap: %s", (one, other, expected) => {
    expect(networksOverlap(network(one), network(other))).toBe(expected);
  });
});
