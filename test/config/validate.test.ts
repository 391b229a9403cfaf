import { describe, expect, it } from "vitest";
import { validateConfiguration } from "../../src/config/validate.js";
import { faultsOf, validation, withRelay } from "./protocols.js";

const contract = {
  log: { level: "info" },
  data_dir: "/tmp/cloudtap",
  mqtt: {
    url: "mqtt://host:1883",
    username: "cloudtap",
    password: "secret",
    client_id: "cloudtap",
    protocol_version: "auto",
    base_topic: "cloudtap",
    discovery: true,
    discovery_prefix: "homeassistant",
    values: "json",
    embedded: { listen: "127.0.0.1:1883" },
  },
  relays: [
    {
      name: "deye",
      protocol: "solarman",
      listen: 10000,
      upstream: "host:10000",
      tls: "auto",
      tls_min: "TLSv1.2",
      upstream_tls: "auto",
      cloud: "relay",
      commands: "allow",
      commands_block: "",
      commands_allow: "",
      control: false,
      offline_after: 0,
      reply_timeout: 10,
    },
  ],
  resolver: [],
  intercept: { mode: "none", backend: "auto", devices: [], interface: "br0" },
  capture: {
    mode: "none",
    directory: "/tmp/captures",
    max_mb: 100,
    max_days: 7,
    threshold: 5,
    hold: 600,
    parts: ["A", "request_headers"],
    redact: true,
  },
  spool: { enabled: false, directory: "/tmp/spool", max_mb: 500, max_days: 30 },
  splunk: { url: "", token: "", index: "", source: "cloudtap", verify: true },
  web: { listen: "127.0.0.1:8099" },
};

describe("validateConfiguration", () => {
  it("D01 D02 E15: needs no configuration: a relay for each vendor's host, the embedded broker", () => {
    const { relays, mqtt } = validateConfiguration(undefined, validation);
    expect(relays.map(({ name, listen, upstream }) => [name, listen, upstream])).toEqual([
      ["solarman", { host: undefined, port: 10000 }, { host: "solarman.example.com", port: 10000 }],
      ["websentry", { host: undefined, port: 1030 }, { host: "websentry.example.com", port: 1030 }],
      ["envoy", { host: undefined, port: 4430 }, { host: "envoy.example.com", port: 443 }],
    ]);
    expect(mqtt.url).toBeUndefined();
    expect(mqtt.embedded.listen).toEqual({ host: "127.0.0.1", port: 1883 });
  });

  it("takes every key of the contract with its neutral value", () => {
    expect(faultsOf(contract)).toEqual([]);
  });

  it("gives the same with the contract's values as without them", () => {
    const { relays, ...rest } = validateConfiguration(contract, validation);
    const { mqtt, ...bare } = validateConfiguration({}, validation);
    expect(rest.mqtt).toEqual({ ...mqtt, url: "mqtt://host:1883", username: "cloudtap", password: "secret" });
    expect(rest.log).toEqual(bare.log);
    expect([rest.web, rest.splunk]).toEqual([bare.web, undefined]);
    expect(relays[0]).toMatchObject({ tls: "auto", dialTimeoutMs: 5000, idleTimeoutMs: 900_000, offlineAfterMs: 0 });
  });

  it("names every fault at once, those between keys too", () => {
    const faults = faultsOf({
      log: { level: "loud" },
      mqtt: { usrname: "me" },
      relays: [
        { name: "roof", protocol: "solarman", listen: 10000 },
        { name: "roof", protocol: "solarman", listen: "127.0.0.1:10000", tls: "off" },
        { name: "mystery", protocol: "raw" },
        { protocol: "solarmann" },
      ],
    });
    expect(faults.map(({ path }) => path)).toEqual([
      "log.level",
      "mqtt.usrname",
      "relays[1].tls",
      "relays[3].name",
      "relays[3].protocol",
      "relays[1].name",
      "relays[1].listen",
      "relays[2].upstream",
    ]);
  });

  it("says which environment variable a bad value came from", () => {
    const variables = new Map([["log.level", "CLOUDTAP_LOG_LEVEL"]]);
    expect(faultsOf({ log: { level: "loud" } }, { variables })).toEqual([
      {
        path: "log.level",
        found: '"loud" in CLOUDTAP_LOG_LEVEL',
        allowed: "one of trace, debug, info, warn, error",
      },
    ]);
  });

  it("D27: names the variable of a wrong token, never the token", () => {
    const variables = new Map([["splunk.token", "CLOUDTAP_SPLUNK_TOKEN"]]);
    const splunk = { token: "secret-token", token_file: "package.json" };
    expect(faultsOf({ splunk }, { variables })).toMatchObject([{ path: "splunk.token_file" }]);
    expect(faultsOf({ splunk: { url: "splunk", token: 1 } }, { variables })).toMatchObject([
      { path: "splunk.url" },
      { path: "splunk.token", found: "a number (not shown) in CLOUDTAP_SPLUNK_TOKEN" },
    ]);
  });

  it("neither changes the document nor lets its own result be changed", () => {
    const document = withRelay({ listen: 1 });
    const copy = structuredClone(document);
    const configuration = validateConfiguration(document, validation);
    expect(document).toEqual(copy);
    expect(Object.isFrozen(configuration.relays[0]?.listen)).toBe(true);
  });

  it.each([
    ["a list", [1], "a list of 1"],
    ["a text", "relays", '"relays"'],
  ])("refuses %s in place of a map", (_name, document, found) => {
    expect(faultsOf(document)).toEqual([{ path: "configuration", found, allowed: "a map of keys" }]);
  });

  it("takes __proto__ for what it is, an unknown key", () => {
    const document: unknown = JSON.parse('{"__proto__": {"polluted": true}, "mqtt": {"__proto__": {"url": 1}}}');
    expect(faultsOf(document).map(({ path }) => path)).toEqual(["__proto__", "mqtt.__proto__"]);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});
