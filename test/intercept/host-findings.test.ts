import { describe, expect, it } from "vitest";
import type { HostFacts } from "../../src/intercept/host-facts.js";
import { findHostProblems, isObstacle } from "../../src/intercept/host-findings.js";
import type { InterceptOptions } from "../../src/intercept/options.js";
import { readyHost } from "./host-picture.js";
import { home } from "./led-devices.js";

const tproxy: InterceptOptions = { ...home, mode: "tproxy" };
const problems = (facts: Partial<HostFacts>, options: InterceptOptions = tproxy) =>
  findHostProblems(options, { ...readyHost, ...facts }).filter(({ state }) => state === "problem");
const { ip: _ip, ...withoutIp } = readyHost.tools;
const place = "iptables table nat, chain PREROUTING";

describe("what of the host is in the way", () => {
  it("is nothing on a gateway that has everything", () => {
    expect(problems({})).toEqual([]);
    expect(findHostProblems(tproxy, readyHost).map(({ check }) => check)).toEqual([
      ...["capability", "backend", "routing_tool", "interface"],
      ...["forwarding_v4", "forwarding_v6", "send_redirects", "reverse_path", "mark", "table", "redirections"],
    ]);
  });

  it.each<readonly [string, Partial<HostFacts>]>([
    ["capability", { capable: false }],
    ["backend", { tools: { ip: "ip" } }],
    ["routing_tool", { tools: withoutIp }],
    ["interface", { interfaces: ["lo", "end0"] }],
    ["mark", { clashes: [{ what: "mark", family: 4, entry: "ip rule 9: fwmark 0x1 lookup 77" }] }],
    ["mark", { foreignRules: [{ place: "nft table ip a, chain b", text: "meta mark set 0x00000002" }] }],
    ["table", { clashes: [{ what: "table", family: 6, entry: "ip route unicast default dev wg0" }] }],
  ])("%s alone, and interception must not begin", (check, facts) => {
    const found = problems(facts);
    expect(found.map((one) => one.check)).toEqual([check]);
    expect(found.every(isObstacle)).toBe(true);
    expect(found.every(({ remedy }) => remedy !== undefined)).toBe(true);
  });

  it.each<readonly [string, Partial<HostFacts>]>([
    ["redirections", { foreignRules: [{ place, text: "-A PREROUTING -p tcp -m tcp --dport 443 -j REDIRECT" }] }],
    ["forward_policy_v4", { forwarding: [{ family: 4, drops: true, hasDockerUser: true, rules: [] }] }],
    ["forwarding_v4", { settings: new Map([...readyHost.settings, ["net/ipv4/ip_forward", "0"]]) }],
  ])("%s alone, which is said but stops nothing", (check, facts) => {
    const found = problems(facts);
    expect(found.map((one) => one.check)).toEqual([check]);
    expect(found.some(isObstacle)).toBe(false);
  });

  it("names the rule or route that clashes", () => {
    const [clash] = problems({ clashes: [{ what: "mark", family: 4, entry: "ip rule 9: fwmark 0x1 lookup 77" }] });
    expect(clash?.found).toContain("ip rule 9: fwmark 0x1 lookup 77 (IPv4)");
  });

  it("is no mark or table that redirect does not use", () => {
    const facts: Partial<HostFacts> = {
      tools: withoutIp,
      clashes: [
        { what: "mark", family: 4, entry: "ip rule 9: fwmark 0x1 lookup 77" },
        { what: "table", family: 4, entry: "ip rule 8: lookup 100" },
      ],
    };
    expect(problems(facts, home)).toEqual([]);
  });

  it("is unknown where the system does not say", () => {
    const found = findHostProblems(tproxy, { ...readyHost, capable: undefined, interfaces: [] });
    expect(found.filter(({ state }) => state === "unknown").map(({ check }) => check)).toEqual([
      "capability",
      "interface",
    ]);
  });
});
