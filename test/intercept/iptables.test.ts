import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  hasIptablesJump,
  iptablesCleanCommands,
  iptablesHeartbeat,
  renderIptables,
  tableOf,
} from "../../src/intercept/iptables.js";
import { createRules } from "../../src/intercept/rules.js";
import { Namespace } from "../support/network/namespace.js";
import { describeWithNetworks } from "../support/network/requirements.js";
import { anyOptions, home } from "./led-devices.js";

const families = [4, 6] as const;
const fresh = { hasRecent: true, hasJump: false };
const variants = (["legacy", "nft"] as const).flatMap((variant) =>
  (["redirect", "tproxy"] as const).flatMap((mode) => families.map((family) => ({ variant, mode, family }))),
);

describe("the rules for iptables", () => {
  it("hold every device of the family, and hook nothing but incoming packets", () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const rules = createRules(options);
        for (const family of families) {
          const [{ text } = { text: "" }] = renderIptables(rules, family, fresh);
          for (const device of rules.devices[family]) expect(text).toContain(`-s ${device} `);
          const lines = text.split("\n").filter((line) => /^-[AI] /.test(line));
          expect(lines.filter((line) => !line.includes(" CLOUDTAP"))).toEqual([]);
          expect(
            lines.filter((line) => !line.startsWith("-A CLOUDTAP")).every((line) => line.startsWith("-I PREROUTING 1")),
          ).toBe(true);
          expect(lines.filter((line) => /-j CLOUDTAP-/.test(line) && !/ -[sd] /.test(line))).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("name at most as many ports a rule as the kernel takes", () => {
    const destinationPorts = Array.from({ length: 31 }, (_, index) => 1000 + index);
    const rules = createRules({ ...home, relays: [{ name: "all", port: 9999, destinationPorts }] });
    const [{ text } = { text: "" }] = renderIptables(rules, 4, fresh);
    expect([...text.matchAll(/--dports (\S+)/g)].map(([, ports = ""]) => ports.split(",").length)).toEqual([15, 15, 1]);
  });

  it("are none for a family without devices", () => {
    expect(renderIptables(createRules({ ...home, devices: ["fd00::50"] }), 4, fresh)).toEqual([]);
  });

  it("do nothing until the list of the kernel says that they are wanted, where there is one", () => {
    const [{ text } = { text: "" }] = renderIptables(createRules(home), 6, fresh);
    const first = text.split("\n").find((line) => line.startsWith("-A CLOUDTAP "));
    expect(first).toBe("-A CLOUDTAP -m recent ! --rcheck --seconds 25 --name cloudtap6 --mask :: --rsource -j RETURN");
    expect(iptablesHeartbeat(6)).toEqual({ path: "/proc/net/xt_recent/cloudtap6", line: "+::" });
    const [without] = renderIptables(createRules(home), 6, { ...fresh, hasRecent: false });
    expect(without?.text).not.toContain("recent");
  });
});

describeWithNetworks("the rules for iptables, in the kernel", () => {
  let machine: Namespace;
  beforeEach(() => {
    machine = Namespace.create("iptables");
  });
  afterEach(() => machine.remove());

  it.each(variants)(
    "are loaded twice with the same outcome, and removed: $variant, $mode, IPv$family",
    async (given) => {
      const { variant, mode, family } = given;
      const tool = `${family === 4 ? "iptables" : "ip6tables"}-${variant}`;
      const rules = createRules({ ...home, mode, source: mode === "tproxy" ? "device" : "bridge" });
      const saved = async () => (await machine.read(`${tool}-save`)).replace(/^#.*\n/gm, "");
      await machine.read(tool, "-t", tableOf(rules), "-A", "PREROUTING", "-p", "tcp", "--dport", "9", "-j", "ACCEPT");
      const before = await saved();
      const load = async () => {
        const facts = { hasRecent: true, hasJump: hasIptablesJump(await saved()) };
        const [{ text } = { text: "" }] = renderIptables(rules, family, facts);
        expect(await machine.feed(text, `${tool}-restore`, "--noflush")).toMatchObject({ code: 0, stderr: "" });
      };
      await load();
      const loaded = await saved();
      expect(hasIptablesJump(loaded)).toBe(true);
      await load();
      expect(await saved()).toBe(loaded);
      const clean = async () => {
        for (const [program = "", ...words] of iptablesCleanCommands(family)) {
          await machine.run(`${program}-${variant}`, ...words);
        }
      };
      await clean();
      // Looking into a table brings it into being.
      expect(await saved()).toContain(before.trim());
      const cleaned = await saved();
      await clean();
      expect(await saved()).toBe(cleaned);
      expect(cleaned).not.toContain("CLOUDTAP");
    },
  );

  it("wake up with a line in the kernel's list", async () => {
    const [{ text } = { text: "" }] = renderIptables(createRules(home), 4, fresh);
    await machine.feed(text, "iptables-restore", "--noflush");
    const { path, line } = iptablesHeartbeat(4);
    await machine.read("sh", "-c", `echo ${line} > ${path}`);
    expect(await machine.read("cat", path)).toContain("src=0.0.0.0");
  });
}, ["iptables-legacy", "iptables-nft"]);
