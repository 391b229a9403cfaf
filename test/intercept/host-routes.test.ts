import { describe, expect, it } from "vitest";
import { ensureRoutes, parseEntries, removeRoutes, showRoutes } from "../../src/intercept/host-routes.js";
import { failed, memoryHost } from "./memory-host.js";

const demand = { mark: 1, table: 100, families: [4] } as const;
const foreignRule = { priority: 100, src: "all", fwmark: "0x1", table: "100", protocol: "4" };
const ownRule = { ...foreignRule, priority: 32765, protocol: "199" };
const ownRoute = { type: "local", dst: "default", dev: "lo", table: "100", protocol: "199" };

/** IPv4 as given; IPv6 has nothing. */
function machine(rules: readonly object[], routes: readonly object[]) {
  return memoryHost({}, ({ args }) => {
    const [family, , json, what] = args;
    if (json !== "-j") return undefined;
    if (family === "-6") return failed("RTNETLINK answers: Address family not supported by protocol");
    return JSON.stringify(what === "rule" ? rules : routes);
  });
}

function changes(host: ReturnType<typeof machine>): readonly string[] {
  return host.calls.map(({ args }) => args.join(" ")).filter((line) => / (add|del) /.test(line));
}

describe("routes for marked packets", () => {
  it("are added with the tag", async () => {
    const host = machine([foreignRule], []);
    expect(await ensureRoutes(host, demand)).toEqual([
      "added the local route of table 100, IPv4",
      "added the rule that leads mark 0x1 to table 100, IPv4",
    ]);
    expect(changes(host)).toEqual([
      "-4 route add local default dev lo table 100 protocol 199",
      "-4 rule add fwmark 0x1 lookup 100 protocol 199",
    ]);
  });

  it("are not added twice", async () => {
    const host = machine([ownRule], [ownRoute]);
    expect(await ensureRoutes(host, demand)).toEqual([]);
    expect(changes(host)).toEqual([]);
  });

  it("replace those of another configuration", async () => {
    const host = machine([{ ...ownRule, table: "7", fwmark: "0x9" }], [{ ...ownRoute, table: "7" }]);
    await ensureRoutes(host, demand);
    expect(changes(host).slice(0, 2)).toEqual([
      "-4 rule del priority 32765 fwmark 0x9 lookup 7 protocol 199",
      "-4 route del local default dev lo table 7 protocol 199",
    ]);
  });

  it("are removed by the tag alone; others stay", async () => {
    const host = machine([foreignRule, ownRule], [ownRoute, { ...ownRoute, type: "unicast" }]);
    expect(await removeRoutes(host)).toEqual([
      "removed the rule that led mark 0x1 to table 100, IPv4",
      "removed the local route of table 100, IPv4",
    ]);
    expect(changes(host)).toHaveLength(2);
  });

  it("are nothing where `ip` is missing", async () => {
    expect(await removeRoutes(memoryHost({}, () => ({ type: "missing" })))).toEqual([]);
  });

  it("fail with what `ip` says", async () => {
    const host = memoryHost({}, ({ args }) =>
      args.includes("add") ? failed("RTNETLINK answers: Operation not permitted") : "[]",
    );
    await expect(ensureRoutes(host, demand)).rejects.toMatchObject({
      code: "INTERCEPT_FAILED",
      message: expect.stringContaining("Operation not permitted"),
    });
  });

  it("are shown as `ip` shows them, without those of others", async () => {
    const host = memoryHost({}, ({ args }) => {
      if (args[0] === "-6") return "";
      if (args.includes("rule")) return "0:\tfrom all lookup 255\n9:\tfrom all fwmark 0x1 lookup 100 proto 199\n";
      return "local default dev lo table 100 scope 254\n";
    });
    expect(await showRoutes(host)).toBe(
      "9:\tfrom all fwmark 0x1 lookup 100 proto 199\nlocal default dev lo table 100 scope 254\n",
    );
  });

  it.each(["", "{}", "null", "nonsense", "[1, null]"])("are none in %j", (text) => {
    expect(parseEntries(text)).toEqual([]);
  });
});
