import { counterName } from "./counters.js";
import { type Family, lifetimeS, type Match, type Rule, type RuleSet, type Verdict } from "./rules.js";

/** For `nft -f -`: removes Cloudtap's table, also where there is none. */
export const nftClean = "add table inet cloudtap\ndelete table inet cloudtap\n";

const families = [4, 6] as const;
const indent = "    ";

/** For `nft -f -`: puts the rules in place in one step, whatever of them was there. */
export function renderNftTable(rules: RuleSet): string {
  const counters = rules.rules.flatMap(({ verdict, family }) =>
    family !== undefined && "relay" in verdict ? [`  counter ${counterName(verdict.relay, family)} { }`] : [],
  );
  return [
    "# Everything is in one table, which is replaced as a whole.",
    nftClean.trimEnd(),
    "table inet cloudtap {",
    ...families.flatMap((family) => renderSet(family, rules)),
    ...(counters.length === 0 ? [] : ["  # How many connections each relay was led.", ...counters]),
    "  # Packets that come in, before they are routed. What meets no rule goes on unchanged.",
    "  chain intercept {",
    `${indent}${hookOf(rules)}`,
    ...rules.rules.flatMap((rule) => [`${indent}# ${rule.why}`, `${indent}${renderRule(rule, rules)}`]),
    "  }",
    "}",
    "",
  ].join("\n");
}

/** For `nft -f -`: lets the rules live on, in one step. Fails where the table is not there any more. */
export function renderNftRefresh({ devices, families: used }: RuleSet): string {
  const lines = used.flatMap((family) => [
    `flush set inet cloudtap devices${family}`,
    `add element inet cloudtap devices${family} { ${elements(devices[family])} }`,
  ]);
  return `${lines.join("\n")}\n`;
}

function renderSet(family: Family, { devices }: RuleSet): readonly string[] {
  const members = devices[family];
  if (members.length === 0) return [];
  return [
    `  # The devices. Unless Cloudtap refreshes them they vanish after ${lifetimeS} seconds, and with them interception.`,
    `  set devices${family} {`,
    `${indent}type ipv${family}_addr; flags interval, timeout; timeout ${lifetimeS}s;`,
    `${indent}elements = { ${elements(members)} }`,
    "  }",
  ];
}

function elements(members: readonly string[]): string {
  return members.map((member) => `${member} timeout ${lifetimeS}s`).join(", ");
}

/** Before other redirections, so that theirs do not take the devices first. */
function hookOf({ mode }: RuleSet): string {
  if (mode === "redirect") return "type nat hook prerouting priority dstnat - 5; policy accept;";
  return "type filter hook prerouting priority mangle; policy accept;";
}

function renderRule(rule: Rule, rules: RuleSet): string {
  const matches = rule.matches.map((match) => renderMatch(match, rule.family, rules));
  return [...matches, ...renderVerdict(rule.verdict, rule.family, rules)].join(" ");
}

function renderMatch(match: Match, family: Family | undefined, rules: RuleSet): string {
  const ip = family === 6 ? "ip6" : "ip";
  const set = `@devices${family ?? 4}`;
  switch (match.type) {
    case "from-loopback":
      return 'iifname "lo"';
    case "marked":
      return `meta mark ${hex(match.mark)}`;
    case "to-this-host":
      return "fib daddr type local";
    case "from-this-host":
      return "fib saddr type local";
    case "from-devices":
      return `${rules.interface === undefined ? "" : `iifname "${rules.interface}" `}${ip} saddr ${set}`;
    case "to-devices":
      return `${ip} daddr ${set}`;
    case "tcp-to":
      return `tcp dport { ${match.ports.join(", ")} }`;
    case "held-connection":
      return "tcp flags & (syn | ack) != syn socket transparent 1";
  }
}

function renderVerdict(verdict: Verdict, family: Family | undefined, { mark }: RuleSet): readonly string[] {
  if (verdict.type === "leave") return ["return"];
  if (verdict.type === "deliver") return [`meta mark set ${hex(mark)}`, "accept"];
  const counter = `counter name "${counterName(verdict.relay, family ?? 4)}"`;
  if (verdict.type === "redirect") return [counter, `redirect to :${verdict.port}`];
  // The mark comes last: where nobody listens the packet stays unmarked and is forwarded.
  return [counter, `tproxy ${family === 6 ? "ip6" : "ip"} to :${verdict.port}`, `meta mark set ${hex(mark)}`, "accept"];
}

function hex(mark: number): string {
  return `0x${mark.toString(16)}`;
}
