import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { planHome, planRelay } from "../../src/composition/doctor-plan.js";
import { loadConfiguration } from "../../src/config/load.js";
import { protocols } from "../../src/protocols/registry.js";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "cloudtap-plan-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function load(document: object) {
  const file = join(folder(), "cloudtap.yaml");
  writeFileSync(file, JSON.stringify(document));
  const sources = { optionsFile: "/nonexistent", environment: {}, file };
  return (await loadConfiguration(sources, protocols)).configuration;
}

async function plans(document: { readonly relays: readonly object[] }) {
  const { relays } = await load(document);
  return Promise.all(relays.map((relay) => planRelay(relay, protocols)));
}

describe("what the doctor must know of a home", () => {
  it("is where its relays listen and what a gateway is to do", async () => {
    const configuration = await load({
      relays: [{ name: "deye", protocol: "solarman" }],
      intercept: { mode: "redirect", devices: ["192.168.1.50"], dns: { enabled: true, names: ["other.example"] } },
    });
    expect(planHome(configuration, undefined)).toMatchObject({
      intercept: { mode: "redirect", devices: ["192.168.1.50"], prepare: false },
      interception: { mode: "redirect", relays: [{ name: "deye", port: 10_000, destinationPorts: [10_000] }] },
      dns: { listen: "53", names: ["other.example"] },
      ownPorts: [10_000],
    });
    const plain = planHome(await load({ relays: [{ name: "deye", protocol: "solarman" }] }), undefined);
    expect(plain).not.toHaveProperty("interception");
    expect(plain).not.toHaveProperty("dns");
  });

  it.each([
    [{ url: "mqtt://broker.example" }, undefined, { host: "broker.example", port: 1883 }],
    [{ url: "mqtts://broker.example" }, undefined, { host: "broker.example", port: 8883 }],
    [{ url: "mqtt://[fd00::1]:1884" }, "token", { host: "fd00::1", port: 1884 }],
    [{ embedded: { listen: 1999 } }, undefined, { host: "127.0.0.1", port: 1999 }],
    [{ embedded: { listen: "192.168.1.4:1999" } }, undefined, { host: "192.168.1.4", port: 1999 }],
    [{}, "token", undefined],
  ])("is where its broker is: %j", async (mqtt, token, broker) => {
    const configuration = await load({ mqtt, relays: [{ name: "deye", protocol: "solarman" }] });
    expect(planHome(configuration, token).broker).toEqual(broker);
  });
});

describe("what the doctor must know of a relay", () => {
  it("is its protocol's vendor and interval, or those of all", async () => {
    const [deye, all] = await plans({
      relays: [
        { name: "deye", protocol: "solarman", cloud: "local" },
        { name: "all", protocol: "auto", listen: 4999 },
      ],
    });
    expect(deye).toMatchObject({
      ...{ name: "deye", isLocal: true, intervalS: 120, upstream: { host: "5406.deviceaccess.host", port: 10_000 } },
      vendors: [{ protocol: "solarman", host: "5406.deviceaccess.host", port: 10_000 }],
    });
    expect(all).toMatchObject({ upstream: "vendor", isLocal: false });
    expect(all?.vendors.map(({ protocol }) => protocol).toSorted()).toEqual(["envoy", "solarman", "websentry"]);
  });

  it("is whom it trusts besides the well-known", async () => {
    const file = join(folder(), "ca.pem");
    writeFileSync(file, "PEM");
    const relay = { name: "roof", protocol: "envoy", listen: 4443, upstream_ca: file };
    const { relays } = await load({ relays: [relay] });
    expect(await Promise.all(relays.map((one) => planRelay(one, protocols)))).toMatchObject([{ upstreamCa: "PEM" }]);
    rmSync(file);
    await expect(Promise.all(relays.map((one) => planRelay(one, protocols)))).rejects.toMatchObject({
      code: "CONFIG_UNREADABLE",
    });
  });
});
