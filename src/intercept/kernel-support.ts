import type { Host } from "./host.js";

/** What rules need of the kernel beyond the ordinary. */
export type KernelAbility = "nft_tproxy" | "nft_socket" | "nft_fib" | "xt_TPROXY" | "xt_socket" | "xt_recent";

export type KernelSupport = Readonly<Record<KernelAbility, boolean | undefined>>;

interface AbilityRow {
  /** Option of the kernel's configuration. */
  readonly option: string;
  /** Name among those that the kernel lists once it has loaded them. */
  readonly listed?: { readonly kind: "targets" | "matches"; readonly name: string };
}

const abilities: Readonly<Record<KernelAbility, AbilityRow>> = {
  nft_tproxy: { option: "CONFIG_NFT_TPROXY" },
  nft_socket: { option: "CONFIG_NFT_SOCKET" },
  nft_fib: { option: "CONFIG_NFT_FIB_INET" },
  xt_TPROXY: { option: "CONFIG_NETFILTER_XT_TARGET_TPROXY", listed: { kind: "targets", name: "TPROXY" } },
  xt_socket: { option: "CONFIG_NETFILTER_XT_MATCH_SOCKET", listed: { kind: "matches", name: "socket" } },
  xt_recent: { option: "CONFIG_NETFILTER_XT_MATCH_RECENT", listed: { kind: "matches", name: "recent" } },
};

/** What the running kernel says of itself; undefined where it does not say. */
export async function readKernelSupport(host: Host): Promise<KernelSupport> {
  const configuration = await readKernelConfiguration(host);
  const listed = {
    targets: await readNames(host, "targets"),
    matches: await readNames(host, "matches"),
  };
  const supports = (ability: KernelAbility): boolean | undefined => {
    const row = abilities[ability];
    if (row.listed !== undefined && listed[row.listed.kind].has(row.listed.name)) return true;
    return configuration === undefined ? undefined : isEnabled(configuration, row.option);
  };
  return {
    nft_tproxy: supports("nft_tproxy"),
    nft_socket: supports("nft_socket"),
    nft_fib: supports("nft_fib"),
    xt_TPROXY: supports("xt_TPROXY"),
    xt_socket: supports("xt_socket"),
    xt_recent: supports("xt_recent"),
  };
}

/** True where the option is built in or a module. */
export function isEnabled(configuration: string, option: string): boolean {
  return configuration.split("\n").some((line) => line === `${option}=y` || line === `${option}=m`);
}

async function readKernelConfiguration(host: Host): Promise<string | undefined> {
  const release = await host.read("/proc/sys/kernel/osrelease");
  const plain = release === undefined ? undefined : await host.read(`/boot/config-${release}`);
  if (plain !== undefined) return plain;
  const packed = await host.commands.run("gzip", ["-dc", "/proc/config.gz"]);
  return packed.type === "done" && packed.stdout.includes("CONFIG_") ? packed.stdout : undefined;
}

async function readNames(host: Host, kind: "targets" | "matches"): Promise<ReadonlySet<string>> {
  const texts = await Promise.all(["ip", "ip6"].map((family) => host.read(`/proc/net/${family}_tables_${kind}`)));
  return new Set(texts.flatMap((text) => (text ?? "").split("\n")));
}
