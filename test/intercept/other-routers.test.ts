import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderOtherRouters } from "../../src/intercept/other-routers.js";
import { Namespace } from "../support/network/namespace.js";
import { describeWithNetworks } from "../support/network/requirements.js";
import { home } from "./led-devices.js";

const envoy = { ...home, relays: home.relays.slice(1) };

describe("the rule for routers that run something else", () => {
  it("redirects a device's port on the router itself", () => {
    expect(renderOtherRouters(envoy)).toContain(
      "iptables -t nat -A PREROUTING -s 192.168.1.50 -p tcp --dport 443 -j REDIRECT --to-ports 8443",
    );
  });

  it("rewrites the destination of several ports towards another host, for a device known by its MAC address", () => {
    expect(renderOtherRouters(envoy)).toContain(
      "iptables -t nat -A PREROUTING -s <DEVICE> -m mac --mac-source <MAC> -p tcp -m multiport --dports 443,80 -j DNAT --to-destination <CLOUDTAP>:8443",
    );
  });

  it("takes connections over with their addresses, with the mark and table of the configuration", () => {
    const lines = renderOtherRouters({ ...envoy, mark: 0x20, table: 7 });
    expect(lines).toContain("iptables -t mangle -A DIVERT -j MARK --set-mark 32");
    expect(lines.at(-3)).toContain("--tproxy-mark 0x20/0x20 --on-port 8443");
    expect(lines.slice(-2)).toEqual(["ip rule add fwmark 0x20 lookup 7", "ip route add local default dev lo table 7"]);
  });

  it("speaks of IPv6 where the devices have nothing else", () => {
    const lines = renderOtherRouters({ ...envoy, devices: ["fd00::50"] });
    expect(lines).toContain(
      "ip6tables -t nat -A PREROUTING -s fd00::50 -p tcp --dport 443 -j REDIRECT --to-ports 8443",
    );
    expect(lines).toContain("ip -6 rule add fwmark 0x1 lookup 100");
    expect(lines.join()).toContain("[<CLOUDTAP>]:8443");
  });

  it("is none where no port leads to a relay", () => {
    expect(renderOtherRouters({ ...home, relays: [] })).toEqual([]);
  });
});

describeWithNetworks("the rule for routers that run something else, in the kernel", () => {
  let machine: Namespace;
  beforeAll(async () => {
    machine = Namespace.create("routers");
    await machine.read("ip", "link", "set", "lo", "up");
  });
  afterAll(() => machine.remove());

  const fillings: Readonly<Record<string, readonly [string, string]>> = {
    "192.168.1.50": ["192.168.1.50", "192.168.1.9"],
    "fd00::50": ["fd00::50", "fd00::9"],
  };

  it.each(Object.keys(fillings))("is taken as it stands once its names are filled in: %s", async (address) => {
    const [device = "", cloudtap = ""] = fillings[address] ?? [];
    const commands = renderOtherRouters({ ...home, devices: [address] })
      .filter((line) => /^ip/.test(line))
      .map((line) => line.replaceAll("<DEVICE>", device).replace("<MAC>", "02:00:00:00:00:01"))
      .map((line) => line.replaceAll("<CLOUDTAP>", cloudtap));
    expect(commands.length).toBeGreaterThan(8);
    expect(await machine.feed(commands.join("\n"), "sh", "-e")).toMatchObject({ code: 0, stderr: "" });
  });
});
