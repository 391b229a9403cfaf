import { describe, expect, it } from "vitest";
import { faultsOf, withRelay } from "./protocols.js";

describe("faults that the schema finds", () => {
  it.each([
    [
      "an unknown key",
      { rellays: [] },
      "rellays",
      "the unknown key rellays",
      /relays, resolver.*; did you mean relays\?$/,
    ],
    [
      "an unknown word",
      withRelay({ protocol: "solarmann" }),
      "relays[0].protocol",
      '"solarmann"',
      "one of solarman, websentry, envoy, raw, auto; did you mean solarman?",
    ],
    ["a wrong type", { mqtt: { discovery: "yes" } }, "mqtt.discovery", '"yes"', "true or false"],
    [
      "a number out of range",
      withRelay({ dial_timeout: 0 }),
      "relays[0].dial_timeout",
      "0",
      "a number from 0.1 to 120",
    ],
    ["nothing", { mqtt: null }, "mqtt", "nothing", "a map of keys"],
    [
      "a name of other letters",
      withRelay({ name: "Roof" }),
      "relays[0].name",
      '"Roof"',
      "1 to 64 of a-z, 0-9, _ and -",
    ],
    ["E14: a port that is none", withRelay({ listen: 65536 }), "relays[0].listen", "65536", /^PORT or HOST:PORT/],
    [
      "E14: an address that is none",
      withRelay({ listen: "1.2.3.400:1" }),
      "relays[0].listen",
      '"1.2.3.400:1"',
      /^PORT or HOST:PORT/,
    ],
    ["an upstream without port", withRelay({ upstream: "host" }), "relays[0].upstream", '"host"', /HOST:PORT/],
    ["a broker of another scheme", { mqtt: { url: "http://host" } }, "mqtt.url", '"http://host"', /^mqtt:/],
    [
      "an embedded broker on any port",
      { mqtt: { embedded: { listen: 0 } } },
      "mqtt.embedded.listen",
      "0",
      /1 to 65535$/,
    ],
    ["a topic with a wildcard", { mqtt: { base_topic: "a/#" } }, "mqtt.base_topic", '"a/#"', /^topic without/],
    ["a name server by name", { resolver: ["dns.example.com"] }, "resolver[0]", '"dns.example.com"', /^IP address/],
    ["no relay at all", { relays: [] }, "relays", "an empty list", /^a list of 1 to 100 relays/],
  ])("%s", (_name, document, path, found, allowed) => {
    const match: unknown = typeof allowed === "string" ? allowed : expect.stringMatching(allowed);
    expect(faultsOf(document)).toEqual([{ path, found, allowed: match }]);
  });

  it.each([
    [{ capture: { mode: "all" } }, "capture.mode"],
    [{ web: { port: 1 } }, "web.port"],
    [{ splunk: { hec_url: "" } }, "splunk.hec_url"],
    [{ prometheus: {} }, "prometheus"],
  ])("refuses what is not there: %j", (document, path) => {
    expect(faultsOf(document).map((fault) => fault.path)).toEqual([path]);
  });

  it("shows no secret, wherever it was put", () => {
    const faults = faultsOf({
      mqtt: { url: "http://me:hunter2@host", password: { a: "hunter2" }, pasword: "hunter2", ca: ["hunter2"] },
      log: ["hunter2"],
    });
    expect(faults.length).toBe(5);
    expect(JSON.stringify(faults)).not.toContain("hunter2");
    expect(faultsOf({ mqtt: { url: "mqtt://host", username: "me", password: 12345 } })).toEqual([
      { path: "mqtt.password", found: "a number (not shown)", allowed: "a text" },
    ]);
  });
});
