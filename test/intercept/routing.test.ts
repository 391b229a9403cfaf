import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findRoutingClashes, routingCommands } from "../../src/intercept/routing.js";
import { Namespace } from "../support/network/namespace.js";
import { describeWithNetworks } from "../support/network/requirements.js";

const own = { mark: 1, table: 100 };
const clashes = (rules: readonly object[], routes: readonly object[] = []) =>
  findRoutingClashes({ family: 4, rules: JSON.stringify(rules), routes: JSON.stringify(routes) }, own);

describe("routes of tproxy", () => {
  it("lead the mark to a table that delivers everything here, tagged for the clean-up", () => {
    const lines = (change: "add" | "del") =>
      routingCommands({ ...own, families: [4] }, change).map((words) => words.join(" "));
    expect(lines("add")).toEqual([
      "-4 route add local default dev lo table 100 protocol 199",
      "-4 rule add fwmark 0x1 lookup 100 protocol 199",
    ]);
    expect(lines("del")).toEqual([
      "-4 rule del fwmark 0x1 lookup 100 protocol 199",
      "-4 route del local default dev lo table 100 protocol 199",
    ]);
  });

  it("do not clash with themselves, nor with the system's tables", () => {
    expect(
      clashes(
        [
          { priority: 0, table: "255" },
          { priority: 5, fwmark: "0x1", table: "100", protocol: "199" },
        ],
        [{ type: "local", dst: "default", dev: "lo", protocol: "199" }],
      ),
    ).toEqual([]);
  });

  it("clash with rules of others that take the same mark, also through a mask", () => {
    expect(clashes([{ priority: 9, fwmark: "0x1", table: "77" }])).toEqual([
      { what: "mark", family: 4, entry: "ip rule 9: fwmark 0x1 lookup 77" },
    ]);
    expect(clashes([{ priority: 9, fwmark: "0x1", fwmask: "0xff", table: "77" }])).toEqual([
      { what: "mark", family: 4, entry: "ip rule 9: fwmark 0x1/0xff lookup 77" },
    ]);
  });

  it("clash with a rule that would lead Cloudtap's own connections elsewhere", () => {
    expect(clashes([{ priority: 9, fwmark: "0x2", table: "77" }]).map(({ what }) => what)).toEqual(["bypass-mark"]);
  });

  it("clash with rules and routes of others that use the same table", () => {
    const route = { type: "unicast", dst: "default", dev: "wg0", protocol: "static" };
    expect(clashes([{ priority: 9, src: "all", table: "100" }], [route])).toEqual([
      { what: "table", family: 4, entry: "ip rule 9: lookup 100" },
      { what: "table", family: 4, entry: "ip route unicast default dev wg0" },
    ]);
  });

  it("do not clash with rules for packets without a mark", () => {
    expect(clashes([{ priority: 9, not: null, fwmark: "0xca6c", table: "51820" }])).toEqual([]);
    expect(clashes([{ priority: 9, fwmark: "0x0", fwmask: "0xff0000", table: "52" }])).toEqual([]);
    expect(clashes([{ priority: 9, fwmark: "0x80000", fwmask: "0xff0000", table: "52" }])).toEqual([]);
  });

  it("are compared with any text without a fault", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.string(), (rules, routes) => {
        findRoutingClashes({ family: 6, rules, routes }, own);
      }),
    );
  });
});

describeWithNetworks("routes of tproxy, in the kernel", () => {
  let machine: Namespace;
  beforeAll(() => {
    machine = Namespace.create("routing");
  });
  afterAll(() => machine.remove());

  const look = async (family: 4 | 6) => {
    const rules = await machine.read("ip", `-${family}`, "-N", "-j", "rule", "show");
    // A table that was never used is an error for `ip`.
    const { stdout: routes } = await machine.run("ip", `-${family}`, "-N", "-j", "route", "show", "table", "100");
    return findRoutingClashes({ family, rules, routes }, own);
  };

  it.each([4, 6] as const)("are added, known as own, and removed without a trace: IPv%i", async (family) => {
    const rules = () => machine.read("ip", `-${family}`, "rule", "show");
    await machine.read("ip", "link", "set", "lo", "up");
    const before = await rules();
    for (const words of routingCommands({ ...own, families: [family] }, "add")) await machine.read("ip", ...words);
    expect(await look(family)).toEqual([]);
    for (const words of routingCommands({ ...own, families: [family] }, "del")) await machine.read("ip", ...words);
    expect(await rules()).toBe(before);
    await machine.read("ip", `-${family}`, "rule", "add", "fwmark", "0x1", "lookup", "77");
    await machine.read("ip", `-${family}`, "route", "add", "blackhole", "default", "table", "100");
    expect((await look(family)).map(({ what }) => what)).toEqual(["mark", "table"]);
  });
});
