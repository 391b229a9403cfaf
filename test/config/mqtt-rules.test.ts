import { describe, expect, it } from "vitest";
import { faultsOf } from "./protocols.js";

const file = "package.json";

describe("checkMqtt", () => {
  it.each([
    ["a user without a broker", { username: "me" }, ["mqtt.username"]],
    ["a password without a user", { url: "mqtt://host", password: "x" }, ["mqtt.username"]],
    ["a password in the URL without a user", { url: "mqtt://:x@host" }, ["mqtt.username"]],
    ["two users", { url: "mqtt://me@host", username: "you" }, ["mqtt.username"]],
    ["two passwords", { url: "mqtt://me:x@host", password: "y" }, ["mqtt.password"]],
    [
      "TLS files without TLS",
      { url: "mqtt://host", ca: file, cert: file, key: file },
      ["mqtt.ca", "mqtt.cert", "mqtt.key"],
    ],
    ["a certificate without a key", { url: "mqtts://host", cert: file }, ["mqtt.key"]],
    ["a key without a certificate", { url: "wss://host", key: file }, ["mqtt.cert"]],
    ["one root for both kinds of topics", { base_topic: "homeassistant" }, ["mqtt.base_topic"]],
  ])("finds %s", (_name, mqtt, paths) => {
    expect(faultsOf({ mqtt }).map(({ path }) => path)).toEqual(paths);
  });

  it.each([
    [{ url: "mqtt://host", username: "me" }],
    [{ url: "mqtt://me:x@host" }],
    [{ url: "mqtt://me@host", password: "x" }],
    [{ url: "mqtts://host", ca: file, cert: file, key: file }],
    [{ url: "", username: "", password: "", ca: "" }],
    // The Supervisor's broker may speak TLS.
    [{ ca: file }],
  ])("lets pass %j", (mqtt) => {
    expect(faultsOf({ mqtt })).toEqual([]);
  });

  it("never shows a password", () => {
    const faults = faultsOf({ mqtt: { url: "mqtt://me:hunter2@host", username: "you", password: "hunter2" } });
    expect(faults.length).toBe(2);
    expect(JSON.stringify(faults)).not.toContain("hunter2");
  });
});
