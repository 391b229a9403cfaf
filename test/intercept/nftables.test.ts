import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nftClean, renderNftRefresh, renderNftTable } from "../../src/intercept/nftables.js";
import { createRules } from "../../src/intercept/rules.js";
import { Namespace } from "../support/network/namespace.js";
import { describeWithNetworks } from "../support/network/requirements.js";
import { anyOptions, home } from "./led-devices.js";

const runs = 25;
const variants = (["redirect", "tproxy"] as const).flatMap((mode) =>
  (["bridge", "device"] as const).map((source) => ({ mode, source })),
);

describe("the rules for nftables", () => {
  it("hold every device, and none but incoming packets", () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const text = renderNftTable(createRules(options));
        for (const device of options.devices) expect(text).toContain(`${device} timeout 25s`);
        expect(text.match(/ hook \w+/g)).toEqual([" hook prerouting"]);
        const led = text.split("\n").filter((line) => /^ {4}(?!#).*(redirect|tproxy|accept)/.test(line));
        expect(led.filter((line) => !/hook|@devices[46] /.test(line))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("leave a packet unmarked where nobody listens, so that it is forwarded", () => {
    const text = renderNftTable(createRules({ ...home, mode: "tproxy" }));
    expect(text).toContain("tproxy ip to :8443 meta mark set 0x1 accept");
  });

  it("name only families that have devices", () => {
    const rules = createRules({ ...home, devices: ["fd00::50"] });
    expect(renderNftTable(rules)).not.toMatch(/devices4|_v4/);
    expect(renderNftRefresh(rules)).toBe(
      "flush set inet cloudtap devices6\nadd element inet cloudtap devices6 { fd00::50 timeout 25s }\n",
    );
  });
});

describeWithNetworks("the rules for nftables, in the kernel", () => {
  let machine: Namespace;
  beforeAll(() => {
    machine = Namespace.create("nft");
  });
  afterAll(() => machine.remove());

  const load = (text: string) => machine.feed(text, "nft", "-f", "-");
  /** Without what counts down. */
  const listed = async () => (await machine.read("nft", "list", "ruleset")).replace(/ expires \w+/g, "");

  it.each(variants)(
    "are loaded twice with the same outcome, refreshed and removed: $mode, source $source",
    async (variant) => {
      await machine.feed("table ip other { chain one { type filter hook input priority 0; } }", "nft", "-f", "-");
      const before = await listed();
      const rules = createRules({ ...home, ...variant });
      expect(await load(renderNftTable(rules))).toMatchObject({ code: 0, stderr: "" });
      const loaded = await listed();
      expect(await load(renderNftTable(rules))).toMatchObject({ code: 0, stderr: "" });
      expect(await listed()).toBe(loaded);
      expect(await load(renderNftRefresh(rules))).toMatchObject({ code: 0, stderr: "" });
      expect(await listed()).toBe(loaded);
      expect(await load(nftClean)).toMatchObject({ code: 0, stderr: "" });
      expect(await listed()).toBe(before);
      expect(await load(nftClean)).toMatchObject({ code: 0, stderr: "" });
      expect(await listed()).toBe(before);
    },
  );

  it("are not refreshed where somebody removed them", async () => {
    expect((await load(renderNftRefresh(createRules(home)))).code).not.toBe(0);
  });

  it("are taken by nft, whatever a configuration asks for", async () => {
    await fc.assert(
      fc.asyncProperty(anyOptions, async (options) => {
        const checked = await machine.feed(renderNftTable(createRules(options)), "nft", "-c", "-f", "-");
        expect(checked).toMatchObject({ code: 0, stderr: "" });
      }),
      { numRuns: runs },
    );
  });
});
