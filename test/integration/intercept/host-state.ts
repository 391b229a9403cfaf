import type { Namespace } from "../../support/network/namespace.js";

/** Rules that somebody else has on a gateway, in each of the packet filter's languages; nothing of them may change. */
export async function furnish(machine: Namespace): Promise<void> {
  const feed = async (text: string, ...words: readonly [string, ...string[]]): Promise<void> => {
    const { code, stderr } = await machine.feed(text, ...words);
    if (code !== 0) throw new Error(`${words.join(" ")}: ${stderr}`);
  };
  await feed(foreignTable, "nft", "-f", "-");
  for (const tool of ["iptables-nft", "ip6tables-nft", "iptables-legacy", "ip6tables-legacy"]) {
    await feed(foreignChains, `${tool}-restore`);
  }
  await machine.read("sh", "-c", settings);
}

/** Everything that interception could change on a machine, as text. */
export async function hostState(machine: Namespace): Promise<string> {
  const saves = ["iptables-nft", "ip6tables-nft", "iptables-legacy", "ip6tables-legacy"].map((tool) => [
    `${tool}-save`,
  ]);
  const listings = await Promise.all(
    [
      ["nft", "list", "ruleset"],
      ...saves,
      ["ip", "-4", "rule"],
      ["ip", "-6", "rule"],
      ["ip", "route", "show", "table", "all"],
      ["ip", "-6", "route", "show", "table", "all"],
      [
        "sh",
        "-c",
        "grep -r . /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/conf /proc/sys/net/ipv4/ip_forward 2>/dev/null | grep -v stable_secret",
      ],
    ].map(async ([command = "", ...args]) => `== ${command}\n${plain((await machine.run(command, ...args)).stdout)}`),
  );
  return listings.join("\n");
}

/** Without what differs from one moment to the next: dates, counters, lifetimes. */
export function plain(listing: string): string {
  return listing
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .map((line) =>
      line
        .replace(/\[\d+:\d+\]/, "[0:0]")
        .replace(/ expires \d+\w*/g, "")
        .replace(/packets \d+ bytes \d+/, "packets 0 bytes 0"),
    )
    .join("\n");
}

const foreignTable = `table inet home {
  set guests { type ipv4_addr; elements = { 192.168.77.99 }; }
  chain forward {
    type filter hook forward priority filter; policy accept;
    ip saddr @guests drop
  }
}
`;

/** A machine with Docker and a rule of its owner in each table. */
const foreignChains = `*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p tcp -m tcp --dport 8080 -m comment --comment "web, not CLOUDTAP" -j REDIRECT --to-ports 80
COMMIT
*mangle
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p udp -m udp --dport 53 -j MARK --set-xmark 0x40/0xffffffff
COMMIT
*filter
:FORWARD DROP [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
-A DOCKER-USER -j RETURN
COMMIT
`;

const settings = `
echo 0 > /proc/sys/net/ipv4/ip_forward
echo 0 > /proc/sys/net/ipv4/conf/all/accept_redirects
echo 1 > /proc/sys/net/ipv4/conf/wan0/forwarding
echo 1 > /proc/sys/net/ipv4/conf/all/rp_filter
echo 1 > /proc/sys/net/ipv4/conf/all/send_redirects
echo 1 > /proc/sys/net/ipv4/conf/lan0/send_redirects
echo 0 > /proc/sys/net/ipv6/conf/all/forwarding
echo 1 > /proc/sys/net/ipv6/conf/wan0/forwarding
echo 1 > /proc/sys/net/ipv6/conf/lan0/accept_ra
ip rule add fwmark 0x77 lookup 77 protocol 4
ip route add 10.77.0.0/16 via 203.0.113.10 table 77`;
