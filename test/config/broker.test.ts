import { describe, expect, it } from "vitest";
import { chooseBroker, embeddedBrokerUrl, type Fetch, fetchSupervisorBroker } from "../../src/config/broker.js";
import { validateConfiguration } from "../../src/config/validate.js";
import { validation } from "./protocols.js";

const mqttOf = (mqtt: unknown) => validateConfiguration({ mqtt }, validation).mqtt;

describe("chooseBroker", () => {
  it("takes the configured one, also under the Supervisor", () => {
    expect(chooseBroker(mqttOf({ url: "mqtt://me:x@host" }), "token")).toEqual({
      type: "configured",
      access: { url: "mqtt://host", username: "me", password: "x" },
    });
  });

  it("asks the Supervisor where there is one", () => {
    expect(chooseBroker(mqttOf({}), "token")).toEqual({ type: "supervisor", token: "token" });
  });

  it.each([[undefined], [""]])("brings its own where there is none (token %j)", (token) => {
    expect(chooseBroker(mqttOf({}), token)).toEqual({ type: "embedded" });
  });
});

function answering(status: number, body: unknown): Fetch {
  return async () => ({ status, json: async () => body });
}

const mosquitto = { host: "core-mosquitto", port: 1883, ssl: false, protocol: "3.1.1", addon: "core_mosquitto" };

describe("fetchSupervisorBroker", () => {
  it("asks for the MQTT service with the token", async () => {
    const asked: unknown[] = [];
    await fetchSupervisorBroker("secret-token", async (url, { headers }) => {
      asked.push(url, headers);
      return { status: 400, json: async () => ({}) };
    });
    expect(asked).toEqual(["http://supervisor/services/mqtt", { authorization: "Bearer secret-token" }]);
  });

  it("hands over address, user and password", async () => {
    const data = { ...mosquitto, username: "addons", password: "x" };
    expect(await fetchSupervisorBroker("t", answering(200, { result: "ok", data }))).toEqual({
      type: "found",
      access: { url: "mqtt://core-mosquitto:1883", username: "addons", password: "x" },
    });
  });

  it("does without user and password, and with TLS", async () => {
    const data = { ...mosquitto, ssl: true, port: 8883, username: null };
    expect(await fetchSupervisorBroker("t", answering(200, { result: "ok", data }))).toEqual({
      type: "found",
      access: { url: "mqtts://core-mosquitto:8883" },
    });
  });

  it.each<[string, Fetch, string]>([
    ["no broker app", answering(400, { result: "error", message: "service not enabled" }), "none"],
    ["an app that may not ask", answering(403, {}), "refused"],
    ["a token that is old", answering(401, {}), "refused"],
    ["a Supervisor that fails", answering(502, {}), "unusable"],
    ["an answer without data", answering(200, { result: "ok" }), "unusable"],
    ["an impossible port", answering(200, { data: { ...mosquitto, port: 0 } }), "unusable"],
    ["an answer of another kind", answering(200, ["?"]), "unusable"],
    ["an answer that is no JSON", async () => ({ status: 200, json: async () => JSON.parse("<html>") }), "unusable"],
    ["no answer", async () => Promise.reject(new TypeError("fetch failed")), "unreachable"],
  ])("says what is wrong: %s", async (_name, fetch, why) => {
    const answer = await fetchSupervisorBroker("secret-token", fetch);
    expect(answer).toEqual({ type: "not-found", why, reason: expect.stringContaining("Supervisor") });
    expect(JSON.stringify(answer)).not.toContain("secret-token");
  });
});

describe("embeddedBrokerUrl", () => {
  it("is what clients connect to", () => {
    expect(embeddedBrokerUrl({ host: "127.0.0.1", port: 1883 })).toBe("mqtt://127.0.0.1:1883");
    expect(embeddedBrokerUrl({ host: undefined, port: 1884 })).toBe("mqtt://<this host>:1884");
  });
});
