import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHost, type Host } from "../../src/intercept/host.js";
import { readCapability, readForwardPolicy, readHostFacts } from "../../src/intercept/host-facts.js";
import { createRules } from "../../src/intercept/rules.js";
import { Namespace } from "../support/network/namespace.js";
import { describeWithNetworks } from "../support/network/requirements.js";
import { home } from "./led-devices.js";
import { memoryHost } from "./memory-host.js";

const status = (mask: string) => `Name:\tnode\nCapPrm:\t0000000000000000\nCapEff:\t${mask}\n`;
const missing = { type: "missing" } as const;

describe("facts of a host", () => {
  it.each([
    ["0000000000001000", true],
    ["000001ffffffffff", true],
    ["0000000000000fff", false],
    ["0000000000000000", false],
  ])("tell from the mask %s whether the packet filter may be changed", (mask, expected) => {
    expect(readCapability(status(mask))).toBe(expected);
  });

  it("are unknown where the system says nothing, and the look at it does not fail", async () => {
    const facts = await readHostFacts(
      memoryHost({}, () => missing),
      createRules(home),
    );
    expect(facts).toMatchObject({ capable: undefined, tools: {}, interfaces: [], nftRefusal: undefined });
    expect(facts.clashes).toEqual([]);
    expect(facts.foreignRules).toEqual([]);
  });

  it("do not ask nft about the rules without the right to", async () => {
    const host = memoryHost({ "/proc/self/status": status("0000000000000000") });
    const facts = await readHostFacts(host, createRules(home));
    expect(facts).toMatchObject({ capable: false, nftRefusal: undefined });
    expect(host.calls.filter(({ args }) => args.includes("-c"))).toEqual([]);
  });

  it("hold the policy for forwarded packets and the rules beside it", () => {
    const saved = `*nat\n:FORWARD DROP [0:0]\nCOMMIT\n*filter\n:FORWARD DROP [0:0]\n:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER\n-A INPUT -j ACCEPT\n-A DOCKER-USER -j RETURN\nCOMMIT\n`;
    expect(readForwardPolicy(saved, 4)).toEqual({
      ...{ family: 4, drops: true, hasDockerUser: true },
      rules: ["-A FORWARD -j DOCKER-USER", "-A DOCKER-USER -j RETURN"],
    });
    expect(readForwardPolicy("", 6)).toEqual({ family: 6, drops: false, hasDockerUser: false, rules: [] });
  });
});

describeWithNetworks("facts of a machine of its own", () => {
  let machine: Namespace;
  beforeAll(() => {
    machine = Namespace.create("facts");
  });
  afterAll(() => machine.remove());

  /** This machine's files, the other one's tools. */
  const host = (): Host => ({
    ...createHost(),
    commands: {
      async run(program, args, input = "") {
        const { code, stdout, stderr } = await machine.feed(input, program, ...args);
        return code === 0 ? { type: "done", stdout, stderr } : { type: "failed", exit: String(code), stdout, stderr };
      },
    },
  });
  const everything = async () =>
    (await machine.read("nft", "list", "ruleset")) +
    (await machine.read("sh", "-c", "iptables-save; ip6tables-save; ip rule; ip -6 rule")).replace(/^#.*\n/gm, "");

  it("are read without leaving anything behind", async () => {
    const before = await everything();
    const facts = await readHostFacts(host(), createRules({ ...home, mode: "tproxy" }));
    expect(facts).toMatchObject({ capable: true, nftRefusal: "", clashes: [], foreignRules: [] });
    expect(facts.tools.nft).toMatch(/^nftables v/);
    expect(facts.tools.ip6tables).toMatch(/^ip6tables v/);
    expect(await everything()).toBe(before);
  });

  it("hold what nft says to rules that it does not take", async () => {
    const rules = createRules(home);
    const facts = await readHostFacts(host(), { ...rules, devices: { 4: ["nonsense/99"], 6: [] } });
    expect(facts.nftRefusal).toContain("Error:");
  });

  it("hold rules and policies of others", async () => {
    await machine.read("iptables", "-P", "FORWARD", "DROP");
    await machine.read("iptables", "-t", "nat", "-A", "PREROUTING", "-p", "tcp", "--dport", "443", "-j", "REDIRECT");
    await machine.read("ip", "rule", "add", "fwmark", "0x1", "lookup", "77");
    const facts = await readHostFacts(host(), createRules(home));
    expect(facts.forwarding).toMatchObject([
      { family: 4, drops: true },
      { family: 6, drops: false },
    ]);
    expect(facts.foreignRules.map(({ text }) => text)).toContain("-A PREROUTING -p tcp -m tcp --dport 443 -j REDIRECT");
    expect(facts.clashes).toMatchObject([{ what: "mark", family: 4 }]);
  });
});
