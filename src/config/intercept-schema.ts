import { choice, listenNode, type SchemaNode, section } from "./schema-nodes.js";

/** How a gateway or a name server hands traffic over. */
export const interceptSchema: SchemaNode = section(
  "How a gateway hands the devices' traffic to Cloudtap: docs/interception.md",
  {
    mode: choice(
      ["none", "redirect", "tproxy"],
      "none",
      "`redirect`: connections of the devices are redirected to the relays' ports. `tproxy`: the same without address translation. Both need CAP_NET_ADMIN and a host that routes for the devices",
    ),
    backend: choice(["auto", "nft", "iptables"], "auto", "Packet filter. `auto`: nftables, else iptables"),
    devices: {
      type: "array",
      description:
        "Addresses and networks of the devices; nothing else is redirected, or served with `upstream: original`",
      items: {
        type: "string",
        format: "device-addresses",
        allowed: "an IPv4 or IPv6 address, or a network such as 192.168.1.48/28",
      },
      maxItems: 1000,
      default: [],
    },
    interface: {
      type: "string",
      format: "interface",
      description: "Network interface where the devices' packets come in",
      maxLength: 15,
      allowed: "the name of a network interface, such as eth0",
      defaultText: "any",
    },
    mark: {
      type: "integer",
      description: "Packet mark that `tproxy` uses",
      minimum: 1,
      maximum: 2_147_483_647,
      default: 1,
    },
    table: {
      type: "integer",
      description: "Routing table that `tproxy` uses",
      minimum: 1,
      maximum: 2_147_483_647,
      default: 100,
    },
    source: choice(
      ["bridge", "device"],
      "bridge",
      "Whose address a cloud sees with `tproxy`. `device`: the device's own; the way back must lead through this host",
    ),
    prepare: {
      type: "boolean",
      description:
        "Change settings of the host that are in the way, such as forwarding; they are put back by the clean-up",
      default: false,
    },
    user: {
      type: "string",
      format: "account",
      description:
        "Account under which relaying runs when Cloudtap is started as root; the packet filter stays with a small privileged process",
      maxLength: 32,
      allowed: "the name of an account, or UID or UID:GID",
      defaultText: "the one that started it",
    },
    dns: section("The own name server: it sends the devices here and forwards every other question", {
      enabled: { type: "boolean", description: "Answer DNS questions", default: false },
      listen: {
        ...listenNode("Where it listens, over UDP and TCP"),
        format: "fixed-listen",
        minimum: 1,
        allowed: "PORT or HOST:PORT, with a port from 1 to 65535",
        default: 53,
      },
      answer: {
        type: "array",
        description: "Addresses to answer the vendors' names with",
        items: { type: "string", format: "address", allowed: "an IPv4 or IPv6 address" },
        maxItems: 8,
        default: [],
        defaultText: "this host's",
      },
      names: {
        type: "array",
        description: "Names besides those of the vendors of the relays",
        items: { type: "string", format: "host-name", maxLength: 253, allowed: "a host name" },
        maxItems: 100,
        default: [],
      },
      forward: {
        type: "array",
        description: "Name servers for everything else",
        items: { type: "string", format: "name-server", allowed: "IP address of a name server, IP or IP:PORT" },
        maxItems: 16,
        default: [],
        defaultText: "`resolver`, else the system's",
      },
    }),
  },
);
