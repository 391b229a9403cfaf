import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { DnsStatus, NameServerOptions } from "../../src/dns/name-server.js";
import type { Namespace } from "../support/network/namespace.js";
import { addresses, Network } from "../support/network/network.js";
import { describeWithNetworks } from "../support/network/requirements.js";

const vendor = "reports.enphaseenergy.com";

/** Starts the name server on a machine, where it ends with it. */
async function start(machine: Namespace, options: Partial<NameServerOptions>): Promise<DnsStatus> {
  const all = { listen: { port: 53 }, names: [vendor], answer: [], forward: [], ...options };
  const program = "test/support/name-server-process.ts";
  const child = machine.spawn(process.execPath, ["--import", "tsx", program, JSON.stringify(all)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (child.stdout === null) throw new Error("expected a pipe");
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return JSON.parse(line);
}

/** What a machine is told, or the status where that is no success. */
async function ask(machine: Namespace, server: string, type = "A", name = vendor): Promise<readonly string[]> {
  const text = await machine.read("dig", `@${server}`, name, type, "+tries=1", "+time=10");
  const [, status = ""] = /status: (\w+)/.exec(text) ?? [];
  if (status !== "NOERROR") return [status];
  return [...text.matchAll(new RegExp(`^\\S+\\s+60\\s+IN\\s+${type}\\s+(\\S+)$`, "gm"))].map(([, data = ""]) => data);
}

describeWithNetworks("the name server of a host with several networks", () => {
  let network: Network;

  beforeEach(async () => {
    network = await Network.create();
  });

  afterEach(() => Network.removeAll());

  it("leads each asker to the address on its own side", async () => {
    const { gateway, device, cloud } = network;
    expect(await start(gateway, {})).toMatchObject({ state: "listening", listen: "53" });
    expect(await ask(device, addresses.gateway[4])).toEqual([addresses.gateway[4]]);
    expect(await ask(cloud, addresses.outside[4])).toEqual([addresses.outside[4]]);
  });

  it("gives an IPv6 address to those who ask over IPv6, and an IPv4 address to all", async () => {
    const { gateway, device } = network;
    await start(gateway, {});
    expect(await ask(device, addresses.gateway[6], "AAAA")).toEqual([addresses.gateway[6]]);
    expect(await ask(device, addresses.gateway[6], "A")).toEqual([addresses.gateway[4]]);
    expect(await ask(device, addresses.gateway[4], "AAAA")).toEqual([]);
  });

  it("never leads anybody to loopback", async () => {
    await start(network.gateway, {});
    const [answer = ""] = await ask(network.gateway, "127.0.0.1");
    expect([addresses.gateway[4], addresses.outside[4]]).toContain(answer);
  });

  it("refuses who is neither at home nor in a network of this host", async () => {
    const { gateway, cloud } = network;
    await start(gateway, {});
    await cloud.read("ip", "address", "add", "198.51.100.7/32", "dev", "lo");
    await gateway.read("ip", "route", "add", "198.51.100.7/32", "via", addresses.cloud[4]);
    const text = await cloud.read("dig", "-b", "198.51.100.7", `@${addresses.outside[4]}`, vendor);
    expect(text).toContain("status: REFUSED");
  });

  it("stands beside a name server for the host itself, on an address of its own", async () => {
    const { gateway, device } = network;
    const words = ["--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file"];
    const own = ["--listen-address=127.0.0.53", "--bind-interfaces", "--user=root", "--address=/a.example/192.0.2.7"];
    const stub = gateway.spawn("dnsmasq", [...words, ...own, "--local-ttl=60", "--log-facility=-"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    if (stub.stderr === null) throw new Error("expected a pipe");
    await once(createInterface({ input: stub.stderr }), "line");

    const taken = await start(gateway, {});
    expect(taken).toMatchObject({ state: "failed", error: expect.stringContaining("intercept.dns.listen") });

    const listen = { host: addresses.gateway[4], port: 53 };
    expect(await start(gateway, { listen, forward: ["127.0.0.53"] })).toMatchObject({
      state: "listening",
      forward: ["127.0.0.53"],
    });
    expect(await ask(device, addresses.gateway[4])).toEqual([addresses.gateway[4]]);
    expect(await ask(device, addresses.gateway[4], "A", "a.example")).toEqual(["192.0.2.7"]);
  });
}, ["dig", "dnsmasq"]);
