import { describe, expect, it } from "vitest";
import { interceptionOf } from "../../src/config/interception.js";
import { validateConfiguration } from "../../src/config/validate.js";
import { validation } from "./protocols.js";

const relays = [
  { name: "deye", protocol: "solarman", upstream: "original" },
  { name: "all", protocol: "auto", listen: "0.0.0.0:4999", upstream: "original", intercept_ports: [80, 443] },
];
const read = (intercept: object) => interceptionOf(validateConfiguration({ relays, intercept }, validation));

describe("what of a configuration leads devices here", () => {
  it("is nothing with mode none", () => {
    expect(read({ devices: ["192.168.1.50"] })).toBeUndefined();
  });

  it("is where each relay listens, and for which ports of clouds", () => {
    expect(read({ mode: "redirect", devices: ["192.168.1.50"] })).toEqual({
      ...{ mode: "redirect", backend: "auto", devices: ["192.168.1.50"], mark: 1, table: 100 },
      ...{ source: "bridge", prepare: false },
      relays: [
        { name: "deye", port: 10_000, destinationPorts: [10_000] },
        { name: "all", port: 4999, destinationPorts: [80, 443] },
      ],
    });
  });

  it("is without what is nobody's but the program's own", () => {
    const intercept = { mode: "tproxy", devices: ["fd00::50"], interface: "eth0", user: "cloudtap" };
    const led = read({ ...intercept, dns: { enabled: true, listen: 5353 } });
    expect(led).toMatchObject({ mode: "tproxy", interface: "eth0" });
    expect(Object.keys(led ?? {})).not.toEqual(expect.arrayContaining(["user"]));
    expect(Object.keys(led ?? {})).not.toEqual(expect.arrayContaining(["dns"]));
  });
});
