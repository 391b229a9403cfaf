import { captureSchema, spoolSchema } from "./capture-schema.js";
import { interceptSchema } from "./intercept-schema.js";
import { relaySchema } from "./relay-schema.js";
import { choice, count, file, files, listenNode, type SchemaNode, section, text, topicRoot } from "./schema-nodes.js";
import { splunkSchema, webSchema } from "./sinks-schema.js";

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
        items: relaySchema(protocolNames),
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
      intercept: interceptSchema,
      capture: captureSchema,
      spool: spoolSchema,
      splunk: splunkSchema,
      web: webSchema,
    },
  };
}
