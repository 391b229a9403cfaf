import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isKnownSetting, planSettings, readSettings } from "../../src/intercept/settings.js";
import { memoryHost } from "./memory-host.js";

const gatewayReady: Readonly<Record<string, string>> = {
  "net/ipv4/ip_forward": "1",
  "net/ipv4/conf/all/forwarding": "1",
  "net/ipv4/conf/all/send_redirects": "0",
  "net/ipv4/conf/eth0/send_redirects": "0",
  "net/ipv4/conf/all/rp_filter": "0",
  "net/ipv4/conf/eth0/rp_filter": "2",
  "net/ipv6/conf/all/forwarding": "1",
};

function settings(changes: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries({ ...gatewayReady, ...changes }));
}

const both = { families: [4, 6], mode: "tproxy", interface: "eth0" } as const;

describe("settings in the way of interception", () => {
  it("are none on a host that routes already", () => {
    expect(planSettings(both, settings({}))).toEqual([]);
  });

  it("are forwarding, with what putting it back would lose", () => {
    const given = settings({
      "net/ipv4/ip_forward": "0",
      "net/ipv4/conf/all/accept_redirects": "0",
      "net/ipv4/conf/eth0/forwarding": "0",
      "net/ipv4/conf/docker0/forwarding": "1",
    });
    expect(planSettings({ families: [4], mode: "redirect", interface: "eth0" }, given)).toEqual([
      { key: "net/ipv4/conf/docker0/forwarding", before: "1", set: "1", written: false },
      { key: "net/ipv4/conf/all/accept_redirects", before: "0", set: "0", written: false },
      { key: "net/ipv4/ip_forward", before: "0", set: "1", written: true },
    ]);
  });

  it("are router advertisements before IPv6 forwarding, so that this host keeps its own route", () => {
    const given = settings({ "net/ipv6/conf/all/forwarding": "0", "net/ipv6/conf/eth0/accept_ra": "1" });
    expect(planSettings({ families: [6], mode: "redirect" }, given)).toEqual([
      { key: "net/ipv6/conf/eth0/accept_ra", before: "1", set: "2", written: true },
      { key: "net/ipv6/conf/all/forwarding", before: "0", set: "1", written: true },
    ]);
  });

  it("are redirects that the host sends, on all interfaces and on the devices' own", () => {
    const given = settings({ "net/ipv4/conf/all/send_redirects": "1", "net/ipv4/conf/eth0/send_redirects": "1" });
    const keys = planSettings(both, given).map(({ key, set }) => `${key}=${set}`);
    expect(keys).toEqual(["net/ipv4/conf/all/send_redirects=0", "net/ipv4/conf/eth0/send_redirects=0"]);
  });

  it("are a strict reverse path, where addresses are not translated", () => {
    const given = settings({ "net/ipv4/conf/all/rp_filter": "1", "net/ipv4/conf/eth0/rp_filter": "0" });
    expect(planSettings(both, given)).toEqual([
      { key: "net/ipv4/conf/eth0/rp_filter", before: "0", set: "2", written: true },
    ]);
    expect(planSettings({ ...both, mode: "redirect" }, given)).toEqual([]);
  });

  it("are looked at on every interface where none is named", () => {
    const given = settings({ "net/ipv4/conf/eth0/send_redirects": "1", "net/ipv4/conf/eth1/send_redirects": "1" });
    const keys = planSettings({ families: [4], mode: "redirect" }, given).map(({ key }) => key);
    expect(keys).toEqual(["net/ipv4/conf/eth0/send_redirects", "net/ipv4/conf/eth1/send_redirects"]);
  });

  it("are never invented where the kernel has none", () => {
    expect(planSettings(both, new Map())).toEqual([]);
  });

  it("are read from the kernel, interface by interface", async () => {
    const host = memoryHost({ "/proc/sys/net/ipv4/ip_forward": "0", "/proc/sys/net/ipv4/conf/eth0/rp_filter": "1" });
    expect(await readSettings(host)).toEqual(
      new Map([
        ["net/ipv4/ip_forward", "0"],
        ["net/ipv4/conf/eth0/rp_filter", "1"],
      ]),
    );
  });
});

describe("settings that may be written", () => {
  it.each(["net/ipv4/ip_forward", "net/ipv4/conf/eth0.10/rp_filter", "net/ipv6/conf/all/forwarding"])(
    "include %s",
    (key) => {
      expect(isKnownSetting(key)).toBe(true);
    },
  );

  it.each([
    "net/ipv6/ip_forward",
    "net/ipv4/conf/../rp_filter",
    "net/ipv4/conf/eth0/rp_filter/x",
    "kernel/core_pattern",
    "net/ipv6/conf/all/rp_filter",
    "../../etc/passwd",
  ])("do not include %s", (key) => {
    expect(isKnownSetting(key)).toBe(false);
  });

  it("include all that is ever planned", () => {
    const places = fc.constantFrom("all", "default", "lo", "eth0", "br-lan", "eth0.7");
    const names = fc.constantFrom("forwarding", "accept_redirects", "rp_filter", "send_redirects", "accept_ra");
    const key = fc.tuple(fc.constantFrom(4, 6), places, names).map(([family, place, name]) => {
      return `net/ipv${family}/conf/${place}/${name}`;
    });
    const values = fc.dictionary(fc.oneof(key, fc.constant("net/ipv4/ip_forward")), fc.constantFrom("0", "1", "2"));
    fc.assert(
      fc.property(values, fc.constantFrom("redirect", "tproxy"), (given, mode) => {
        const plan = planSettings({ families: [4, 6], mode }, new Map(Object.entries(given)));
        for (const change of plan) {
          expect(isKnownSetting(change.key)).toBe(true);
          expect(change.before).toBe(given[change.key]);
          expect(change.written).toBe(change.before !== change.set);
        }
      }),
      { numRuns: 500 },
    );
  });
});
