import { counterComment } from "./counters.js";
import { type Family, lifetimeS, type Match, type Rule, type RuleSet, type Verdict } from "./rules.js";

/** One table, for `iptables-restore --noflush`: it takes effect as a whole or not at all. */
export interface IptablesTable {
  readonly table: "nat" | "mangle";
  readonly text: string;
}

export interface IptablesFacts {
  /** The kernel knows `-m recent`. */
  readonly hasRecent: boolean;
  /** PREROUTING leads to Cloudtap's chain already; iptables has no word for "add it unless it is there". */
  readonly hasJump: boolean;
}

/** Where the lifetime of rules that `-m recent` limits is renewed: this line is written to this file. */
export interface IptablesHeartbeat {
  readonly path: string;
  readonly line: string;
}

const chains = { entry: "CLOUDTAP", relays: "CLOUDTAP-RELAYS", divert: "CLOUDTAP-DIVERT" } as const;
/** As many ports as `-m multiport` takes. */
const mostPorts = 15;

/** The rules of one address family; nothing where no device has such an address. */
export function renderIptables(rules: RuleSet, family: Family, facts: IptablesFacts): readonly IptablesTable[] {
  if (!rules.families.includes(family)) return [];
  const table = tableOf(rules);
  const used = [chains.entry, chains.relays, ...(rules.mode === "tproxy" ? [chains.divert] : [])];
  const lines = [
    `*${table}`,
    "# Own chains; those that are there are emptied.",
    ...used.map((chain) => `:${chain} - [0:0]`),
    ...(rules.mode === "tproxy" ? renderDivert(rules) : []),
    ...ofFamily(rules, family).flatMap(renderTaking(rules)),
    ...(facts.hasRecent ? renderLapse(family) : []),
    ...ofFamily(rules, family).flatMap(renderEntry(rules, family)),
    ...devicesJump(rules, family),
    ...(facts.hasJump ? [] : ["# One jump leads here, before other rules.", `-I PREROUTING 1 -j ${chains.entry}`]),
    "COMMIT",
    "",
  ];
  return [{ table, text: lines.join("\n") }];
}

/** True where `iptables -S PREROUTING` of the table, or `iptables-save`, shows the jump. */
export function hasIptablesJump(listing: string): boolean {
  return listing.split("\n").includes(`-A PREROUTING -j ${chains.entry}`);
}

export function tableOf({ mode }: RuleSet): IptablesTable["table"] {
  return mode === "redirect" ? "nat" : "mangle";
}

/** Arguments that remove everything of Cloudtap; each may fail because it is not there. */
export function iptablesCleanCommands(family: Family): readonly (readonly string[])[] {
  const tool = family === 4 ? "iptables" : "ip6tables";
  const own = Object.values(chains);
  return (["nat", "mangle"] as const).flatMap((table) => [
    [tool, "-w", "5", "-t", table, "-D", "PREROUTING", "-j", chains.entry],
    ...own.map((chain) => [tool, "-w", "5", "-t", table, "-F", chain]),
    ...own.map((chain) => [tool, "-w", "5", "-t", table, "-X", chain]),
  ]);
}

export function iptablesHeartbeat(family: Family): IptablesHeartbeat {
  return { path: `/proc/net/xt_recent/cloudtap${family}`, line: `+${anyone(family)}` };
}

function ofFamily({ rules }: RuleSet, family: Family): readonly Rule[] {
  return rules.filter((rule) => rule.family === undefined || rule.family === family);
}

function renderDivert({ mark }: RuleSet): readonly string[] {
  return [
    "# To the socket that holds the connection: the mark leads there.",
    `-A ${chains.divert} -j MARK --set-mark ${hex(mark)}`,
    `-A ${chains.divert} -j ACCEPT`,
  ];
}

/** One rule a relay, whatever the number of devices: it counts for all of them. */
function renderTaking(rules: RuleSet): (rule: Rule) => readonly string[] {
  return ({ matches, verdict, why }) => {
    if (!("relay" in verdict)) return [];
    const comment = `-m comment --comment "${counterComment(verdict.relay)}"`;
    const lines = portsOf(matches).map(
      (ports) => `-A ${chains.relays} -p tcp ${ports} ${comment} ${renderVerdict(verdict, rules)}`,
    );
    return [`# ${why}`, ...lines];
  };
}

