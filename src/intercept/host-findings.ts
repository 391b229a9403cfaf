import type { Finding } from "../model/finding.js";
import { chooseBackend } from "./backend.js";
import { type ForeignRule, leadsElsewhere, setsMark } from "./foreign-rules.js";
import { findForwardPolicy } from "./forward-findings.js";
import type { HostFacts } from "./host-facts.js";
import type { InterceptOptions } from "./options.js";
import type { RoutingClash } from "./routing.js";
import { bypassMarkOf, createRules, type RuleSet } from "./rules.js";
import { findSettings } from "./setting-findings.js";

/** Without these nothing can be led here, or somebody else's packets would be. */
const impossible = ["capability", "backend", "routing_tool", "interface", "mark", "table"];

/** What of the host speaks for and against these options, in the order in which it is to be put right. */
export function findHostProblems(options: InterceptOptions, facts: HostFacts): readonly Finding[] {
  const rules = createRules(options);
  return [
    findCapability(facts),
    findBackend(options, rules, facts),
    ...(options.mode === "tproxy" ? [findRoutingTool(facts)] : []),
    ...findInterface(options, facts),
    ...findSettings(options, rules, facts),
    ...findForwardPolicy(rules, facts),
    ...findMark(options, facts),
    ...(options.mode === "tproxy" ? [findTable(options, facts)] : []),
    ...findRedirections(options, facts),
  ];
}

/** True for a finding with which interception must not begin. */
export function isObstacle({ check, state }: Finding): boolean {
  return state === "problem" && impossible.includes(check);
}

function findCapability({ capable }: HostFacts): Finding {
  const check = "capability";
  if (capable === undefined) {
    return { check, state: "unknown", found: "This system does not say whether the packet filter may be changed." };
  }
  if (capable) return { check, state: "ok", found: "This process may change the packet filter (CAP_NET_ADMIN)." };
  return {
    ...{ check, state: "problem", found: "This process may not change the packet filter: it lacks CAP_NET_ADMIN." },
    remedy:
      "Start Cloudtap as root with intercept.user set, with systemd's AmbientCapabilities=CAP_NET_ADMIN, or its container with --cap-add NET_ADMIN and --network host.",
  };
}

function findBackend(options: InterceptOptions, rules: RuleSet, facts: HostFacts): Finding {
  const { backend, why } = chooseBackend(options, rules, facts);
  const check = "backend";
  if (backend !== undefined) return { check, state: "ok", found: `The packet filter is ${why}.` };
  const kernel = options.mode === "tproxy" ? " Where the kernel cannot do it, set intercept.mode: redirect." : "";
  return {
    ...{ check, state: "problem", found: `No packet filter can be used: ${why}.` },
    remedy: `Install the package nftables or iptables, or set intercept.backend: auto.${kernel}`,
  };
}

function findRoutingTool({ tools }: HostFacts): Finding {
  const check = "routing_tool";
  if (tools.ip !== undefined) return { check, state: "ok", found: `Routes are set with ip (${tools.ip}).` };
  const remedy = "Install the package iproute2, or set intercept.mode: redirect.";
  return { check, state: "problem", found: "The program ip, which tproxy needs, is not installed.", remedy };
}

function findInterface(options: InterceptOptions, { interfaces }: HostFacts): readonly Finding[] {
  const wanted = options.interface;
  if (wanted === undefined) return [];
  const check = "interface";
  if (interfaces.includes(wanted)) return [{ check, state: "ok", found: `There is an interface ${wanted}.` }];
  if (interfaces.length === 0) return [{ check, state: "unknown", found: "The interfaces cannot be listed here." }];
  const found = `There is no interface ${wanted}; there are ${interfaces.join(", ")}.`;
  const remedy = "Set intercept.interface to the one where the devices' packets come in, or leave it out.";
  return [{ check, state: "problem", found, remedy }];
}

/** Under redirect no packet gets the mark, but Cloudtap's own connections carry the next one. */
function findMark({ mode, mark }: InterceptOptions, { clashes, foreignRules }: HostFacts): readonly Finding[] {
  const bypass = bypassMarkOf(mark);
  const marks = mode === "tproxy" ? [mark, bypass] : [bypass];
  const users = [
    ...clashes.filter(({ what }) => what === "bypass-mark" || (what === "mark" && mode === "tproxy")).map(nameOf),
    ...foreignRules.filter((rule) => marks.some((one) => setsMark(rule, one))).map(quote),
  ];
  const named = marks.map(hex).join(" and ");
  const check = "mark";
  if (users.length === 0) return [{ check, state: "ok", found: `Nobody else uses the packet mark ${named}.` }];
  const found = `The packet mark ${named} is used by somebody else: ${users.join("; ")}.`;
  return [{ check, state: "problem", found, remedy: "Set intercept.mark to a number that nothing else uses." }];
}

function findTable({ table }: InterceptOptions, { clashes }: HostFacts): Finding {
  const users = clashes.filter(({ what }) => what === "table").map(nameOf);
  const check = "table";
  if (users.length === 0) return { check, state: "ok", found: `Nobody else uses the routing table ${table}.` };
  const found = `The routing table ${table} is used by somebody else: ${users.join("; ")}.`;
  return { check, state: "problem", found, remedy: "Set intercept.table to a number that nothing else uses." };
}

function findRedirections({ relays }: InterceptOptions, { foreignRules }: HostFacts): readonly Finding[] {
  const check = "redirections";
  const problems = relays.flatMap(({ name, destinationPorts }) =>
    destinationPorts.flatMap((port): readonly Finding[] => {
      const others = foreignRules.filter((rule) => leadsElsewhere(rule, port));
      if (others.length === 0) return [];
      const found = `Port ${port}, which relay ${name} is led, is led elsewhere too: ${others.map(quote).join("; ")}.`;
      const remedy = "Take the devices out of that rule: only one of the two gets their connections.";
      return [{ check, state: "problem", found, remedy }];
    }),
  );
  if (problems.length > 0) return problems;
  return [{ check, state: "ok", found: "Nobody else redirects the ports that the relays are led." }];
}

function nameOf({ entry, family }: RoutingClash): string {
  return `${entry} (IPv${family})`;
}

function quote({ place, text }: ForeignRule): string {
  return `${place}: ${text}`;
}

function hex(mark: number): string {
  return `0x${mark.toString(16)}`;
}
