import { CloudtapError } from "../runtime/errors.js";
import type { Host } from "./host.js";
import { describeResult } from "./host-commands.js";
import { isRecord, parseJson } from "./json.js";

/** Packets with this mark are delivered to this host, whoever they are for. */
export interface RouteDemand {
  readonly mark: number;
  readonly table: number;
  readonly families: readonly (4 | 6)[];
}

/** Routing protocol number that its own rules and routes carry; docs/interception.md names it. */
export const routeTag = "199";

const ownRoutes = ["route", "show", "table", "all", "protocol", routeTag];

interface OwnRule {
  readonly priority: number;
  readonly mark: number;
  readonly table: string;
}

/** Adds the rule and the route that are missing, a sentence for each. Throws CloudtapError INTERCEPT_FAILED. */
export async function ensureRoutes(host: Host, demand: RouteDemand): Promise<readonly string[]> {
  const done: string[] = [];
  for (const family of demand.families) {
    const rules = await ownRules(host, family);
    const wanted = (rule: OwnRule): boolean => rule.mark === demand.mark && rule.table === String(demand.table);
    for (const stale of rules.filter((rule) => !wanted(rule))) await ip(host, family, ruleDeletion(stale));
    const tables = await ownRouteTables(host, family);
    for (const stale of tables.filter((table) => table !== String(demand.table))) {
      await ip(host, family, routeChange("del", stale));
    }
    if (!tables.includes(String(demand.table))) {
      await ip(host, family, routeChange("add", String(demand.table)));
      done.push(`added the local route of table ${demand.table}, IPv${family}`);
    }
    if (rules.some(wanted)) continue;
    await ip(host, family, ruleChange("add", demand));
    done.push(`added the rule that leads mark 0x${demand.mark.toString(16)} to table ${demand.table}, IPv${family}`);
  }
  return done;
}

/** Removes every rule and route with its tag, a sentence for each; nothing where `ip` is missing. */
export async function removeRoutes(host: Host): Promise<readonly string[]> {
  const done: string[] = [];
  for (const family of [4, 6] as const) {
    for (const rule of await ownRules(host, family)) {
      await ip(host, family, ruleDeletion(rule));
      done.push(`removed the rule that led mark 0x${rule.mark.toString(16)} to table ${rule.table}, IPv${family}`);
    }
    for (const table of await ownRouteTables(host, family)) {
      await ip(host, family, routeChange("del", table));
      done.push(`removed the local route of table ${table}, IPv${family}`);
    }
  }
  return done;
}

/** Rules and routes with its tag, as `ip` shows them. */
export async function showRoutes(host: Host): Promise<string> {
  const shown: string[] = [];
  for (const family of [4, 6] as const) {
    const rules = await host.commands.run("ip", [`-${family}`, "-N", "rule", "show"]);
    const routes = await host.commands.run("ip", [`-${family}`, "-N", ...ownRoutes]);
    // `ip` selects routes by their protocol, but not rules.
    if (rules.type === "done") shown.push(...rules.stdout.split("\n").filter((line) => / proto 199\b/.test(line)));
    if (routes.type === "done") shown.push(...routes.stdout.split("\n").filter((line) => line !== ""));
  }
  return shown.map((line) => `${line.trim()}\n`).join("");
}

async function ownRules(host: Host, family: 4 | 6): Promise<readonly OwnRule[]> {
  const entries = await list(host, [`-${family}`, "-N", "-j", "rule", "show"]);
  return entries.flatMap(({ protocol, priority, fwmark, table }) => {
    if (String(protocol) !== routeTag || typeof priority !== "number") return [];
    return [{ priority, mark: Number(fwmark), table: String(table) }];
  });
}

async function ownRouteTables(host: Host, family: 4 | 6): Promise<readonly string[]> {
  const entries = await list(host, [`-${family}`, "-N", "-j", ...ownRoutes]);
  return entries.flatMap(({ type, dst, dev, table }) =>
    isLocal(type) && dst === "default" && dev === "lo" ? [String(table)] : [],
  );
}

/** By its name, or by its number in the listings that show numbers alone. */
function isLocal(type: unknown): boolean {
  return type === "local" || type === "2";
}

async function list(host: Host, args: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const result = await host.commands.run("ip", args);
  // A machine without IPv6, or without `ip`, has nothing of ours.
  if (result.type !== "done") return [];
  return parseEntries(result.stdout);
}

/** What `ip -j` lists; nothing where it says nothing. */
export function parseEntries(text: string): readonly Readonly<Record<string, unknown>>[] {
  const found = parseJson(text);
  return Array.isArray(found) ? found.filter(isRecord) : [];
}

/** Words of `ip` that lead packets with the mark to the table. */
export function ruleChange(change: "add" | "del", { mark, table }: Pick<RouteDemand, "mark" | "table">) {
  return ["rule", change, "fwmark", `0x${mark.toString(16)}`, "lookup", String(table), "protocol", routeTag];
}

function ruleDeletion({ priority, mark, table }: OwnRule): readonly string[] {
  const what = ["priority", String(priority), "fwmark", `0x${mark.toString(16)}`, "lookup", table];
  return ["rule", "del", ...what, "protocol", routeTag];
}

/** Words of `ip` that deliver to this host whatever reaches the table. */
export function routeChange(change: "add" | "del", table: string): readonly string[] {
  return ["route", change, "local", "default", "dev", "lo", "table", table, "protocol", routeTag];
}

async function ip(host: Host, family: 4 | 6, args: readonly string[]): Promise<void> {
  const words = [`-${family}`, ...args];
  const result = await host.commands.run("ip", words);
  if (result.type === "done") return;
  throw new CloudtapError("INTERCEPT_FAILED", `ip ${words.join(" ")}: ${describeResult(result)}`);
}
