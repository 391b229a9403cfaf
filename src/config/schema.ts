import { commandClasses } from "../model/command.js";

/** One node of the schema: JSON Schema (draft 7) besides `allowed`, `defaultText` and `secret`. */
export interface SchemaNode {
  readonly type: SchemaType | readonly SchemaType[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly format?: FormatName;
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  /** What a fault says is allowed, where type, range and list of values do not say it. */
  readonly allowed?: string;
  /** The default in words, where it is not one value. */
  readonly defaultText?: string;
  /** True: the value is never shown. */
  readonly secret?: true;
}

export type SchemaType = "string" | "integer" | "number" | "boolean" | "array" | "object";

/** Formats that `formats.ts` checks. */
export type FormatName =
  | "listen"
  | "fixed-listen"
  | "remote"
  | "mqtt-url"
  | "topic-root"
  | "name-server"
  | "timezone"
  | "classes"
  | "device-addresses"
  | "address"
  | "interface"
  | "host-name"
  | "account";

/** Keys of later versions, and why they are refused today. */
export const unavailableKeys: Readonly<Record<string, string>> = {
  splunk: "this version does not send to Splunk; remove the key",
  web: "this version has no web page; remove the key",
};

const later = "other values need a later version";

const files = {
  ca: "Authorities to trust besides the well-known ones",
  cert: "The client's certificate; needs `key`",
  key: "Key of the client's certificate; needs `cert`",
} as const;

const mqtt: SchemaNode = section("The broker, and what is published there", {
  url: {
    type: "string",
    format: "mqtt-url",
    description:
      "Broker. A user and password in the URL count as `username` and `password`. Without it: the broker that the Supervisor offers, else the embedded one",
    allowed: "mqtt://, mqtts://, ws:// or wss:// with a host, such as mqtt://192.168.1.10:1883",
    defaultText: "the Supervisor's, else the embedded one",
  },
  username: text("User at the broker; needs `url`"),
  password: { ...text("Password at the broker; needs `username`"), secret: true },
  ca: file(files.ca),
  cert: file(files.cert),
  key: file(files.key),
  client_id: {
    type: "string",
    description: "Name under which Cloudtap logs in; two clients with one name throw each other out",
    minLength: 1,
    maxLength: 128,
    default: "cloudtap",
  },
  protocol_version: {
    type: ["string", "integer"],
    description: "Version of the MQTT protocol. `auto`: 5, and 3.1.1 where the broker does not know 5",
    enum: ["auto", "5", "3.1.1", 5],
    allowed: "one of auto, 5, 3.1.1",
    default: "auto",
  },
  base_topic: topicRoot("First part of every topic", "cloudtap"),
  discovery: { type: "boolean", description: "Announce devices to Home Assistant", default: true },
  discovery_prefix: topicRoot("Home Assistant's discovery prefix", "homeassistant"),
  values: choice(
    ["json", "topics", "both"],
    "json",
    "`json`: one state topic a device. `topics`: a topic a value. `both`: the two together",
  ),
  embedded: section("The broker that Cloudtap brings along for where there is no other", {
    listen: {
      ...listenNode("Where it listens. It asks for no password, so think before opening it to the network"),
      format: "fixed-listen",
      minimum: 1,
      allowed: "PORT or HOST:PORT, with a port from 1 to 65535",
      default: "127.0.0.1:1883",
    },
  }),
});

function relay(protocolNames: readonly string[]): SchemaNode {
  const namesElsewhere = protocolNames.length > 0 ? {} : { allowed: "a protocol that `cloudtap --help` lists" };
  return {
    type: "object",
    description: "One place where devices arrive",
    additionalProperties: false,
    required: ["name", "protocol"],
    properties: {
      name: {
        type: "string",
        description: "Unique name, for logs and status",
        pattern: "^[a-z0-9_-]+$",
        minLength: 1,
        maxLength: 64,
        allowed: "1 to 64 of a-z, 0-9, _ and -",
      },
      protocol: {
        type: "string",
        description: "What the devices speak. `auto`: told by the first bytes, for all that a gateway leads here",
        enum: protocolNames.length > 0 ? [...protocolNames, "auto"] : protocolNames,
        ...namesElsewhere,
      },
      listen: { ...listenNode("Where devices arrive"), defaultText: "the protocol's port" },
      upstream: {
        type: "string",
        format: "remote",
        description:
          "The cloud. `original`: where the device was heading, for traffic that a gateway leads here; only `intercept.devices` are served then",
        allowed: "original, or HOST:PORT; the host is a name, an IPv4 address or an IPv6 address in brackets",
        defaultText: "the vendor's host; `raw` has none",
      },
      intercept_ports: {
        type: "array",
        description: "Ports of clouds whose connections `intercept` leads to this relay",
        items: { type: "integer", minimum: 1, maximum: 65_535 },
        maxItems: 15,
        defaultText: "the port of the protocol's vendor; with `auto` those of all vendors",
      },
      tls: choice(
        ["auto", "terminate", "plain", "splice"],
        "auto",
        "Device leg. `auto`: told by the first byte. `terminate`: TLS, opened here. `plain`: never TLS. `splice`: TLS is passed through unread",
      ),
      tls_min: {
        type: "string",
        description: "Lowest TLS version on the device leg",
        enum: ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"],
        defaultText: "the protocol's: `TLSv1` for `envoy`, else `TLSv1.2`",
      },
      upstream_tls: choice(
        ["auto", "verify", "insecure", "plain"],
        "auto",
        "Cloud leg. `auto`: as the device leg was, with the certificate checked. `verify`: TLS, certificate checked. `insecure`: TLS, any certificate. `plain`: no TLS",
      ),
      upstream_ca: file(files.ca),
      tls_key_log: {
        ...text(
          "File that TLS secrets of both legs are appended to, for Wireshark; whoever has it can read the traffic",
        ),
        allowed: "path of a file",
      },
      dial_timeout: {
        type: "number",
        description: "Seconds until the cloud must have accepted",
        minimum: 0.1,
        maximum: 120,
        default: 5,
      },
      idle_timeout: {
        ...seconds("Seconds without a byte in either direction after which a session is ended; 0: the protocol's", 0),
        maximum: 604_800,
      },
      max_sessions: count("Most sessions at a time", 1000),
      max_sessions_per_address: count("Most sessions at a time of one device address", 100),
      offline_after: {
        ...seconds("Seconds of silence after which a device is offline; 0: three times its usual interval", 0),
        maximum: 2_592_000,
      },
      ...policyKeys,
    },
  };
}

/** What a relay may do to traffic. */
const policyKeys: Readonly<Record<string, SchemaNode>> = {
  cloud: choice(
    ["relay", "local", "auto"],
    "relay",
    "Who answers the device. `relay`: always the cloud. `local`: Cloudtap, the cloud is never contacted. `auto`: the cloud while it answers, else Cloudtap",
  ),
  commands: choice(
    ["allow", "protect", "block"],
    "allow",
    "Which commands of the cloud pass. `allow`: all. `protect`: all but `server` and `firmware`. `block`: only `time`, `ack` and `query`",
  ),
  commands_block: classes("Classes of commands to block besides"),
  commands_allow: classes("Classes of commands to let through all the same"),
  control: {
    type: "boolean",
    description: "MQTT and Home Assistant may write what the devices' entities offer",
    default: false,
  },
  control_experimental: {
    type: "boolean",
    description:
      "Also what is unproven: for `solarman` the power limit and on and off of micro-inverters; needs `control: true`",
    default: false,
  },
  protect_local: {
    type: "boolean",
    description: "The cloud cannot change a setting that was written from here; needs `control: true`",
    default: false,
  },
  reply_timeout: {
    type: "number",
    description: "Seconds without the cloud's answer before it counts as away; for `cloud: auto`",
    minimum: 1,
    maximum: 120,
    default: 10,
  },
};

const intercept: SchemaNode = section("How a gateway hands the devices' traffic to Cloudtap: docs/interception.md", {
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
});

const laterSections: Readonly<Record<string, SchemaNode>> = {
  capture: section("Recorded traffic; not written by this version", {
    mode: neutral("string", "none", "What is captured"),
    directory: text("Folder"),
    max_mb: count("Megabytes kept", 100),
    max_days: count("Days kept", 7),
    threshold: seconds("Score from which a device is captured", 5),
    hold: seconds("Seconds for which it is captured", 600),
    parts: { type: "array", description: "Parts of a capture", items: { type: "string" }, maxItems: 100 },
    redact: { type: "boolean", description: "Leave out secrets", default: true },
  }),
  spool: section("Stored report bodies; not written by this version", {
    enabled: neutral("boolean", false, "Whether bodies are stored"),
    directory: text("Folder"),
    max_mb: count("Megabytes kept", 500),
    max_days: count("Days kept", 30),
  }),
};

/** The JSON Schema (draft 7) of a configuration, for these protocols. The only place where keys, ranges and defaults stand. */
export function createConfigurationSchema(protocolNames: readonly string[]): SchemaNode {
  return {
    type: "object",
    additionalProperties: false,
    properties: {
      log: section("The program's own log", {
        level: choice(
          ["trace", "debug", "info", "warn", "error"],
          "info",
          "Lowest level that is written; `trace` includes the bytes that pass",
        ),
      }),
      data_dir: {
        type: "string",
        description: "Folder for what must survive a restart; made when missing",
        minLength: 1,
        allowed: "path of a folder",
        defaultText: "`./data`; beside options.json in the Home Assistant app",
      },
      mqtt,
      relays: {
        type: "array",
        description: "Where devices arrive",
        items: relay(protocolNames),
        minItems: 1,
        maxItems: 100,
        allowed: "a list of 1 to 100 relays; leave the key out for the usual ones",
        defaultText: "a relay for every protocol that has a vendor's host, each on its own port",
      },
      resolver: {
        type: "array",
        description:
          "Name servers for upstream look-ups, so that a vendor's name that your DNS sends here does not lead Cloudtap to itself; empty: the system's",
        items: { type: "string", format: "name-server", allowed: "IP address of a name server, IP or IP:PORT" },
        maxItems: 16,
        default: [],
      },
      timezone: {
        type: "string",
        format: "timezone",
        description: "Where the devices stand, for answers in the cloud's place that tell a device its local time",
        maxLength: 64,
        allowed: "an IANA time zone such as Europe/Berlin",
        defaultText: "this machine's",
      },
      outbox: section("What a cloud missed with `cloud: auto` and takes later (`envoy`); the oldest is dropped first", {
        max_mb: count("Megabytes kept, of all relays together", 50),
        max_days: { ...count("Days kept", 14), maximum: 365 },
      }),
      intercept,
      ...laterSections,
    },
  };
}

function section(description: string, properties: Readonly<Record<string, SchemaNode>>): SchemaNode {
  return { type: "object", description, additionalProperties: false, properties, default: {} };
}

function text(description: string): SchemaNode {
  return { type: "string", description, maxLength: 4096, allowed: "a text" };
}

function file(description: string): SchemaNode {
  return { ...text(description), allowed: "path of a PEM file" };
}

function choice(values: readonly string[], preset: string, description: string): SchemaNode {
  return { type: "string", description, enum: values, default: preset };
}

function classes(description: string): SchemaNode {
  return {
    type: "string",
    format: "classes",
    description: `${description}, comma-separated: ${commandClasses.join(", ")}`,
    maxLength: 256,
    allowed: `some of ${commandClasses.join(", ")}, comma-separated`,
    default: "",
  };
}

function neutral(type: SchemaType, value: unknown, description: string): SchemaNode {
  return { type, description, enum: [value], allowed: `${String(value)}; ${later}`, default: value };
}

function count(description: string, preset: number): SchemaNode {
  return { type: "integer", description, minimum: 1, maximum: 100_000, default: preset };
}

function seconds(description: string, preset: number): SchemaNode {
  return { type: "integer", description, minimum: 0, maximum: 86_400, default: preset };
}

function topicRoot(description: string, preset: string): SchemaNode {
  return {
    type: "string",
    format: "topic-root",
    description,
    maxLength: 256,
    allowed: "topic without +, #, blanks, empty levels and a leading $",
    default: preset,
  };
}

function listenNode(description: string): SchemaNode {
  return {
    type: ["string", "integer"],
    format: "listen",
    description,
    minimum: 0,
    maximum: 65_535,
    allowed: "PORT or HOST:PORT, with a port from 0 (any free one) to 65535",
  };
}
