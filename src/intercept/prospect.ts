import type { ApplyDemand, Prospect } from "./apply.js";
import { chooseBackend } from "./backend.js";
import { type Guard, type GuardOptions, startGuard } from "./guard.js";
import type { Host } from "./host.js";
import { readHostFacts } from "./host-facts.js";
import { findHostProblems, isObstacle } from "./host-findings.js";
import { IptablesFilter } from "./iptables-filter.js";
import { createNftFilter } from "./nft-filter.js";
import type { InterceptOptions } from "./options.js";
import { createRules } from "./rules.js";

/** What these options ask of a host. */
export function demandOf(options: InterceptOptions): ApplyDemand {
  return { ...createRules(options), prepare: options.prepare };
}

/** Looks at the host, and chooses the tool. */
export async function lookAtHost(
  options: InterceptOptions,
  host: Host,
  guard: (options: GuardOptions) => Guard = startGuard,
): Promise<Prospect> {
  const rules = createRules(options);
  const facts = await readHostFacts(host, rules);
  const findings = findHostProblems(options, facts);
  const obstacles = findings.filter(isObstacle);
  const { backend } = chooseBackend(options, rules, facts);
  if (backend === undefined) return { findings, obstacles, filter: undefined };
  if (backend === "nft") return { findings, obstacles, filter: createNftFilter(rules, host) };
  const hasRecent = facts.kernel.xt_recent !== false;
  return { findings, obstacles, filter: new IptablesFilter(rules, { host, hasRecent, startGuard: guard }) };
}
