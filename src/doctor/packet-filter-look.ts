import type { Host } from "../intercept/host.js";
import { type CommandResult, describeResult } from "../intercept/host-commands.js";
import { parseEntries } from "../intercept/host-routes.js";

/** Whether something of interception is in the kernel. */
export type KernelLook =
  | { readonly type: "present"; readonly what: string }
  | { readonly type: "absent"; readonly what: string }
  /** It could not be looked at; `reason` in words. */
  | { readonly type: "unseen"; readonly reason: string };

export interface FilterDemand {
  readonly mode: "redirect" | "tproxy";
  /** What is in use where that is known. */
  readonly backend: "auto" | "nft" | "iptables";
  readonly families: readonly (4 | 6)[];
}

export interface RoutesDemand {
  readonly mark: number;
  readonly table: number;
  readonly families: readonly (4 | 6)[];
}

/** Whether the rules are in place, as the tools themselves show them. */
export async function lookAtRules(host: Host, demand: FilterDemand): Promise<KernelLook> {
  if (demand.backend === "nft") return lookAtTable(host);
  if (demand.backend === "iptables") return lookAtChains(host, demand);
  const table = await lookAtTable(host);
  if (table.type === "present") return table;
  const chains = await lookAtChains(host, demand);
  return chains.type === "present" || table.type === "unseen" ? chains : table;
}

/** Whether packets with the mark are led to this host: tproxy needs a rule and a route for each family. */
export async function lookAtRoutes(host: Host, demand: RoutesDemand): Promise<KernelLook> {
  const { table, families } = demand;
  const mark = `0x${demand.mark.toString(16)}`;
  for (const family of families) {
    const rules = await host.commands.run("ip", [`-${family}`, "-N", "-j", "rule", "show"]);
    if (rules.type !== "done") return unseen("ip rule", rules);
    const rule = `the rule from mark ${mark} to table ${table} (ip -${family} rule)`;
    if (!parseEntries(rules.stdout).some((entry) => leadsTo(entry, demand))) return { type: "absent", what: rule };
    // Without -N, which would make a number of the route's type as well.
    const routes = await host.commands.run("ip", [`-${family}`, "-j", "route", "show", "table", String(table)]);
    // A table that has no route at all is an error to `ip`.
    const entries = routes.type === "done" ? parseEntries(routes.stdout) : [];
    if (!entries.some(({ type, dst }) => type === "local" && dst === "default")) {
      return { type: "absent", what: `the local route of table ${table} (ip -${family} route show table ${table})` };
    }
  }
  return { type: "present", what: `the rule from mark ${mark} to table ${table} and its local route` };
}

function leadsTo(entry: Readonly<Record<string, unknown>>, { mark, table }: RoutesDemand): boolean {
  return Number(entry.fwmark) === mark && String(entry.table) === String(table);
}

async function lookAtTable(host: Host): Promise<KernelLook> {
  const tables = await host.commands.run("nft", ["list", "tables"]);
  if (tables.type !== "done") return unseen("nft", tables);
  const what = "the nftables table inet cloudtap";
  return { type: tables.stdout.split("\n").includes("table inet cloudtap") ? "present" : "absent", what };
}

/** By `iptables-save`, because listing a table makes the kernel load it where it is not there yet. */
async function lookAtChains(host: Host, { mode, families }: FilterDemand): Promise<KernelLook> {
  const table = mode === "redirect" ? "nat" : "mangle";
  for (const family of families) {
    const tool = family === 4 ? "iptables" : "ip6tables";
    const saved = await host.commands.run(`${tool}-save`, []);
    if (saved.type !== "done") return unseen(tool, saved);
    const what = `the jump to Cloudtap's chain in ${tool} -t ${table}, PREROUTING`;
    const [section = ""] = new RegExp(`^\\*${table}$[\\s\\S]*?^COMMIT$`, "m").exec(saved.stdout) ?? [];
    if (!/^-A PREROUTING .*-j CLOUDTAP$/m.test(section)) return { type: "absent", what };
  }
  return { type: "present", what: `Cloudtap's chain of iptables, table ${table}` };
}

function unseen(tool: string, result: CommandResult): KernelLook {
  return { type: "unseen", reason: `${tool}: ${describeResult(result)}` };
}
