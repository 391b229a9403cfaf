import { Namespace } from "./namespace.js";

export type Family = 4 | 6;

export interface NetworkOptions {
  /**
   * True: the cloud knows no way back to the device's network, and the gateway translates addresses, as at home. False:
   * it routes, so that the cloud sees who calls.
   */
  readonly masquerade?: boolean;
}

/** Addresses of the machines, by family. */
export const addresses = {
  device: { 4: "192.168.77.20", 6: "fd00:77::20" },
  /** Another address of the device's machine, for a device of its own. */
  second: { 4: "192.168.77.21", 6: "fd00:77::21" },
  /** A machine beside the device that nobody configured. */
  neighbour: { 4: "192.168.77.30", 6: "fd00:77::30" },
  /** The gateway as the device sees it. */
  gateway: { 4: "192.168.77.1", 6: "fd00:77::1" },
  /** The gateway as the cloud sees it. */
  outside: { 4: "203.0.113.1", 6: "fd00:113::1" },
  cloud: { 4: "203.0.113.10", 6: "fd00:113::10" },
} as const;

/** Names of the gateway's interfaces. */
export const interfaces = { lan: "lan0", wan: "wan0" } as const;

/**
 * A home and a cloud: device and neighbour behind a gateway that routes for them, and the cloud on its other side. IPv4
 * and IPv6, nothing filtered.
 */
export class Network {
  readonly device: Namespace;
  readonly neighbour: Namespace;
  readonly gateway: Namespace;
  readonly cloud: Namespace;
  static readonly #open = new Set<Network>();

  private constructor() {
    this.gateway = Namespace.create("gateway");
    this.device = Namespace.create("device");
    this.neighbour = Namespace.create("neighbour");
    this.cloud = Namespace.create("cloud");
    Network.#open.add(this);
  }

  /** Those that a test left, because it failed before it knew them. */
  static async removeAll(): Promise<void> {
    await Promise.all([...Network.#open].map((network) => network.remove()));
  }

  static async create(options: NetworkOptions = {}): Promise<Network> {
    Namespace.removeAbandoned();
    const network = new Network();
    try {
      await network.#connect(options.masquerade === true);
    } catch (error) {
      await network.remove();
      throw error;
    }
    return network;
  }

  async remove(): Promise<void> {
    Network.#open.delete(this);
    await Promise.all(this.#machines().map((machine) => machine.remove()));
  }

  #machines(): readonly Namespace[] {
    return [this.device, this.neighbour, this.cloud, this.gateway];
  }

  async #connect(masquerade: boolean): Promise<void> {
    const { lan, wan } = interfaces;
    for (const machine of this.#machines()) await machine.read("sh", "-c", preparation);
    await batch(this.gateway, [`link add ${lan} type bridge mcast_snooping 0`]);
    await this.#cable(this.device, "port1", `master ${lan}`);
    await this.#cable(this.neighbour, "port2", `master ${lan}`);
    await this.#cable(this.cloud, wan);
    await this.gateway.read("sh", "-c", gatewayPreparation);
    await Promise.all([
      batch(this.gateway, [...up(lan, addresses.gateway), ...up(wan, addresses.outside), ...ups("port1", "port2")]),
      batch(this.device, [
        ...up("eth0", addresses.device),
        ...aside("eth0", addresses.second),
        ...defaultRoutes(addresses.gateway),
      ]),
      batch(this.neighbour, [...up("eth0", addresses.neighbour), ...defaultRoutes(addresses.gateway)]),
      batch(this.cloud, [...up("eth0", addresses.cloud), ...(masquerade ? [] : defaultRoutes(addresses.outside))]),
    ]);
    if (masquerade) await this.gateway.feed(masqueradeTable, "nft", "-f", "-");
  }

  async #cable(machine: Namespace, plug: string, attributes = ""): Promise<void> {
    await batch(this.gateway, [
      `link add ${plug} type veth peer name eth0 netns ${machine.name}`,
      ...(attributes === "" ? [] : [`link set ${plug} ${attributes}`]),
    ]);
  }
}

/** Every address can be used at once, and nothing asks the network for others. */
const preparation = `
ip link set lo up
for each in all default; do
  echo 0 > /proc/sys/net/ipv6/conf/$each/accept_dad
  echo 0 > /proc/sys/net/ipv6/conf/$each/accept_ra
done`;

/** A bridge that is a bridge, also where the kernel can show its packets to the filter of the network layer. */
const gatewayPreparation = `
echo 1 > /proc/sys/net/ipv4/ip_forward
echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
echo 0 > /proc/sys/net/ipv4/conf/all/send_redirects
echo 0 > /proc/sys/net/ipv4/conf/${interfaces.lan}/send_redirects
for each in iptables ip6tables arptables; do
  if [ -e /proc/sys/net/bridge/bridge-nf-call-$each ]; then echo 0 > /proc/sys/net/bridge/bridge-nf-call-$each; fi
done`;

const masqueradeTable = `table inet home {
  chain postrouting {
    type nat hook postrouting priority srcnat;
    oifname "${interfaces.wan}" masquerade
  }
}
`;

function up(link: string, own: { readonly 4: string; readonly 6: string }): readonly string[] {
  return [`address add ${own[4]}/24 dev ${link}`, `address add ${own[6]}/64 dev ${link} nodad`, ...ups(link)];
}

/** Addresses that only those use who ask for them. */
function aside(link: string, own: { readonly 4: string; readonly 6: string }): readonly string[] {
  return [`address add ${own[4]}/24 dev ${link}`, `address add ${own[6]}/64 dev ${link} nodad preferred_lft 0`];
}

function ups(...links: readonly string[]): readonly string[] {
  return links.map((link) => `link set ${link} up`);
}

function defaultRoutes(via: { readonly 4: string; readonly 6: string }): readonly string[] {
  return [`route add default via ${via[4]}`, `-6 route add default via ${via[6]}`];
}

async function batch(machine: Namespace, lines: readonly string[]): Promise<void> {
  const text = `${lines.join("\n")}\n`;
  const { code, stderr } = await machine.feed(text, "sh", "-c", runEach);
  if (code !== 0) throw new Error(`ip ${lines.join("; ")} in ${machine.name}: ${stderr}`);
}

/** A batch of `ip` itself knows only one family. */
const runEach = "while read -r line; do ip $line || exit 1; done";
