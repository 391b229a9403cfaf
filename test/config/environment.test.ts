import { describe, expect, it } from "vitest";
import { applyEnvironment, overrides } from "../../src/config/environment.js";

describe("applyEnvironment", () => {
  it("replaces single keys and leaves their neighbours", () => {
    const given = { mqtt: { url: "mqtt://a", client_id: "x" }, data_dir: "/a" };
    const environment = { CLOUDTAP_MQTT_URL: "mqtt://b", CLOUDTAP_DATA_DIR: "/b", CLOUDTAP_LOG_LEVEL: "debug" };
    const { document, variables } = applyEnvironment(given, environment);
    expect(document).toEqual({
      mqtt: { url: "mqtt://b", client_id: "x" },
      data_dir: "/b",
      log: { level: "debug" },
    });
    expect([...variables]).toEqual([
      ["mqtt.url", "CLOUDTAP_MQTT_URL"],
      ["log.level", "CLOUDTAP_LOG_LEVEL"],
      ["data_dir", "CLOUDTAP_DATA_DIR"],
    ]);
    expect(given.mqtt.url).toBe("mqtt://a");
  });

  it("works without a document", () => {
    const environment = { CLOUDTAP_MQTT_USERNAME: "me", CLOUDTAP_MQTT_PASSWORD: "x" };
    expect(applyEnvironment(undefined, environment).document).toEqual({ mqtt: { username: "me", password: "x" } });
  });

  it("D27: takes Splunk's address and token", () => {
    const environment = { CLOUDTAP_SPLUNK_URL: "https://splunk:8088", CLOUDTAP_SPLUNK_TOKEN: "x" };
    const { document, variables } = applyEnvironment({ splunk: { url: "http://a", index: "deye" } }, environment);
    expect(document).toEqual({ splunk: { url: "https://splunk:8088", token: "x", index: "deye" } });
    expect([...variables.keys()]).toEqual(["splunk.url", "splunk.token"]);
  });

  it("takes an empty variable as not set", () => {
    const environment = Object.fromEntries(overrides.map(({ variable }) => [variable, ""]));
    expect(applyEnvironment({ data_dir: "/a" }, environment).document).toEqual({ data_dir: "/a" });
  });

  it.each([[[1]], ["text"], [{ mqtt: "text" }], [{ mqtt: null }]])("leaves %j to the checks", (document) => {
    expect(applyEnvironment(document, { CLOUDTAP_MQTT_URL: "mqtt://b" }).document).toEqual(document);
  });
});
