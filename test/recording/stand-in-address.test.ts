import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyStream } from "../../src/recording/key-stream.js";
import { planAddress } from "../../src/recording/stand-in-address.js";
import { formatIpAddress, parseIpAddress } from "../../src/wire/ip-address.js";

function standIn(address: string, label = address): string | undefined {
  const plan = planAddress(address);
  return plan?.type === "replaced" ? plan.propose(new KeyStream(new Uint8Array(32), label)) : plan?.type;
}

describe("planAddress", () => {
  it.each(["127.0.0.1", "0.0.0.0", "255.255.255.0", "255.255.255.255", "224.0.0.251", "::1", "::", "ff02::1"])(
    "leaves %s, which is everybody's",
    (address) => expect(standIn(address)).toBe("kept"),
  );

  it.each([
    ["192.168.1.210", /^192\.168\.\d\.\d{3}$|^192\.168\.\d\d\.\d\d$/],
    ["10.0.0.217", /^10\.\d+\.\d+\.\d+$/],
    ["172.20.3.4", /^172\.20\.\d\.\d$/],
    ["100.64.3.4", /^100\.64\.\d\.\d$/],
    ["169.254.3.4", /^169\.254\.\d\.\d$/],
    ["54.208.1.11", /^(192\.0\.2|203\.0\.113)\.\d+$/],
    ["142.250.186.174", /^198\.51\.100\.\d+$/],
    ["fe80::1234:5678:9abc:def0", /^fe80::[0-9a-f:]+$/],
    ["fd12:3456::1", /^fd00::[0-9a-f:]+$/],
    ["2a02:810d:1234::77", /^2001:db8::[0-9a-f:]+$/],
  ])("puts %s into a network of the same kind, or one for examples", (address, expected) => {
    expect(standIn(address)).toMatch(expected);
  });

  it("knows no address in other text", () => {
    expect(planAddress("1.2.3")).toBeUndefined();
    expect(planAddress("Home")).toBeUndefined();
  });

  it("gives an address that can be read, of the same family and no longer", () => {
    const any = fc.oneof(fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(any, fc.string(), (address, label) => {
        const plan = planAddress(address);
        if (plan?.type !== "replaced") return;
        const other = plan.propose(new KeyStream(new Uint8Array(32), label));
        const written = formatIpAddress(parseIpAddress(plan.original) ?? new Uint8Array());
        expect(parseIpAddress(other)?.length).toBe(parseIpAddress(plan.original)?.length);
        expect(other.length).toBeLessThanOrEqual(written.length);
      }),
      { numRuns: 2_000 },
    );
  });
});
