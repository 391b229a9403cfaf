import { describe, expect, it } from "vitest";
import { chooseBackend } from "../../src/intercept/backend.js";
import type { HostFacts } from "../../src/intercept/host-facts.js";
import type { InterceptOptions } from "../../src/intercept/options.js";
import { createRules } from "../../src/intercept/rules.js";
import { readyHost, withKernel } from "./host-picture.js";
import { home } from "./led-devices.js";

const choose = (changes: Partial<InterceptOptions>, facts: HostFacts) => {
  const options = { ...home, ...changes };
  return chooseBackend(options, createRules(options), facts);
};
const { nft: _nft, ...withoutNft } = readyHost.tools;

describe("the choice of the packet filter", () => {
  it("is nftables where the host has it", () => {
    expect(choose({}, readyHost)).toEqual({ backend: "nft", why: "nftables (nftables v1.0.6)" });
  });

  it("is iptables where nft is not installed", () => {
    expect(choose({}, { ...readyHost, tools: withoutNft })).toEqual({
      backend: "iptables",
      why: "iptables (iptables v1.8.9 (nf_tables)), because for nftables the program nft is not installed",
    });
  });

  it("is iptables where the kernel does not take the rules from nft", () => {
    const refused = { ...readyHost, nftRefusal: "Error: Could not process rule: No such file or directory" };
    expect(choose({}, refused).backend).toBe("iptables");
  });

  it("is iptables where the kernel lacks what nftables needs for tproxy", () => {
    expect(choose({ mode: "tproxy" }, withKernel({ nft_tproxy: false })).why).toContain("the kernel lacks nft_tproxy");
    expect(choose({ mode: "redirect" }, withKernel({ nft_tproxy: false })).backend).toBe("nft");
  });

  it("is the configured one or none", () => {
    expect(choose({ backend: "iptables" }, readyHost).backend).toBe("iptables");
    expect(choose({ backend: "nft" }, readyHost).why).toBe("nftables, as configured (nftables v1.0.6)");
    expect(choose({ backend: "nft" }, { ...readyHost, tools: withoutNft })).toEqual({
      backend: undefined,
      why: "nftables is configured, but the program nft is not installed",
    });
  });

  it("is none where both lack something, and names it", () => {
    const facts = { ...withKernel({ xt_TPROXY: false, xt_socket: false }), tools: { iptables: "1", ip6tables: "1" } };
    expect(choose({ mode: "tproxy" }, facts)).toEqual({
      backend: undefined,
      why: "for nftables the program nft is not installed; for iptables the kernel lacks xt_TPROXY and xt_socket",
    });
  });

  it("asks for the tool of each family that has devices", () => {
    const facts = { ...readyHost, tools: { iptables: "iptables v1.8.9" } };
    expect(choose({ devices: ["192.168.1.50"] }, facts).backend).toBe("iptables");
    expect(choose({}, facts).why).toContain("for iptables the program ip6tables is not installed");
  });

  it("trusts a kernel that does not say what it can do", () => {
    const silent = withKernel({ nft_tproxy: undefined, nft_socket: undefined, nft_fib: undefined });
    expect(choose({ mode: "tproxy" }, silent).backend).toBe("nft");
  });
});
