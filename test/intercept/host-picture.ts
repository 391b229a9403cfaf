import type { HostFacts } from "../../src/intercept/host-facts.js";
import type { KernelSupport } from "../../src/intercept/kernel-support.js";

const kernel: KernelSupport = {
  ...{ nft_tproxy: true, nft_socket: true, nft_fib: true },
  ...{ xt_TPROXY: true, xt_socket: true, xt_recent: true },
};

/** A gateway on which nothing is in the way. */
export const readyHost: HostFacts = {
  capable: true,
  tools: {
    nft: "nftables v1.0.6",
    iptables: "iptables v1.8.9 (nf_tables)",
    ip6tables: "ip6tables v1.8.9",
    ip: "ip 6.1.0",
  },
  interfaces: ["lo", "eth0", "wlan0"],
  settings: new Map([
    ["net/ipv4/ip_forward", "1"],
    ["net/ipv6/conf/all/forwarding", "1"],
    ["net/ipv4/conf/all/send_redirects", "0"],
    ["net/ipv4/conf/eth0/send_redirects", "0"],
    ["net/ipv4/conf/eth0/rp_filter", "2"],
  ]),
  kernel,
  nftRefusal: "",
  clashes: [],
  foreignRules: [],
  forwarding: [],
};

/** The same with a kernel that knows less. */
export function withKernel(changes: Partial<KernelSupport>): HostFacts {
  return { ...readyHost, nftRefusal: undefined, kernel: { ...kernel, ...changes } };
}

/** The same with other values of some settings. */
export function withSettings(changes: Readonly<Record<string, string>>): HostFacts {
  return { ...readyHost, settings: new Map([...readyHost.settings, ...Object.entries(changes)]) };
}
