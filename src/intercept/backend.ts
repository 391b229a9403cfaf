import type { HostFacts } from "./host-facts.js";
import type { InterceptOptions } from "./options.js";
import type { RuleSet } from "./rules.js";

/** Which packet filter is used, and why in one sentence. */
export interface BackendChoice {
  /** Undefined where neither can be used. */
  readonly backend: "nft" | "iptables" | undefined;
  readonly why: string;
}

/** `auto` takes nftables where the host has it and its kernel takes the rules, else iptables. */
export function chooseBackend(options: InterceptOptions, rules: RuleSet, facts: HostFacts): BackendChoice {
  const noNft = whyNotNft(rules, facts);
  const noIptables = whyNotIptables(rules, facts);
  if (options.backend === "nft") {
    return noNft === undefined
      ? { backend: "nft", why: `nftables, as configured (${facts.tools.nft})` }
      : { backend: undefined, why: `nftables is configured, but ${noNft}` };
  }
  if (options.backend === "iptables") {
    return noIptables === undefined
      ? { backend: "iptables", why: `iptables, as configured (${facts.tools.iptables ?? facts.tools.ip6tables})` }
      : { backend: undefined, why: `iptables is configured, but ${noIptables}` };
  }
  if (noNft === undefined) return { backend: "nft", why: `nftables (${facts.tools.nft})` };
  if (noIptables === undefined) {
    const version = facts.tools.iptables ?? facts.tools.ip6tables;
    return { backend: "iptables", why: `iptables (${version}), because for nftables ${noNft}` };
  }
  return { backend: undefined, why: `for nftables ${noNft}; for iptables ${noIptables}` };
}

function whyNotNft({ mode }: RuleSet, { tools, nftRefusal, kernel }: HostFacts): string | undefined {
  if (tools.nft === undefined) return "the program nft is not installed";
  if (nftRefusal !== undefined)
    return nftRefusal === "" ? undefined : `the kernel does not take the rules: ${nftRefusal}`;
  const wanted = mode === "tproxy" ? (["nft_fib", "nft_tproxy", "nft_socket"] as const) : (["nft_fib"] as const);
  const missing = wanted.filter((ability) => kernel[ability] === false);
  return missing.length === 0 ? undefined : `the kernel lacks ${missing.join(" and ")}`;
}

function whyNotIptables({ mode, families }: RuleSet, { tools, kernel }: HostFacts): string | undefined {
  const programs = families.map((family) => (family === 4 ? "iptables" : "ip6tables"));
  const absent = programs.filter((program) => tools[program] === undefined);
  if (absent.length > 0) return `the program ${absent.join(" and ")} is not installed`;
  const wanted = mode === "tproxy" ? (["xt_TPROXY", "xt_socket"] as const) : [];
  const missing = wanted.filter((ability) => kernel[ability] === false);
  return missing.length === 0 ? undefined : `the kernel lacks ${missing.join(" and ")}`;
}
