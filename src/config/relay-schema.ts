import { choice, classes, count, file, files, listenNode, type SchemaNode, seconds, text } from "./schema-nodes.js";

/** The keys of one relay. */
export function relaySchema(protocolNames: readonly string[]): SchemaNode {
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
