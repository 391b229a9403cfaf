import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRules, type Rule } from "../../src/intercept/rules.js";
import { anyOptions, home } from "./led-devices.js";

const speaksOfDevices = ({ matches }: Rule): boolean =>
  matches.some(({ type }) => type === "from-devices" || type === "to-devices");
const verdicts = (rules: readonly Rule[]) => rules.map(({ verdict }) => verdict.type);

describe("the rules of interception", () => {
  it("leave alone what concerns this host itself, before anything is led anywhere", () => {
    const { rules, bypassMark } = createRules(home);
    expect(bypassMark).toBe(2);
    expect(rules.slice(0, 4).map(({ matches }) => matches)).toEqual([
      [{ type: "from-loopback" }],
      [{ type: "marked", mark: 2 }],
      [{ type: "to-this-host" }],
      [{ type: "from-this-host" }],
    ]);
    expect(verdicts(rules.slice(0, 4))).toEqual(["leave", "leave", "leave", "leave"]);
  });

  it("lead a device's connections to the ports of clouds to the relay's port, in each family that has devices", () => {
    const { rules, families } = createRules(home);
    expect(families).toEqual([4, 6]);
    expect(rules.slice(4).map(({ family, verdict }) => ({ family, ...verdict }))).toEqual([
      { family: 4, type: "redirect", relay: "deye", port: 10_000 },
      { family: 4, type: "redirect", relay: "envoy-2", port: 8443 },
      { family: 6, type: "redirect", relay: "deye", port: 10_000 },
      { family: 6, type: "redirect", relay: "envoy-2", port: 8443 },
    ]);
    expect(createRules({ ...home, devices: ["fd00::50"] }).families).toEqual([6]);
  });

  it("give packets of connections that were taken over to their socket first", () => {
    const { rules } = createRules({ ...home, mode: "tproxy", devices: ["192.168.1.50"] });
    expect(verdicts(rules.slice(4))).toEqual(["deliver", "tproxy", "tproxy"]);
    expect(rules[4]?.matches).toEqual([
      { type: "from-devices" },
      { type: "tcp-to", ports: [80, 443, 10_000] },
      { type: "held-connection" },
    ]);
  });

  it("take a cloud's answers to a connection in the device's name, only where it is made so", () => {
    const answered = (source: "bridge" | "device") =>
      createRules({ ...home, mode: "tproxy", source }).rules.some(({ matches }) =>
        matches.some(({ type }) => type === "to-devices"),
      );
    expect(answered("device")).toBe(true);
    expect(answered("bridge")).toBe(false);
  });

  it("have none for a relay that no port leads to", () => {
    const { rules } = createRules({
      ...home,
      mode: "tproxy",
      relays: [{ name: "raw", port: 9, destinationPorts: [] }],
    });
    expect(verdicts(rules)).toEqual(["leave", "leave", "leave", "leave"]);
  });

  it("touch nothing but configured devices, hold every one of them, and say why each rule is there", () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const { rules, devices } = createRules(options);
        expect(rules.filter(({ verdict }) => verdict.type !== "leave").every(speaksOfDevices)).toBe(true);
        expect([...devices[4], ...devices[6]].toSorted()).toEqual([...options.devices].toSorted());
        expect(rules.every(({ why }) => why.endsWith("."))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
