import type { Host } from "./host.js";
import { describeResult } from "./host-commands.js";

/** What of one table is Cloudtap's, as `iptables-save` words it. */
export interface OwnChains {
  readonly table: string;
  readonly chains: readonly string[];
  /** Rules elsewhere that lead to them. */
  readonly jumps: readonly string[];
}

const prefix = "CLOUDTAP";
/** The system's own choice first; a machine that changed it may hold rules in the other one too. */
const tools = ["iptables", "iptables-legacy", "iptables-nft", "ip6tables", "ip6tables-legacy", "ip6tables-nft"];

/** Removes its chains and what leads to them, in every variant of iptables that is installed. */
export async function removeChains(
  host: Host,
): Promise<{ readonly removed: readonly string[]; readonly left: readonly string[] }> {
  const report: { removed: string[]; left: string[] } = { removed: [], left: [] };
  for (const tool of tools) {
    const saved = await host.commands.run(`${tool}-save`, []);
    // Not installed, or the kernel has none of it.
    if (saved.type !== "done") continue;
    for (const own of findOwnChains(saved.stdout)) {
      const text = renderRemoval(own);
      const result = await host.commands.run(`${tool}-restore`, ["--noflush", "-w", "5"], text);
      const what = `${tool} ${own.table}: ${own.chains.join(", ")}`;
      if (result.type === "done") report.removed.push(`removed the chains of ${what}`);
      else report.left.push(`the chains of ${what}: ${describeResult(result)}`);
    }
  }
  return report;
}

/** Reads what `iptables-save` writes; tables without anything of Cloudtap are left out. */
export function findOwnChains(saved: string): readonly OwnChains[] {
  const found: { readonly table: string; readonly chains: string[]; readonly jumps: string[] }[] = [];
  for (const line of saved.split("\n")) {
    const [word = ""] = line.split(" ");
    if (word.startsWith("*")) found.push({ table: word.slice(1), chains: [], jumps: [] });
    const current = found.at(-1);
    if (word.startsWith(`:${prefix}`)) current?.chains.push(word.slice(1));
    if (word === "-A" && leadsToOwn(line)) current?.jumps.push(line.slice("-A ".length));
  }
  return found.filter(({ chains, jumps }) => chains.length + jumps.length > 0);
}

/** For `iptables-restore --noflush`: one step for the whole table. */
export function renderRemoval({ table, chains, jumps }: OwnChains): string {
  const lines = [
    ...jumps.map((rule) => `-D ${rule}`),
    ...chains.map((chain) => `-F ${chain}`),
    ...chains.map((chain) => `-X ${chain}`),
  ];
  return `*${table}\n${lines.join("\n")}\nCOMMIT\n`;
}

/** Its own chains are emptied anyway, whatever leads from one to another. */
function leadsToOwn(rule: string): boolean {
  const [, chain = ""] = rule.split(" ");
  // The last one: a comment may hold anything.
  const target = [...rule.matchAll(/ -[jg] ([^\s"]+)/g)].at(-1)?.[1] ?? "";
  return target.startsWith(prefix) && !chain.startsWith(prefix);
}
