import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { holdsNothing, noteTables, removeTables } from "../../src/intercept/created-tables.js";
import { type ApplySetup, setUpApply } from "./apply-setup.js";
import { memoryHost } from "./memory-host.js";

const hook = { chain: { family: "ip", table: "nat", name: "PREROUTING", hook: "prerouting", policy: "accept" } };
const empty = JSON.stringify({ nftables: [{ metainfo: {} }, { table: { family: "ip", name: "nat" } }, hook] });
const used = JSON.stringify({ nftables: [hook, { rule: { chain: "PREROUTING" } }] });
const demand = { mode: "redirect", families: [4, 6] } as const;

describe("tables that iptables makes", () => {
  let setup: ApplySetup;

  beforeEach(() => {
    setup = setUpApply();
  });

  afterEach(() => setup.remove());

  function machine(tables: string, listing: string) {
    return memoryHost({}, ({ args }) => (args[1] === "tables" ? tables : args[0] === "-j" ? listing : ""));
  }

  it("are noted where they are not there yet, and removed when they hold nothing", async () => {
    const host = machine("table ip6 nat\n", empty);
    await noteTables(host, setup.journal, demand);
    expect((await setup.journal.read())?.tables).toEqual(["ip nat"]);
    expect(await removeTables(host, setup.journal)).toEqual(["removed the empty table ip nat that iptables had made"]);
    expect(await setup.journal.read()).toBeUndefined();
    expect(await removeTables(host, setup.journal)).toEqual([]);
  });

  it("stay where others use them meanwhile", async () => {
    const host = machine("", used);
    await noteTables(host, setup.journal, demand);
    expect(await removeTables(host, setup.journal)).toEqual([]);
    expect(host.calls.some(({ args }) => args[0] === "delete")).toBe(false);
  });

  it("stay where they were before", async () => {
    const host = machine("table ip nat\ntable ip6 nat\n", empty);
    await noteTables(host, setup.journal, demand);
    expect(await setup.journal.read()).toBeUndefined();
  });

  it("hold something where anything but open hooks is in them", () => {
    expect(holdsNothing(empty)).toBe(true);
    expect(holdsNothing(used)).toBe(false);
    expect(holdsNothing(JSON.stringify({ nftables: [{ chain: { name: "MINE" } }] }))).toBe(false);
    expect(holdsNothing(JSON.stringify({ nftables: [{ chain: { hook: "input", policy: "drop" } }] }))).toBe(false);
    expect(holdsNothing("nonsense")).toBe(false);
  });
});
