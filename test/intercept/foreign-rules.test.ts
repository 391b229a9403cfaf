import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leadsElsewhere, readIptablesRules, readNftRules, setsMark } from "../../src/intercept/foreign-rules.js";

const ruleset = `table inet cloudtap {
	chain intercept {
		type nat hook prerouting priority dstnat - 5; policy accept;
		tcp dport 443 redirect to :8443
	}
}
table ip other {
	set names {
		type ipv4_addr
	}

	chain before {
		type nat hook prerouting priority dstnat; policy accept;
		tcp dport { 80, 443 } redirect to :3128
		meta mark set 0x00000001
	}
}
`;

const saved = `*nat
:PREROUTING ACCEPT [0:0]
:CLOUDTAP - [0:0]
-A PREROUTING -j CLOUDTAP
-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 3128
-A CLOUDTAP -i lo -j RETURN
COMMIT
`;

const rule = (text: string, place = "nft table ip other, chain before") => ({ place, text });

describe("rules of others", () => {
  it("are read from nft without Cloudtap's own", () => {
    const place = "nft table ip other, chain before";
    expect(readNftRules(ruleset)).toEqual([
      { place, text: "type nat hook prerouting priority dstnat; policy accept;" },
      { place, text: "tcp dport { 80, 443 } redirect to :3128" },
      { place, text: "meta mark set 0x00000001" },
    ]);
  });

  it("are read from iptables without Cloudtap's own, and without what leads to them", () => {
    expect(readIptablesRules(saved, "iptables")).toEqual([
      {
        place: "iptables table nat, chain PREROUTING",
        text: "-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 3128",
      },
    ]);
  });

  it.each([
    "meta mark set 0x00000001",
    "-A PREROUTING -j MARK --set-xmark 0x1/0xffffffff",
    "-A PREROUTING -p tcp -j TPROXY --on-port 1 --on-ip 0.0.0.0 --tproxy-mark 0x1/0x1",
  ])("clash where they set the same mark: %s", (text) => {
    expect(setsMark(rule(text), 1)).toBe(true);
    expect(setsMark(rule(text), 2)).toBe(false);
  });

  it.each([
    ["tcp dport 443 redirect to :3128", true],
    ["tcp dport { 80, 443 } redirect to :3128", true],
    ["tcp dport 400-500 dnat to 192.0.2.1", true],
    ["ip protocol tcp redirect to :3128", true],
    ["tcp dport 80 redirect to :3128", false],
    ["udp dport 443 redirect to :53", false],
    ["fib daddr type local tcp dport 443 dnat to 172.17.0.2", false],
    ["-A PREROUTING -p tcp -m tcp --dport 443 -j REDIRECT --to-ports 3128", true],
    ["-A PREROUTING -p tcp -m multiport --dports 80,443 -j DNAT --to-destination 192.0.2.1", true],
    ["-A PREROUTING -p tcp -m tcp --dport 400:500 -j REDIRECT --to-ports 3128", true],
    ["-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER", false],
    ["-A PREROUTING -p tcp -m tcp --dport 443 -j ACCEPT", false],
  ])("lead port 443 elsewhere or not: %s", (text, expected) => {
    expect(leadsElsewhere(rule(text), 443)).toBe(expected);
  });

  it("are no matter where they speak of this host's own ports or of what leaves it", () => {
    const text = "-A DOCKER ! -i docker0 -p tcp -m tcp --dport 443 -j DNAT --to-destination 172.17.0.2:443";
    expect(leadsElsewhere(rule(text, "iptables table nat, chain DOCKER"), 443)).toBe(false);
    expect(leadsElsewhere(rule("tcp dport 443 redirect", "nft table ip nat, chain OUTPUT"), 443)).toBe(false);
  });

  it("are read from any text without a fault", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 65_535 }), (text, port) => {
        for (const found of [...readNftRules(text), ...readIptablesRules(text, "iptables"), rule(text)]) {
          leadsElsewhere(found, port);
          setsMark(found, port);
        }
      }),
    );
  });
});

describe("chains that iptables made for Cloudtap", () => {
  it("are not somebody else's where nft lists them", () => {
    const listing = "table ip mangle {\n\tchain CLOUDTAP-DIVERT {\n\t\tmeta mark set 0x1\n\t}\n}\n";
    expect(readNftRules(listing)).toEqual([]);
  });
});
