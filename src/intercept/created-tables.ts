import type { Host } from "./host.js";
import type { Journal, JournalContent } from "./journal.js";
import { isRecord, parseJson } from "./json.js";

/** Tables of nftables that `iptables` makes at its first rule and never removes. */
export interface TableDemand {
  readonly mode: "redirect" | "tproxy";
  readonly families: readonly (4 | 6)[];
}

/** Notes which of them are not there yet, before the first rule makes them. */
export async function noteTables(host: Host, journal: Journal, demand: TableDemand): Promise<void> {
  const present = await listTables(host);
  const identity = await host.identity();
  if (present === undefined || identity === undefined) return;
  const kind = demand.mode === "redirect" ? "nat" : "mangle";
  const wanted = demand.families.map((family) => `${family === 4 ? "ip" : "ip6"} ${kind}`);
  const missing = wanted.filter((name) => !present.includes(name));
  if (missing.length === 0) return;
  const content = await journal.read();
  const noted =
    content !== undefined && isHere(content, identity) ? content : { ...identity, settings: [], tables: [] };
  await journal.write({ ...noted, tables: [...new Set([...noted.tables, ...missing])] });
}

/** Removes those that are noted and hold nothing, a sentence for each. One that others use meanwhile stays. */
export async function removeTables(host: Host, journal: Journal): Promise<readonly string[]> {
  const content = await journal.read();
  if (content === undefined || content.tables.length === 0) return [];
  const identity = await host.identity();
  const done: string[] = [];
  for (const name of identity !== undefined && isHere(content, identity) ? content.tables : []) {
    const words = ["table", ...name.split(" ")];
    const listing = await host.commands.run("nft", ["-j", "list", ...words]);
    if (listing.type !== "done" || !holdsNothing(listing.stdout)) continue;
    const result = await host.commands.run("nft", ["delete", ...words]);
    if (result.type === "done") done.push(`removed the empty table ${name} that iptables had made`);
  }
  if (content.settings.length === 0) await journal.remove();
  else await journal.write({ ...content, tables: [] });
  return done;
}

/** True for a table with nothing but the hooks that let everything pass. */
export function holdsNothing(json: string): boolean {
  const document = parseJson(json);
  const entries = isRecord(document) && Array.isArray(document.nftables) ? document.nftables : undefined;
  return entries?.every(isHarmless) ?? false;
}

function isHarmless(entry: unknown): boolean {
  if (!isRecord(entry)) return false;
  const { chain } = entry;
  if (chain === undefined) return "metainfo" in entry || "table" in entry;
  return isRecord(chain) && chain.hook !== undefined && chain.policy === "accept";
}

async function listTables(host: Host): Promise<readonly string[] | undefined> {
  const result = await host.commands.run("nft", ["list", "tables"]);
  if (result.type !== "done") return undefined;
  return result.stdout.split("\n").map((line) => line.replace(/^table /, ""));
}

function isHere(content: JournalContent, here: { readonly boot: string; readonly namespace: string }): boolean {
  return content.boot === here.boot && content.namespace === here.namespace;
}
