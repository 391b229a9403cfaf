import { describe, expect, it } from "vitest";
import { protocolByName, protocols } from "../../../src/protocols/registry.js";
import { protocolOfTls } from "../../../src/relay/arrival/tls-protocol.js";

const envoy = protocolByName("envoy");
const solarman = protocolByName("solarman");

describe("telling the protocol behind a TLS hello", () => {
  it("goes by the name that it asks for", () => {
    expect(protocolOfTls(protocols, "reports.enphaseenergy.com", undefined)).toBe(envoy);
    expect(protocolOfTls(protocols, "reports.enphaseenergy.com", 10_000)).toBe(envoy);
  });

  it("knows no other host of the same port", () => {
    expect(protocolOfTls(protocols, "firmware.example.com", 443)).toBeUndefined();
  });

  it("goes by the port where a hello without a name was heading", () => {
    expect(protocolOfTls(protocols, undefined, 443)).toBe(envoy);
    expect(protocolOfTls(protocols, undefined, 10_000)).toBe(solarman);
    expect(protocolOfTls(protocols, undefined, 8_443)).toBeUndefined();
  });

  it("takes who calls Cloudtap itself for the one whose TLS can be opened", () => {
    expect(protocolOfTls(protocols, undefined, undefined)).toBe(envoy);
  });
});
