import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { validateConfiguration } from "../../src/config/validate.js";
import { validation, withRelay } from "./protocols.js";

const relayOf = (keys: Readonly<Record<string, unknown>>) =>
  validateConfiguration(withRelay(keys), validation).relays[0];
const mqttOf = (mqtt: Readonly<Record<string, unknown>>) => validateConfiguration({ mqtt }, validation).mqtt;

describe("resolveConfiguration", () => {
  it("E14: listens on the chosen address and port", () => {
    expect(relayOf({ listen: "127.0.0.1:8080" })?.listen).toEqual({ host: "127.0.0.1", port: 8080 });
    expect(relayOf({ listen: "8080" })?.listen).toEqual({ host: undefined, port: 8080 });
  });

  it("D02 E15: takes the configured upstream in place of the protocol's", () => {
    expect(relayOf({ upstream: "[2001:db8::1]:10" })?.upstream).toEqual({ host: "2001:db8::1", port: 10 });
    expect(relayOf({ upstream: "" })?.upstream).toEqual({ host: "solarman.example.com", port: 10000 });
  });

  it("turns seconds into milliseconds and 0 into the protocol's", () => {
    expect(relayOf({ dial_timeout: 0.25, idle_timeout: 0, offline_after: 90 })).toMatchObject({
      dialTimeoutMs: 250,
      idleTimeoutMs: 900_000,
      offlineAfterMs: 90_000,
    });
    expect(relayOf({ idle_timeout: 60 })?.idleTimeoutMs).toBe(60_000);
  });

  it("follows the device, or the vendor of what it speaks, where the upstream is no host", () => {
    const intercept = { devices: ["10.0.0.2"] };
    const relays = [
      { name: "a", protocol: "auto", listen: 1 },
      { name: "b", protocol: "raw", upstream: "original" },
    ];
    const { relays: resolved } = validateConfiguration({ relays, intercept }, validation);
    expect(resolved.map(({ upstream }) => upstream)).toEqual(["vendor", "original"]);
  });

  it("asks past its own name server", () => {
    const resolver = (document: object) => validateConfiguration(document, validation).resolver;
    const dns = { enabled: true, forward: ["9.9.9.9"] };
    expect(resolver({ intercept: { dns } })).toEqual(["9.9.9.9"]);
    expect(resolver({ intercept: { dns: { ...dns, enabled: false } } })).toEqual([]);
    expect(resolver({ resolver: ["1.1.1.1"], intercept: { dns } })).toEqual(["1.1.1.1"]);
  });

  it("takes the lowest TLS version from the protocol", () => {
    expect(relayOf({})?.tlsMin).toBe("TLSv1.2");
    expect(relayOf({ protocol: "envoy" })?.tlsMin).toBe("TLSv1");
    expect(relayOf({ tls_min: "TLSv1.3" })?.tlsMin).toBe("TLSv1.3");
  });

  it("takes user and password out of the broker's URL", () => {
    expect(mqttOf({ url: "mqtt://me:p%40ss@host:1884" })).toMatchObject({
      ...{ url: "mqtt://host:1884", username: "me", password: "p@ss" },
    });
  });

  it("takes the protocol version as number and as text", () => {
    expect(mqttOf({ protocol_version: 5 }).protocolVersion).toBe("5");
    expect(mqttOf({ protocol_version: "3.1.1" }).protocolVersion).toBe("3.1.1");
  });

  it("takes lists of classes apart, and seconds, megabytes and days", () => {
    expect(relayOf({ commands: "block", commands_allow: " power , reboot,power", reply_timeout: 2.5 })).toMatchObject({
      commands: { preset: "block", block: [], allow: ["power", "reboot"] },
      replyTimeoutMs: 2_500,
    });
    const { outbox } = validateConfiguration({ outbox: { max_mb: 2, max_days: 3 } }, validation);
    expect(outbox).toEqual({ maxBytes: 2_000_000, maxAgeMs: 259_200_000 });
  });

  it("names a time zone only where one is given, else the host's is meant", () => {
    expect(validateConfiguration({}, validation)).not.toHaveProperty("timezone");
    expect(validateConfiguration({ timezone: "" }, validation)).not.toHaveProperty("timezone");
    expect(validateConfiguration({ timezone: "Asia/Kolkata" }, validation).timezone).toBe("Asia/Kolkata");
  });

  const splunkOf = (splunk: object) => validateConfiguration({ splunk }, validation);
  const url = "https://splunk.example:8088";

  it.each([
    [url, `${url}/services/collector/event`],
    [`${url}/`, `${url}/services/collector/event`],
    [`${url}/services/collector`, `${url}/services/collector`],
    ["http://[2001:db8::1]:8088/hec/event", "http://[2001:db8::1]:8088/hec/event"],
  ])("D26: means Splunk's usual path where none is given: %s", (given, expected) => {
    expect(splunkOf({ url: given, token: "t" }).splunk?.url).toBe(expected);
  });

  it("D27: sends nothing to Splunk without address and token, and says which is missing", () => {
    const given = (splunk: object) => {
      const { splunk: resolved, splunkMissing } = splunkOf(splunk);
      return [resolved !== undefined, splunkMissing];
    };
    expect(given({})).toEqual([false, undefined]);
    expect(given({ url })).toEqual([false, "splunk.token"]);
    expect(given({ token: "t" })).toEqual([false, "splunk.url"]);
    expect(given({ url, token: "t" })).toEqual([true, undefined]);
    expect(given({ url, token: "" })).toEqual([false, "splunk.token"]);
    expect(given({ url: "", token: "" })).toEqual([false, undefined]);
    expect(given({ url, token_file: "package.json" })).toEqual([true, undefined]);
  });

  it("gives Splunk its token from one place, its bound in bytes, and no empty words", () => {
    expect(splunkOf({ url, token_file: "package.json", max_mb: 2, index: "", ca: "" }).splunk).toEqual({
      ...{ url: `${url}/services/collector/event`, source: "cloudtap", sourcetype: "cloudtap", verify: true },
      ...{ fields: "keys", maxBytes: 2_000_000, tokenFile: resolve("package.json") },
    });
  });

  it("gives the page its place, names in lower case, and its history in milliseconds", () => {
    const { web } = validateConfiguration(
      { web: { listen: 8100, hosts: ["Roof.Example"], history_hours: 2 } },
      validation,
    );
    expect(web).toEqual({ listen: { host: undefined, port: 8100 }, hosts: ["roof.example"], historyMs: 7_200_000 });
    expect(validateConfiguration({ web: { enabled: false } }, validation)).not.toHaveProperty("web");
  });

  it("makes paths absolute and leaves out what is empty", () => {
    expect(validateConfiguration({ data_dir: "x/y" }, validation).dataDir).toBe(resolve("x/y"));
    const mqtt = mqttOf({ url: "", username: "", ca: "package.json" });
    expect(mqtt.ca).toBe(resolve("package.json"));
    expect(Object.keys(mqtt)).not.toContain("url");
    expect(Object.keys(mqtt)).not.toContain("username");
  });
});
