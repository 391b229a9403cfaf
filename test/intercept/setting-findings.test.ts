import { describe, expect, it } from "vitest";
import type { HostFacts } from "../../src/intercept/host-facts.js";
import type { InterceptOptions } from "../../src/intercept/options.js";
import { createRules } from "../../src/intercept/rules.js";
import { findSettings, sysctlCommand } from "../../src/intercept/setting-findings.js";
import { readyHost, withSettings } from "./host-picture.js";
import { home } from "./led-devices.js";

const find = (facts: HostFacts, changes: Partial<InterceptOptions> = {}) => {
  const options: InterceptOptions = { ...home, mode: "tproxy", ...changes };
  return findSettings(options, createRules(options), facts);
};
const problems = (facts: HostFacts, changes?: Partial<InterceptOptions>) =>
  find(facts, changes).filter(({ state }) => state === "problem");

describe("settings of the host", () => {
  it("are all right on a gateway", () => {
    expect(find(readyHost).map(({ check, state }) => `${check} ${state}`)).toEqual([
      "forwarding_v4 ok",
      "forwarding_v6 ok",
      "send_redirects ok",
      "reverse_path ok",
    ]);
  });

  it.each([
    ["forwarding_v4", "net/ipv4/ip_forward", "0", "sysctl -w net.ipv4.ip_forward=1"],
    ["forwarding_v6", "net/ipv6/conf/all/forwarding", "0", "sysctl -w net.ipv6.conf.all.forwarding=1"],
    ["send_redirects", "net/ipv4/conf/all/send_redirects", "1", "sysctl -w net.ipv4.conf.all.send_redirects=0"],
    ["reverse_path", "net/ipv4/conf/eth0/rp_filter", "1", "sysctl -w net.ipv4.conf.eth0.rp_filter=2"],
  ])("%s is in the way with %s at %s, and the remedy is a command", (check, key, value, command) => {
    const [problem, ...others] = problems(withSettings({ [key]: value }));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ check, remedy: `Set intercept.prepare: true, or run: ${command}` });
  });

  it("listen to router advertisements on when IPv6 is forwarded", () => {
    const changes = { "net/ipv6/conf/all/forwarding": "0", "net/ipv6/conf/eth0/accept_ra": "1" };
    expect(problems(withSettings(changes))[0]?.remedy).toContain("sysctl -w net.ipv6.conf.eth0.accept_ra=2");
  });

  it("are changed by Cloudtap where the configuration lets it", () => {
    const [problem] = problems(withSettings({ "net/ipv4/ip_forward": "0" }), { prepare: true });
    expect(problem?.remedy).toMatch(/^It is changed when interception begins, and put back by the clean-up/);
  });

  it("matter only to the families and the mode in use", () => {
    const facts = withSettings({ "net/ipv6/conf/all/forwarding": "0", "net/ipv4/conf/eth0/rp_filter": "1" });
    expect(problems(facts, { mode: "redirect", devices: ["192.168.1.50"] })).toEqual([]);
  });

  it("are unknown where they cannot be read", () => {
    expect(find({ ...readyHost, settings: new Map() })).toMatchObject([{ check: "settings", state: "unknown" }]);
  });

  it("are named as sysctl names them, also on interfaces with a dot", () => {
    const change = { key: "net/ipv4/conf/eth0.5/rp_filter", before: "1", set: "2", written: true };
    expect(sysctlCommand(change)).toBe("sysctl -w net.ipv4.conf.eth0/5.rp_filter=2");
  });
});
