import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseIptablesCounters, parseNftCounters } from "../../src/intercept/counters.js";
import { renderIptables } from "../../src/intercept/iptables.js";
import { renderNftTable } from "../../src/intercept/nftables.js";
import { createRules } from "../../src/intercept/rules.js";
import { Namespace } from "../support/network/namespace.js";
import { describeWithNetworks } from "../support/network/requirements.js";
import { home } from "./led-devices.js";

describe("counters of the relays' rules", () => {
  it("are read from what nft lists", () => {
    const counter = { family: "inet", name: "relay_envoy_v6_v4", table: "cloudtap", handle: 1, packets: 3, bytes: 180 };
    const other = { ...counter, table: "other" };
    expect(parseNftCounters(JSON.stringify({ nftables: [{ metainfo: {} }, { counter }, { counter: other }] }))).toEqual(
      [{ relay: "envoy_v6", family: 4, packets: 3, bytes: 180 }],
    );
  });

  it("are read from what iptables-save lists", () => {
    const line = `[7:420] -A CLOUDTAP-RELAYS -p tcp -m multiport --dports 443 -m comment --comment "cloudtap relay deye" -j REDIRECT --to-ports 1`;
    expect(parseIptablesCounters(`*nat\n[1:60] -A PREROUTING -j CLOUDTAP\n${line}\n`, 6)).toEqual([
      { relay: "deye", family: 6, packets: 7, bytes: 420 },
    ]);
  });

  it("are none in any other text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseNftCounters(text)).toEqual([]);
        expect(parseIptablesCounters(text, 4)).toEqual([]);
      }),
    );
  });
});

describeWithNetworks("counters in the kernel", () => {
  let machine: Namespace;
  beforeAll(() => {
    machine = Namespace.create("counters");
  });
  afterAll(() => machine.remove());

  const rules = createRules(home);
  const none = { packets: 0, bytes: 0 };

  it("are there for each relay and family, by nft", async () => {
    await machine.feed(renderNftTable(rules), "nft", "-f", "-");
    const listed = await machine.read("nft", "-j", "list", "counters", "table", "inet", "cloudtap");
    const counters = parseNftCounters(listed);
    expect(counters).toHaveLength(4);
    expect(counters).toContainEqual({ relay: "envoy-2", family: 6, ...none });
  });

  it.each([4, 6] as const)("are there for each relay, by iptables, IPv%i", async (family) => {
    const tool = family === 4 ? "iptables" : "ip6tables";
    const [{ text } = { text: "" }] = renderIptables(rules, family, { hasRecent: false, hasJump: false });
    await machine.feed(text, `${tool}-restore`, "--noflush");
    expect(parseIptablesCounters(await machine.read(`${tool}-save`, "-c"), family)).toEqual([
      { relay: "deye", family, ...none },
      { relay: "envoy-2", family, ...none },
    ]);
  });
});
