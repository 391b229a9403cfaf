import { type ForeignRule, readIptablesRules, readNftRules } from "./foreign-rules.js";
import type { Host } from "./host.js";
import { type KernelSupport, readKernelSupport } from "./kernel-support.js";
import { renderNftTable } from "./nftables.js";
import { findRoutingClashes, type RoutingClash } from "./routing.js";
import type { Family, RuleSet } from "./rules.js";
import { readSettings, type Settings } from "./settings.js";

export const tools = ["nft", "iptables", "ip6tables", "ip"] as const;
export type Tool = (typeof tools)[number];

/** What matters of the host for a rule set. Undefined: it cannot be told from here. */
export interface HostFacts {
  /** This process may change the packet filter. */
  readonly capable: boolean | undefined;
  /** What each tool calls itself; absent where it is not installed. */
  readonly tools: Partial<Readonly<Record<Tool, string>>>;
  readonly interfaces: readonly string[];
  readonly settings: Settings;
  readonly kernel: KernelSupport;
  /** What nft says to the rules, without loading them; undefined where it was not asked, empty where it takes them. */
  readonly nftRefusal: string | undefined;
  readonly clashes: readonly RoutingClash[];
  readonly foreignRules: readonly ForeignRule[];
  readonly forwarding: readonly ForwardPolicy[];
}

/** How packets that this host forwards fare in iptables. */
export interface ForwardPolicy {
  readonly family: Family;
  readonly drops: boolean;
  /** Docker's chain for rules of others is there. */
  readonly hasDockerUser: boolean;
  /** Rules of FORWARD and DOCKER-USER, as `iptables-save` lists them. */
  readonly rules: readonly string[];
}

const versionArgs: Readonly<Record<Tool, string>> = { nft: "-v", iptables: "-V", ip6tables: "-V", ip: "-V" };
const capNetAdmin = 12n;

/** Looks at the host; changes nothing. */
export async function readHostFacts(host: Host, rules: RuleSet): Promise<HostFacts> {
  const capable = readCapability(await host.read("/proc/self/status"));
  const found = await readTools(host);
  const nftRefusal = capable === true && found.nft !== undefined ? await tryNft(host, rules) : undefined;
  return {
    ...{ capable, tools: found, nftRefusal },
    interfaces: await host.list("/sys/class/net"),
    settings: await readSettings(host),
    kernel: await readKernelSupport(host),
    clashes: await readClashes(host, rules),
    ...(await readFilter(host, rules)),
  };
}

/** CAP_NET_ADMIN among the effective capabilities that `/proc/PID/status` tells. */
export function readCapability(status: string | undefined): boolean | undefined {
  const [, mask] = /^CapEff:\s*([0-9a-f]+)$/im.exec(status ?? "") ?? [];
  if (mask === undefined) return undefined;
  return ((BigInt(`0x${mask}`) >> capNetAdmin) & 1n) === 1n;
}

async function readTools(host: Host): Promise<HostFacts["tools"]> {
  const found = await Promise.all(
    tools.map(async (tool) => {
      const result = await host.commands.run(tool, [versionArgs[tool]]);
      if (result.type !== "done") return [];
      return [[tool, (result.stdout === "" ? result.stderr : result.stdout).trim()] as const];
    }),
  );
  return Object.fromEntries(found.flat());
}

/** The kernel checks the whole text, and takes nothing of it. */
async function tryNft(host: Host, rules: RuleSet): Promise<string> {
  const result = await host.commands.run("nft", ["-c", "-f", "-"], renderNftTable(rules));
  if (result.type === "done") return "";
  const said = result.type === "failed" ? result.stderr.split("\n").find((line) => line.includes("Error:")) : undefined;
  return said?.trim() ?? "it refused without a word";
}

async function readClashes(host: Host, { mark, table, families }: RuleSet): Promise<readonly RoutingClash[]> {
  const clashes = await Promise.all(
    families.map(async (family) => {
      const rules = await output(host, "ip", [`-${family}`, "-N", "-j", "rule", "show"]);
      const routes = await output(host, "ip", [`-${family}`, "-N", "-j", "route", "show", "table", String(table)]);
      return findRoutingClashes({ family, rules, routes }, { mark, table });
    }),
  );
  return clashes.flat();
}

/** One listing a tool serves all: `iptables -S` would add a table to the kernel where there is none yet. */
async function readFilter(host: Host, { families }: RuleSet): Promise<Pick<HostFacts, "foreignRules" | "forwarding">> {
  const ofNft = readNftRules(await output(host, "nft", ["list", "ruleset"]));
  const saved = await Promise.all(
    families.map(async (family) => ({ family, text: await output(host, `${toolOf(family)}-save`, []) })),
  );
  const ofIptables = saved.flatMap(({ family, text }) => readIptablesRules(text, toolOf(family)));
  return {
    foreignRules: [...ofNft, ...ofIptables],
    forwarding: saved.map(({ family, text }) => readForwardPolicy(text, family)),
  };
}

/** Reads what `iptables-save` writes. */
export function readForwardPolicy(saved: string, family: Family): ForwardPolicy {
  const [, filter = ""] = /^\*filter$([\s\S]*?)^COMMIT$/m.exec(saved) ?? [];
  return {
    family,
    drops: /^:FORWARD DROP /m.test(filter),
    hasDockerUser: /^:DOCKER-USER /m.test(filter),
    rules: filter.split("\n").filter((line) => /^-A (FORWARD|DOCKER-USER) /.test(line)),
  };
}

/** Nothing where the tool is missing or refuses: then there is nothing to be seen from here. */
async function output(host: Host, program: string, args: readonly string[]): Promise<string> {
  const result = await host.commands.run(program, args);
  return result.type === "done" ? result.stdout : "";
}

function toolOf(family: Family): "iptables" | "ip6tables" {
  return family === 4 ? "iptables" : "ip6tables";
}
