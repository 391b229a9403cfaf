import { describe, expect, it } from "vitest";
import { explainIntercept } from "../../src/config/explain-intercept.js";
import { validateConfiguration } from "../../src/config/validate.js";
import { validation } from "./protocols.js";

const explain = (document: unknown) => explainIntercept(validateConfiguration(document, validation));

describe("how the devices' traffic comes here, in sentences", () => {
  it("says nothing where the devices call Cloudtap themselves", () => {
    expect(explain({})).toEqual([]);
  });

  it("tells whose connections are led where, and by what", () => {
    const relays = [{ name: "all", protocol: "auto", listen: 4999, upstream: "original" }];
    const intercept = { mode: "redirect", devices: ["192.168.1.50", "fd00::/64"], interface: "eth0", user: "cloudtap" };
    expect(explain({ relays, intercept })).toEqual([
      "Connections of 192.168.1.50, fd00::/64 that come in on eth0 are redirected, by nftables, else iptables, for as long as Cloudtap runs.",
      "Started as root, relaying runs as cloudtap.",
      "Connections to ports 443, 1030, 10000 lead to relay all.",
      "Where a relay follows its devices, only these are served: 192.168.1.50, fd00::/64.",
    ]);
  });

  it("tells of tproxy, the device's own address and a prepared host", () => {
    const intercept = { mode: "tproxy", backend: "iptables", devices: ["10.0.0.2"], source: "device", prepare: true };
    const relays = [{ name: "raw", protocol: "raw", upstream: "original" }];
    expect(explain({ relays, intercept })).toEqual([
      "Connections of 10.0.0.2 are taken over without address translation, by iptables, for as long as Cloudtap runs.",
      "Clouds see the devices' own addresses.",
      "Settings of the host that are in the way are changed, and put back by the clean-up.",
      "No port of a cloud leads to relay raw; set intercept_ports.",
      "Where a relay follows its devices, only these are served: 10.0.0.2.",
    ]);
  });

  it("tells of the own name server", () => {
    const dns = { enabled: true, names: ["logger.example.com"], answer: ["192.168.1.2"] };
    expect(explain({ intercept: { dns } })).toEqual([
      "A name server on port 53 answers questions for the vendors' names, and for logger.example.com, with 192.168.1.2, and forwards every other.",
    ]);
  });
});