/** Rules live only while something tells the list `cloudtap4` or `cloudtap6` that they are still wanted. */
function renderLapse(family: Family): readonly string[] {
  const { path, line } = iptablesHeartbeat(family);
  const match = `-m recent ! --rcheck --seconds ${lifetimeS} --name cloudtap${family} --mask ${anyone(family)} --rsource`;
  return [
    `# Interception ends by itself unless Cloudtap writes ${line} to ${path} every few seconds.`,
    `-A ${chains.entry} ${match} -j RETURN`,
  ];
}

/** What stays, and what connections that are taken over already need. */
function renderEntry(rules: RuleSet, family: Family): (rule: Rule) => readonly string[] {
  return ({ matches, verdict, why }) => {
    if ("relay" in verdict) return [];
    const protocol = matches.some(({ type }) => type === "held-connection") ? "-p tcp " : "";
    const lines = spread(matches, rules, family).map(
      (words) => `-A ${chains.entry} ${protocol}${words.join(" ")} ${renderVerdict(verdict, rules)}`,
    );
    return [`# ${why}`, ...lines];
  };
}

function devicesJump(rules: RuleSet, family: Family): readonly string[] {
  const jumps = deviceWords({ type: "from-devices" }, rules, family).map(
    (words) => `-A ${chains.entry} ${words} -p tcp -j ${chains.relays}`,
  );
  return ["# The devices, and nothing else, come to the relays' rules.", ...jumps];
}

/** A line for each device, where the rule speaks of devices. */
function spread(matches: readonly Match[], rules: RuleSet, family: Family): readonly (readonly string[])[] {
  const words = matches.map((match): readonly string[] => {
    switch (match.type) {
      case "from-devices":
      case "to-devices":
        return deviceWords(match, rules, family);
      case "tcp-to":
        return portsOf([match]);
      default:
        return [renderMatch(match)];
    }
  });
  return words.reduce<readonly (readonly string[])[]>(
    (lines, choices) => lines.flatMap((line) => choices.map((choice) => [...line, choice])),
    [[]],
  );
}

function deviceWords({ type }: Match, rules: RuleSet, family: Family): readonly string[] {
  const from = rules.interface === undefined || type === "to-devices" ? "" : `-i ${rules.interface} `;
  return rules.devices[family].map((device) => `${from}${type === "to-devices" ? "-d" : "-s"} ${device}`);
}

function portsOf(matches: readonly Match[]): readonly string[] {
  const ports = matches.flatMap((match) => (match.type === "tcp-to" ? match.ports : []));
  const groups = Array.from({ length: Math.ceil(ports.length / mostPorts) }, (_, index) =>
    ports.slice(index * mostPorts, (index + 1) * mostPorts),
  );
  return groups.map((group) => `-m multiport --dports ${group.join(",")}`);
}

function renderMatch(match: Match): string {
  switch (match.type) {
    case "from-loopback":
      return "-i lo";
    case "marked":
      return `-m mark --mark ${hex(match.mark)}`;
    case "to-this-host":
      return "-m addrtype --dst-type LOCAL";
    case "from-this-host":
      return "-m addrtype --src-type LOCAL";
    case "held-connection":
      return "-m tcp ! --tcp-flags SYN,ACK SYN -m socket --transparent";
    default:
      return "";
  }
}

function renderVerdict(verdict: Verdict, { mark }: RuleSet): string {
  switch (verdict.type) {
    case "leave":
      return "-j RETURN";
    case "deliver":
      return `-j ${chains.divert}`;
    case "redirect":
      return `-j REDIRECT --to-ports ${verdict.port}`;
    case "tproxy":
      return `-j TPROXY --on-port ${verdict.port} --tproxy-mark ${hex(mark)}`;
  }
}

function anyone(family: Family): string {
  return family === 4 ? "0.0.0.0" : "::";
}

function hex(mark: number): string {
  return `0x${mark.toString(16)}`;
}
