import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lookAtRoutes, lookAtRules } from "../../src/doctor/packet-filter-look.js";
import type { Host } from "../../src/intercept/host.js";
import type { CommandResult } from "../../src/intercept/host-commands.js";
import { failed, memoryHost } from "../intercept/memory-host.js";
import { Namespace } from "../support/network/namespace.js";
import { describeWithNetworks } from "../support/network/requirements.js";
import { hostInside, must } from "./inside.js";

const both = [4, 6] as const;
const routes = { mark: 0x1, table: 100, families: both };

function answering(answers: Readonly<Record<string, CommandResult | string>>): Host {
  return memoryHost({}, ({ program }) => answers[program] ?? { type: "missing" });
}

describe("a look at the rules", () => {
  it("says why it saw nothing", async () => {
    const denied = failed("Operation not permitted (you must be root)");
    expect(await lookAtRules(answering({ nft: denied }), { mode: "redirect", backend: "nft", families: both })).toEqual(
      {
        type: "unseen",
        reason: "nft: Operation not permitted (you must be root) (it ended with exit code 1)",
      },
    );
    expect(await lookAtRoutes(answering({}), routes)).toEqual({
      type: "unseen",
      reason: "ip rule: the program is not installed",
    });
  });

  it("finds those of iptables where nftables has none, when either may be in use", async () => {
    const demand = { mode: "redirect", backend: "auto", families: [4] } as const;
    const jump = "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j CLOUDTAP\nCOMMIT\n";
    expect(await lookAtRules(answering({ nft: "table ip nat\n", "iptables-save": jump }), demand)).toMatchObject({
      type: "present",
      what: expect.stringContaining("iptables"),
    });
    expect(await lookAtRules(answering({ nft: "table ip nat\n" }), demand)).toEqual({
      type: "absent",
      what: "the nftables table inet cloudtap",
    });
    expect(await lookAtRules(answering({ "iptables-save": jump }), demand)).toMatchObject({ type: "present" });
  });
});

describeWithNetworks("a look at the rules of a machine", () => {
  let machine: Namespace;
  let host: Host;

  beforeAll(async () => {
    Namespace.removeAbandoned();
    machine = Namespace.create("doctor");
    host = hostInside(machine);
    await must(host, "ip", "link", "set", "lo", "up");
  });

  afterAll(() => machine.remove());

  it("sees the table of nftables come and go", async () => {
    const demand = { mode: "redirect", backend: "nft", families: both } as const;
    expect((await lookAtRules(host, demand)).type).toBe("absent");
    await must(host, "nft", "add", "table", "inet", "cloudtap");
    expect((await lookAtRules(host, demand)).type).toBe("present");
    await must(host, "nft", "delete", "table", "inet", "cloudtap");
    expect((await lookAtRules(host, demand)).type).toBe("absent");
  });

  it.each([
    { mode: "redirect", table: "nat" },
    { mode: "tproxy", table: "mangle" },
  ] as const)("sees the jump of iptables in $table, in each family that is wanted", async ({ mode, table }) => {
    const demand = { mode, backend: "iptables", families: both } as const;
    expect((await lookAtRules(host, demand)).type).toBe("absent");
    for (const tool of ["iptables", "ip6tables"]) {
      const look = await lookAtRules(host, demand);
      expect(look).toMatchObject({ type: "absent", what: expect.stringContaining(`${tool} -t ${table}`) });
      await must(host, tool, "-t", table, "-N", "CLOUDTAP");
      await must(host, tool, "-t", table, "-A", "PREROUTING", "-j", "CLOUDTAP");
    }
    expect((await lookAtRules(host, demand)).type).toBe("present");
    await must(host, "iptables", "-t", table, "-F", "PREROUTING");
    expect((await lookAtRules(host, demand)).type).toBe("absent");
  });

  it("sees the rule and the route that tproxy needs, in each family that is wanted", async () => {
    for (const family of ["-4", "-6"]) {
      expect(await lookAtRoutes(host, routes)).toMatchObject({
        type: "absent",
        what: expect.stringContaining(`ip ${family} rule`),
      });
      await must(host, "ip", family, "rule", "add", "fwmark", "0x1", "lookup", "100");
      expect(await lookAtRoutes(host, routes)).toMatchObject({
        type: "absent",
        what: expect.stringContaining(`ip ${family} route`),
      });
      await must(host, "ip", family, "route", "add", "local", "default", "dev", "lo", "table", "100");
    }
    expect((await lookAtRoutes(host, routes)).type).toBe("present");
    expect((await lookAtRoutes(host, { ...routes, mark: 0x2 })).type).toBe("absent");
  });
});
