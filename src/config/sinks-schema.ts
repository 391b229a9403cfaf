import { usualWebListen } from "./listens.js";
import { count, listenNode, type SchemaNode, section, text } from "./schema-nodes.js";

/** `splunk`: readings and events to an HTTP Event Collector. */
export const splunkSchema: SchemaNode = section(
  "Readings and events to Splunk's HTTP Event Collector; off until `url` and a token are given",
  {
    url: {
      type: "string",
      format: "http-url",
      description: "The collector; without a path, its usual one is meant",
      allowed: "http:// or https:// with a host, without a user, such as https://splunk.example:8088",
    },
    token: { ...text("The collector's token"), secret: true },
    token_file: { ...text("File that holds the token, in place of `token`"), allowed: "path of a file" },
    index: text("Index to write to; without it the token's own"),
    source: { ...text("What Splunk shows as the source"), default: "cloudtap" },
    sourcetype: { ...text("What Splunk shows as the type of the source"), default: "cloudtap" },
    verify: {
      type: "boolean",
      description: "Whether the collector's certificate is checked; without that anybody in between can read the token",
      default: true,
    },
    ca: { ...text("Authorities to trust besides the well-known ones"), allowed: "path of a PEM file" },
    fields: {
      type: "string",
      enum: ["keys", "classic"],
      description:
        "Names of the values: `keys` as in the state topic, `classic` as the earlier deye-mitm wrote them, such as `grid.i`",
      default: "keys",
    },
    max_mb: count("Megabytes kept while the collector is away; the oldest readings are dropped first", 50),
  },
);

/** `web`: the page and what else is served over HTTP. */
export const webSchema: SchemaNode = section(
  "The page, its API, metrics for Prometheus and the health check, over HTTP and without a password",
  {
    enabled: { type: "boolean", description: "Whether they are served", default: true },
    listen: {
      ...listenNode("Where; open it to the network only where everybody in it may see your devices"),
      default: usualWebListen,
    },
    hosts: {
      type: "array",
      description:
        "Names under which the page is called besides IP addresses, names without a dot, and those that end in .local, .lan, .internal, .home.arpa or .localhost",
      items: { type: "string", format: "host-name", allowed: "a host name" },
      maxItems: 32,
      default: [],
    },
    history_hours: {
      type: "integer",
      description: "Hours of values kept in `data_dir`; 0: none. The page's charts show the newest 48, the API all",
      minimum: 0,
      maximum: 336,
      default: 48,
    },
  },
);
