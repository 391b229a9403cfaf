import { describe, expect, it } from "vitest";
import { createAskerRule } from "../../src/dns/askers.js";
import { FakeClock } from "../support/fake-clock.js";
import { playNetwork } from "./played-network.js";

describe("who may ask", () => {
  it.each([
    ...["10.1.2.3", "172.31.0.1", "192.168.1.50", "169.254.3.4", "127.0.0.1"],
    ...["fd12::1", "fe80::1%eth0", "::1", "::ffff:192.168.1.50"],
  ])("%s may, wherever this host is", (address) => {
    expect(createAskerRule(playNetwork({}), new FakeClock())(address)).toBe(true);
  });

  it.each(["9.9.9.9", "172.32.0.1", "2001:db8::1", "::ffff:9.9.9.9", "100.64.0.1", ""])("%s may not", (address) => {
    expect(createAskerRule(playNetwork({ eth0: ["192.168.1.10/24"] }), new FakeClock())(address)).toBe(false);
  });

  it("who is in a network of this host may, whatever its addresses are", () => {
    const rule = createAskerRule(playNetwork({ eth0: ["203.0.113.7/28", "2001:db8:1::7/64"] }), new FakeClock());
    expect(["203.0.113.14", "2001:db8:1::9"].map(rule)).toEqual([true, true]);
    expect(["203.0.113.17", "2001:db8:2::9"].map(rule)).toEqual([false, false]);
  });

  it("notices within half a minute that this host is in another network", () => {
    const clock = new FakeClock();
    const networks = [playNetwork({}), playNetwork({ eth0: ["203.0.113.7/28"] })];
    const moving = { ...playNetwork({}), addresses: () => networks.shift()?.addresses() ?? [] };
    const rule = createAskerRule(moving, clock);
    expect(rule("203.0.113.14")).toBe(false);
    clock.advance(30_000);
    expect(rule("203.0.113.14")).toBe(true);
  });
});
