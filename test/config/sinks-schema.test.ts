import { describe, expect, it } from "vitest";
import { splunkSchema, webSchema } from "../../src/config/sinks-schema.js";
import { faultsOf } from "./protocols.js";

const paths = (document: object) => faultsOf(document).map(({ path }) => path);

describe("the schema of the page", () => {
  it("serves this host alone unless it is told to do more", () => {
    const { enabled, listen, hosts, history_hours } = webSchema.properties ?? {};
    expect([enabled, listen, hosts, history_hours].map((node) => node?.default)).toEqual([
      true,
      "127.0.0.1:8099",
      [],
      48,
    ]);
  });

  it("takes names, no addresses and no ports, and a bounded history", () => {
    expect(paths({ web: { hosts: ["solar.example.com", "roof"], history_hours: 336 } })).toEqual([]);
    expect(paths({ web: { hosts: ["10.0.0.2", "a b", "roof:8099"], history_hours: 337 } })).toEqual([
      ...["web.hosts[0]", "web.hosts[1]", "web.hosts[2]", "web.history_hours"],
    ]);
  });
});

describe("the schema of Splunk", () => {
  it("D29: checks certificates, and has the state topic's names, unless it is told otherwise", () => {
    const { verify, fields, source, sourcetype, max_mb } = splunkSchema.properties ?? {};
    const presets = [verify, fields, source, sourcetype, max_mb].map((node) => node?.default);
    expect(presets).toEqual([true, "keys", "cloudtap", "cloudtap", 50]);
  });

  it("D32: refuses what is no address, and what is no choice", () => {
    expect(paths({ splunk: { url: "splunk:8088", fields: "flat", max_mb: 0, verify: "maybe" } })).toEqual([
      ...["splunk.url", "splunk.verify", "splunk.fields", "splunk.max_mb"],
    ]);
  });

  it("shows no token, nor a password in the address", () => {
    const faults = faultsOf({ splunk: { url: "https://me:hunter2@splunk:8088", token: ["hunter2"] } });
    expect(faults.map(({ path }) => path)).toEqual(["splunk.url", "splunk.token"]);
    expect(JSON.stringify(faults)).not.toContain("hunter2");
    expect(faultsOf({ splunk: { token: 12345 } })).toMatchObject([{ found: "a number (not shown)" }]);
  });
});
