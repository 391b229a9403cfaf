import { describe, expect, it } from "vitest";
import { explainConfiguration } from "../../src/config/explain.js";
import { validateConfiguration } from "../../src/config/validate.js";
import { protocols, validation } from "./protocols.js";

function explain(document: unknown, token?: string): string {
  return explainConfiguration(validateConfiguration(document, validation), protocols, token).join("\n");
}

describe("explainConfiguration", () => {
  it("D01 D02: says where each relay listens and forwards to", () => {
    const relays = [
      { name: "deye", protocol: "solarman" },
      { name: "gateway", protocol: "envoy", listen: "10.0.0.1:4430", upstream: "cloud.example.com:443" },
    ];
    const text = explain({ relays });
    expect(text).toContain(
      "Relay deye listens on port 10000 of all addresses for solarman and forwards to solarman.example.com:10000.",
    );
    expect(text).toContain(
      "Relay gateway listens on port 4430 of 10.0.0.1 for envoy and forwards to cloud.example.com:443.",
    );
  });

  it.each([
    ["auto", "solarman", "passed through unread"],
    ["auto", "envoy", "opened here, TLSv1 or newer, which only old devices need"],
    ["terminate", "solarman", "anything else is refused"],
    ["plain", "envoy", "without TLS"],
    ["splice", "envoy", "passed through unread"],
  ])("says what tls: %s means for %s", (tls, protocol, words) => {
    expect(explain({ relays: [{ name: "a", protocol, tls }] })).toContain(words);
  });

  it("says that TLS which is not opened cannot be answered here", () => {
    const text = explain({ relays: [{ name: "a", protocol: "solarman", cloud: "local" }] });
    expect(text).toContain("TLS from devices is refused, for nobody here could read it, because they check");
  });

  it("E18: says when the cloud's certificate is not checked", () => {
    const relays = [{ name: "a", protocol: "envoy", upstream_tls: "insecure" }];
    expect(explain({ relays })).toContain("ANY certificate is taken");
  });

  it("says nothing of the way to a cloud that is never asked", () => {
    const text = explain({ relays: [{ name: "deye", protocol: "solarman", cloud: "local" }] });
    expect(text).toContain("Relay deye listens on port 10000 of all addresses for solarman.\n");
    expect(text).toContain("the cloud is never contacted");
    expect(text).not.toMatch(/forwards|certificate is checked|dialling|looked up/);
  });

  it("names the broker, never its password", () => {
    const text = explain({ mqtt: { url: "mqtt://me:hunter2@host" } });
    expect(text).toContain("The broker is mqtt://host, as user me");
    expect(text).not.toContain("hunter2");
  });

  it("says where clients reach the embedded broker, and when the Supervisor is asked first", () => {
    expect(explain({})).toContain("Cloudtap starts the embedded broker; clients reach it at mqtt://127.0.0.1:1883.");
    expect(explain({}, "secret-token")).toMatch(/the one that the Supervisor offers; where it has none, the embedded/);
    expect(explain({}, "secret-token")).not.toContain("secret-token");
  });

  it("D27: says where the page is, and what Splunk gets or lacks", () => {
    const text = explain({ splunk: { url: "https://splunk:8088" } });
    expect(text).toContain("The page, /metrics and /health are at 127.0.0.1:8099.");
    expect(text).toContain("Nothing is sent to Splunk: splunk.token is not given.");
  });

  it("says where data goes and whose name servers are asked", () => {
    const text = explain({ data_dir: "/tmp/x", resolver: ["9.9.9.9"] });
    expect(text).toContain("is kept in /tmp/x.");
    expect(text).toContain("looked up at 9.9.9.9");
  });
});
