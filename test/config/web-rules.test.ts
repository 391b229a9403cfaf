import { describe, expect, it } from "vitest";
import { checkWeb } from "../../src/config/web-rules.js";
import { faultsOf, withRelay } from "./protocols.js";

describe("rules of the page", () => {
  it("keep its port apart from the embedded broker's", () => {
    expect(faultsOf({ web: { listen: "127.0.0.1:1883" } })).toEqual([
      {
        path: "web.listen",
        found: "127.0.0.1:1883",
        allowed: "a port that nothing else has; mqtt.embedded.listen is 127.0.0.1:1883",
      },
    ]);
    expect(faultsOf({ web: { listen: 1884 }, mqtt: { embedded: { listen: 1884 } } })).toHaveLength(1);
  });

  it.each([
    ["another broker is named", { web: { listen: 1883 }, mqtt: { url: "mqtt://host" } }],
    ["it is another address", { web: { listen: "127.0.0.2:1883" } }],
    ["any free port is taken", { web: { listen: 0 }, mqtt: { embedded: { listen: "127.0.0.1:1883" } } }],
    ["nothing is served", { web: { enabled: false, listen: 1883 } }],
  ])("have nothing against that port where %s", (_name, document) => {
    expect(faultsOf(document)).toEqual([]);
  });

  it("keep its port apart from the relays', its usual one too", () => {
    const [fault, ...others] = [...faultsOf(withRelay({ listen: 8099 }))];
    expect(others).toEqual([]);
    expect(fault).toEqual({
      path: "relays[0].listen",
      found: "8099",
      allowed: "a port that nothing else has; web.listen is 127.0.0.1:8099",
    });
    expect(
      faultsOf({ relays: [{ name: "roof", protocol: "solarman", listen: 8099 }], web: { enabled: false } }),
    ).toEqual([]);
    expect(faultsOf({ relays: [{ name: "roof", protocol: "solarman", listen: 8099 }], web: { listen: 8100 } })).toEqual(
      [],
    );
  });
});

describe("rules of Splunk", () => {
  it("refuse a token and a file of one together, and show neither", () => {
    const splunk = { url: "http://splunk:8088", token: "secret-token", token_file: "package.json" };
    expect(faultsOf({ splunk })).toEqual([
      { path: "splunk.token_file", found: "a file besides splunk.token", allowed: "one of the two" },
    ]);
    expect(faultsOf({ splunk: { ...splunk, token: "" } })).toEqual([]);
    expect(faultsOf({ splunk: { ...splunk, token_file: "" } })).toEqual([]);
  });

  it("have nothing to say of what is no configuration", () => {
    expect(checkWeb({})).toEqual([]);
    expect(checkWeb({ web: 1, splunk: [], mqtt: "x" })).toEqual([]);
  });
});
