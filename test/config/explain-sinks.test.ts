import { describe, expect, it } from "vitest";
import { explainSinks } from "../../src/config/explain-sinks.js";
import { validateConfiguration } from "../../src/config/validate.js";
import { validation } from "./protocols.js";

const url = "https://splunk.example:8088";
const token = "secret-token";

function explain(document: object, isApp = false): readonly string[] {
  return explainSinks(validateConfiguration(document, validation), isApp);
}

const splunk = (given: object) => explain({ web: { enabled: false }, splunk: given }).slice(1);

describe("what a configuration means for the page", () => {
  it("says where it is and what is kept for it", () => {
    expect(explain({})).toEqual([
      "The page, /metrics and /health are at 127.0.0.1:8099.",
      "Values of the last 48 hours are kept for its charts.",
    ]);
    expect(explain({ web: { history_hours: 0 } })[1]).toBe("No history of values is kept for its charts.");
  });

  it.each([[8099], ["0.0.0.0:8099"], ["[::]:8099"], ["192.168.1.2:8099"]])(
    "warns of everybody who may open it at %s",
    (listen) => {
      expect(explain({ web: { listen } })[1]).toMatch(/^ANYBODY in the network can open the page/);
    },
  );

  it("says that Home Assistant alone may in its app", () => {
    expect(explain({ web: { listen: "0.0.0.0:8099" } }, true)).toEqual([
      "The page, /metrics and /health are at port 8099 of all addresses, for Home Assistant's ingress alone.",
      expect.stringContaining("48 hours"),
    ]);
  });

  it("says that nothing is served", () => {
    expect(explain({ web: { enabled: false } })).toEqual(["No page, metrics or health check are served."]);
  });
});

describe("what a configuration means for Splunk", () => {
  it("D27: is off unless address and token are given, and says which is missing", () => {
    expect(splunk({})).toEqual([]);
    expect(splunk({ url })).toEqual(["Nothing is sent to Splunk: splunk.token is not given."]);
    expect(splunk({ token })).toEqual(["Nothing is sent to Splunk: splunk.url is not given."]);
    expect(splunk({ token_file: "package.json" })).toEqual(["Nothing is sent to Splunk: splunk.url is not given."]);
    expect(splunk({ url, token })).toEqual([
      "Readings and events go to Splunk at https://splunk.example:8088/services/collector/event; at most 50 MB wait while it is away.",
    ]);
  });

  it("names index, names of values and bound", () => {
    expect(splunk({ url, token, index: "deye", fields: "classic", max_mb: 5 })[0]).toMatch(
      /, index deye with the names of deye-mitm; at most 5 MB wait/,
    );
  });

  it("D29: says when the certificate is not checked", () => {
    expect(splunk({ url, token, verify: false })[1]).toMatch(/certificate is NOT checked/);
  });

  it("shows no token", () => {
    expect(JSON.stringify(splunk({ url, token, verify: false }))).not.toContain(token);
  });
});
