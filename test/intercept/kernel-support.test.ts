import { describe, expect, it } from "vitest";
import { isEnabled, readKernelSupport } from "../../src/intercept/kernel-support.js";
import { failed, memoryHost } from "./memory-host.js";

const release = { "/proc/sys/kernel/osrelease": "6.1.0-arm64" };
const configuration = `CONFIG_NFT_TPROXY=m
# CONFIG_NFT_SOCKET is not set
CONFIG_NFT_FIB_INET=y
CONFIG_NETFILTER_XT_MATCH_SOCKET=m
`;
const noTool = () => failed("no such file");

describe("what the kernel supports", () => {
  it("is read from the configuration beside it", async () => {
    const host = memoryHost({ ...release, "/boot/config-6.1.0-arm64": configuration }, noTool);
    expect(await readKernelSupport(host)).toEqual({
      nft_tproxy: true,
      nft_socket: false,
      nft_fib: true,
      xt_TPROXY: false,
      xt_socket: true,
      xt_recent: false,
    });
  });

  it("is read from the configuration inside it", async () => {
    const host = memoryHost(release, ({ args }) => (args.includes("/proc/config.gz") ? configuration : noTool()));
    expect(await readKernelSupport(host)).toMatchObject({ nft_tproxy: true, nft_socket: false });
  });

  it("is what it has loaded already, whatever its configuration says", async () => {
    const loaded = { "/proc/net/ip_tables_targets": "REDIRECT\nTPROXY", "/proc/net/ip6_tables_matches": "recent\ntcp" };
    const host = memoryHost({ ...loaded, "/boot/config-6.1.0-arm64": configuration, ...release }, noTool);
    expect(await readKernelSupport(host)).toMatchObject({ xt_TPROXY: true, xt_recent: true });
  });

  it("is unknown where it does not say", async () => {
    const support = await readKernelSupport(memoryHost({}, noTool));
    expect(new Set(Object.values(support))).toEqual(new Set([undefined]));
  });

  it("has an option only where a line of its own says so", () => {
    expect(isEnabled("# CONFIG_A=y\n", "CONFIG_A")).toBe(false);
    expect(isEnabled("CONFIG_AB=y\n", "CONFIG_A")).toBe(false);
  });
});
