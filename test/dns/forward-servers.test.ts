import { getServers } from "node:dns";
import { describe, expect, it } from "vitest";
import { chooseForwardServers, formatServer, forwardServers } from "../../src/dns/forward-servers.js";
import { playNetwork } from "./played-network.js";

const everywhere = { host: undefined, port: 53 };
const network = playNetwork({ eth0: ["192.168.1.10/24"] });

describe("name servers to forward to", () => {
  it("are the configured ones, in their order", () => {
    const forward = ["9.9.9.9", "192.168.1.1:5353", "2620:fe::fe", "[fd00::1]:5353"];
    expect(forwardServers({ listen: everywhere, forward })).toEqual(forward);
    expect(chooseForwardServers({ listen: everywhere, forward }, network).servers).toEqual([
      { host: "9.9.9.9", port: 53 },
      { host: "192.168.1.1", port: 5353 },
      { host: "2620:fe::fe", port: 53 },
      { host: "fd00::1", port: 5353 },
    ]);
  });

  it("are otherwise the system's", () => {
    const { servers, loops } = chooseForwardServers({ listen: { host: "127.0.0.1", port: 1 }, forward: [] }, network);
    expect([...servers, ...loops].map(formatServer)).toEqual(getServers());
  });

  it("are never this name server itself", () => {
    const forward = ["192.168.1.10", "127.0.0.1:53", "[::1]:53", "9.9.9.9"];
    const { servers, loops } = chooseForwardServers({ listen: everywhere, forward }, network);
    expect(servers.map(formatServer)).toEqual(["9.9.9.9"]);
    expect(loops.map(formatServer)).toEqual(["192.168.1.10", "127.0.0.1", "::1"]);
  });

  it("may be another one of this host, on another port or address", () => {
    const forward = ["127.0.0.1:5353", "127.0.0.53"];
    const listen = { host: "192.168.1.10", port: 53 };
    expect(chooseForwardServers({ listen, forward }, network).loops).toEqual([]);
    expect(forwardServers({ listen: everywhere, forward: ["127.0.0.1:5353"] })).toEqual(["127.0.0.1:5353"]);
  });

  it("leave out what is no address of a server", () => {
    expect(forwardServers({ listen: everywhere, forward: ["dns.example", "9.9.9.9:0", "9.9.9.9:65536"] })).toEqual([]);
  });
});
