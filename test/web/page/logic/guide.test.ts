import { describe, expect, it } from "vitest";
import { de } from "../../../../src/texts/de/index.js";
import { en } from "../../../../src/texts/en/index.js";
import type { SetupRelay, SetupView } from "../../../../src/web/api-types.js";
import {
  bestWay,
  type Choice,
  type GuideContext,
  guideFor,
  kinds,
  relaysFor,
  routers,
  waysFor,
} from "../../../../src/web/page/logic/guide.js";

const vendors = {
  solarman: { host: "5406.deviceaccess.host", port: 10000 },
  envoy: { host: "reports.enphaseenergy.com", port: 443 },
  websentry: { host: "websentry.seresco.net", port: 1030 },
};

function relay(protocol: keyof typeof vendors, port: number): SetupRelay {
  const vendor = vendors[protocol];
  return { name: `my-${protocol}`, protocol, port, upstream: `${vendor.host}:${vendor.port}`, vendors: [vendor] };
}

const relays = [relay("solarman", 10000), relay("envoy", 4430), relay("websentry", 1030)];
const setup: SetupView = { addresses: ["192.168.1.10"], relays, interceptMode: "none", nameServer: false };
const given = { address: "192.168.1.10", deviceAddress: "192.168.1.50", deviceMac: "00:90:c2:00:00:01" };

function guide(choice: Choice, facts: Partial<GuideContext> = {}) {
  const [served] = relaysFor(choice.kind, facts.setup ?? setup);
  if (served === undefined) throw new Error("expected a relay");
  return guideFor(choice, { texts: en, setup, relay: served, given, ...facts });
}

const everyChoice: readonly Choice[] = kinds.flatMap((kind) =>
  routers.flatMap((router) => waysFor(router, en).map((way) => ({ kind, router, way }))),
);

describe("guide", () => {
  it("leaves no gap open, in either language, whatever is chosen", () => {
    expect(everyChoice.length).toBeGreaterThan(80);
    for (const texts of [en, de]) {
      for (const choice of everyChoice) {
        const { before, steps } = guide(choice, { texts });
        const said = [...before, ...steps.flatMap(({ text, recipe }) => [text, recipe ?? ""])].join("\n");
        expect(said, JSON.stringify(choice)).not.toMatch(/\{[a-z_]+\}/);
        expect(steps.length).toBeGreaterThan(1);
      }
    }
  });

  it("names the host's own address in every choice, and the device's where it is needed", () => {
    // With a network of its own for the device, this host gets another address there.
    const others = everyChoice.filter(({ router, way }) => router !== "unifi" || way !== "gateway");
    for (const choice of others)
      expect(JSON.stringify(guide(choice).steps), JSON.stringify(choice)).toContain("192.168.1.10");
    expect(JSON.stringify(guide({ kind: "envoy", router: "other", way: "own" }))).toContain("http://192.168.1.50/");
  });

  it("has the same steps to copy in both languages", () => {
    for (const choice of everyChoice) {
      const recipes = (texts: typeof de) => guide(choice, { texts }).steps.map(({ recipe }) => recipe);
      expect(recipes(de)).toEqual(recipes(en));
    }
  });

  it("stands in for what is not filled in", () => {
    const empty = { address: " ", deviceAddress: "", deviceMac: "" };
    const { steps } = guide({ kind: "solarman", router: "other", way: "own" }, { given: empty });
    expect(steps[1]?.text).toContain("http://<address of the device>/config_hide.html");
    expect(steps[4]?.text).toContain("IP address <address of this host>");
  });

  it("says to change the relay's port only where devices call another one", () => {
    const says = (kind: "envoy" | "websentry") =>
      guide({ kind, router: "pihole", way: "dns" }).steps.some(({ text }) => text.includes("listens on"));
    expect([says("envoy"), says("websentry")]).toEqual([true, false]);
  });

  it("says to switch on only what is off", () => {
    const count = (choice: Choice, facts: Partial<SetupView>) => {
      return guide(choice, { setup: { ...setup, ...facts } }).steps.length;
    };
    const gateway: Choice = { kind: "websentry", router: "openwrt", way: "gateway" };
    expect(count(gateway, { interceptMode: "redirect" })).toBe(count(gateway, {}) - 1);
    const own: Choice = { kind: "websentry", router: "other", way: "own" };
    expect(count(own, { nameServer: true })).toBe(count(own, {}) - 1);
  });

  it("splits the vendor's name where a router wants it in two", () => {
    const { steps } = guide({ kind: "envoy", router: "opnsense", way: "dns" });
    expect(steps[0]?.text).toContain("host reports, domain enphaseenergy.com");
  });

  it("takes of a relay for all kinds the vendor of the kind that was chosen", () => {
    const all: SetupRelay = {
      ...{ name: "home", protocol: "auto", port: 4999, upstream: "original" },
      vendors: Object.values(vendors),
    };
    const only = { ...setup, relays: [all] };
    expect(relaysFor("websentry", only)).toEqual([all]);
    const { steps } = guide({ kind: "websentry", router: "dnsmasq", way: "dns" }, { setup: only });
    expect(steps[0]?.recipe).toContain("address=/websentry.seresco.net/192.168.1.10");
  });

  it("knows no relay for a kind that nobody serves", () => {
    expect(relaysFor("envoy", { ...setup, relays: [relay("solarman", 10000)] })).toEqual([]);
  });

  it("offers the ways that a router leaves open, and one as the best", () => {
    expect(waysFor("fritzbox", en)).toEqual(["own", "dns", "gateway"]);
    expect(waysFor("adguard", en)).toEqual(["own", "dns"]);
    expect(bestWay("solarman", "pihole", setup)).toBe("own");
    expect(bestWay("envoy", "pihole", setup)).toBe("dns");
    expect(bestWay("envoy", "pihole", { ...setup, interceptMode: "redirect" })).toBe("own");
    expect(bestWay("websentry", "fritzbox", setup)).toBe("own");
    for (const { kind, router } of everyChoice) expect(waysFor(router, en)).toContain(bestWay(kind, router, setup));
  });
});
