import { describe, expect, it } from "vitest";
import type { ConfigurationDocument, MqttDocument, RelayDocument } from "../../src/config/configuration.js";
import { createConfigurationSchema } from "../../src/config/schema.js";
import type { SchemaNode } from "../../src/config/schema-nodes.js";

/** Every key of the types; the compiler refuses one that is missing or too much. */
const mqtt: Required<MqttDocument> = {
  ...{ url: "", username: "", password: "", ca: "", cert: "", key: "", client_id: "", protocol_version: "auto" },
  ...{ base_topic: "", discovery: true, discovery_prefix: "", values: "json", embedded: { listen: 1 } },
};
const relay: Required<RelayDocument> = {
  ...{ name: "", protocol: "", listen: 1, upstream: "", tls: "auto", tls_min: "TLSv1", upstream_tls: "auto" },
  ...{ upstream_ca: "", dial_timeout: 1, idle_timeout: 1, max_sessions: 1, max_sessions_per_address: 1 },
  ...{ offline_after: 0, cloud: "relay", commands: "allow", commands_block: "", commands_allow: "" },
  ...{ control: false, control_experimental: false, protect_local: false, reply_timeout: 10 },
  ...{ tls_key_log: "", intercept_ports: [] },
};
const capture: Required<ConfigurationDocument["capture"]> = {
  ...{ mode: "none", directory: "", max_mb: 1, max_days: 1, threshold: 1, hold: 1, parts: [], redact: true },
  ...{ relays: [], tls_secrets: "none" },
};
const document: Required<ConfigurationDocument> = {
  log: { level: "info" },
  data_dir: "",
  mqtt,
  relays: [relay],
  resolver: [],
  timezone: "",
  outbox: { max_mb: 1, max_days: 1 },
  intercept: {
    ...{ mode: "none", backend: "auto", devices: [], interface: "", mark: 1, table: 100, source: "bridge" },
    ...{ prepare: false, user: "", dns: { enabled: false, listen: 53, answer: [], names: [], forward: [] } },
  },
  capture,
  spool: { ...{ enabled: false, directory: "", max_mb: 1, max_days: 1 } },
  splunk: {
    ...{ url: "", token: "", token_file: "", index: "", source: "", sourcetype: "", verify: true, ca: "" },
    ...{ fields: "keys", max_mb: 1 },
  },
  web: { enabled: true, listen: 8099, hosts: [], history_hours: 1 },
};

function keysOfType(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => keysOfType(entry, `${path}[]`));
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, entry]) => keysOfType(entry, `${path}.${key}`));
}

function keysOfSchema(node: SchemaNode, path: string): readonly string[] {
  if (node.items?.properties !== undefined) return keysOfSchema(node.items, `${path}[]`);
  // An empty list has no entry to show.
  if (node.type === "array") return [];
  if (node.properties === undefined) return [path];
  return Object.entries(node.properties).flatMap(([key, child]) => keysOfSchema(child, `${path}.${key}`));
}

describe("the types of a configuration", () => {
  it("have the keys of the schema, all of them and no other", () => {
    const inSchema = keysOfSchema(createConfigurationSchema(["solarman"]), "");
    expect(keysOfType(document, "").toSorted()).toEqual(inSchema.toSorted());
  });
});
