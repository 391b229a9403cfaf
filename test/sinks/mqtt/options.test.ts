import { describe, expect, it } from "vitest";
import { type MqttOptions, readBrokerAccess } from "../../../src/sinks/mqtt/options.js";

const options: MqttOptions = {
  url: "mqtt://broker.lan",
  clientId: "cloudtap",
  protocolVersion: "auto",
  baseTopic: "cloudtap",
  discovery: true,
  discoveryPrefix: "homeassistant",
  values: "json",
  control: false,
};

describe("reading the broker's address", () => {
  it("takes host, port and credentials apart and shows no credentials", () => {
    const { label, client } = readBrokerAccess({ ...options, url: "mqtt://me:s%40cret@broker.lan:1884" });
    expect(label).toBe("mqtt://broker.lan:1884");
    expect(client).toEqual({
      ...{ protocol: "mqtt", host: "broker.lan", port: 1884 },
      ...{ username: "me", password: "s@cret", clientId: "cloudtap" },
    });
  });

  it("prefers credentials that stand beside the address", () => {
    const given = { ...options, url: "mqtt://a:b@broker.lan", username: "me", password: "secret" };
    expect(readBrokerAccess(given).client).toMatchObject({ username: "me", password: "secret" });
  });

  it("knows IPv6 addresses and the path of a WebSocket", () => {
    expect(readBrokerAccess({ ...options, url: "mqtt://[::1]:1883" }).client).toMatchObject({ host: "::1" });
    const { label, client } = readBrokerAccess({ ...options, url: "ws://[::1]:9001/mqtt?x=1" });
    expect(client).toMatchObject({ protocol: "ws", host: "[::1]", port: 9001, path: "/mqtt?x=1" });
    expect(label).toBe("ws://[::1]:9001/mqtt");
  });

  it("uses certificates only where there is TLS", () => {
    expect(readBrokerAccess({ ...options, ca: "/does/not/exist" }).client).not.toHaveProperty("ca");
  });

  it("says which file is unreadable, and that a text is no certificate", () => {
    const tls = { ...options, url: "mqtts://broker.lan" };
    expect(() => readBrokerAccess({ ...tls, ca: "/does/not/exist" })).toThrow(/mqtt\.ca.*no such file/);
    expect(() => readBrokerAccess({ ...tls, cert: "-----BEGIN NONSENSE-----" })).toThrow(/PEM form/);
  });

  it("refuses other schemes, and repeats no secret while it does", () => {
    for (const url of ["http://broker.lan", "mqtt://", "me:secret@broker"]) {
      expect(() => readBrokerAccess({ ...options, url })).toThrow(/^expected mqtt(?!.*secret)/);
    }
  });
});
