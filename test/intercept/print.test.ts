import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { InterceptOptions } from "../../src/intercept/options.js";
import { type Printout, renderPlain, renderPrintout } from "../../src/intercept/print.js";
import { Namespace } from "../support/network/namespace.js";
import { describeWithNetworks } from "../support/network/requirements.js";
import { home } from "./led-devices.js";

const printout: Printout = {
  options: home,
  backend: "nft",
  findings: [
    { check: "capability", state: "ok", found: "This process may change the packet filter (CAP_NET_ADMIN)." },
    { check: "settings", state: "unknown", found: "The kernel's settings cannot be read here." },
    { check: "table", state: "problem", found: "The routing table 100 is used.", remedy: "Set intercept.table." },
  ],
  settings: ["sysctl -w net.ipv4.ip_forward=1"],
  hasRecent: true,
};
const addresses = {
  ipv4: ["192.168.1.50", "192.168.2.48/28"],
  ipv6: ["fd00::50", "fd01::/64"],
  both: home.devices,
};
const variants = (["redirect", "tproxy"] as const).flatMap((mode) =>
  (["nft", "iptables"] as const).flatMap((backend) =>
    (["ipv4", "ipv6", "both"] as const).map((devices) => ({ mode, backend, devices })),
  ),
);
type Variant = (typeof variants)[number];

function printoutOf({ mode, backend, devices }: Variant): Printout {
  const source: InterceptOptions["source"] = mode === "tproxy" && devices === "both" ? "device" : "bridge";
  return { ...printout, backend, options: { ...home, mode, source, devices: addresses[devices] } };
}

describe("what `cloudtap intercept print` shows", () => {
  it.each(variants)("explains every line: $mode, $backend, $devices", async (variant) => {
    const { mode, backend, devices } = variant;
    const golden = `../golden/intercept/${mode}-${backend}-${devices}.txt`;
    await expect(renderPrintout(printoutOf(variant))).toMatchFileSnapshot(golden);
  });

  it.each(variants)("is without a word of explanation where that is wanted: $mode, $backend, $devices", (variant) => {
    const plain = renderPlain(printoutOf(variant)).trimEnd().split("\n");
    expect(plain.filter((line) => line.trim() === "" || line.includes("#"))).toEqual([]);
    const full = renderPrintout(printoutOf(variant)).split("\n");
    expect(full).toEqual(expect.arrayContaining(plain));
  });

  it("says that a guard is needed where the kernel has no list that times out", () => {
    const text = renderPrintout({ ...printout, backend: "iptables", hasRecent: false });
    expect(text).toContain("a guard beside Cloudtap removes the rules");
    expect(text).not.toContain("-m recent");
  });

  it("says that no setting has to be changed where that is so", () => {
    const text = renderPrintout({ ...printout, settings: [] });
    expect(text).toContain("# Settings of this host: none has to be changed");
    expect(text).not.toContain("sysctl");
  });

  it("says who changes the settings", () => {
    expect(renderPrintout(printout)).toContain("so this is for you to do");
    const prepared = renderPrintout({ ...printout, options: { ...home, prepare: true } });
    expect(prepared).toContain("so they are changed when interception begins");
  });
});

describeWithNetworks("what `cloudtap intercept print` shows, run by a shell", () => {
  let machine: Namespace;
  beforeEach(async () => {
    machine = Namespace.create("print");
    await machine.read("ip", "link", "set", "lo", "up");
  });
  afterEach(() => machine.remove());

  const shell = (script: string) => machine.feed(script, "sh", "-e");
  const kernel = async () => {
    const words =
      "nft list table inet cloudtap; iptables-save; ip6tables-save; ip rule; ip -6 rule; ip route show table all";
    const { stdout } = await machine.run("sh", "-c", words);
    return stdout.replace(/^#.*\n/gm, "").replace(/ expires \w+/g, "");
  };

  it.each(variants)("does what it says, and its last lines undo it: $mode, $backend, $devices", async (variant) => {
    const text = renderPrintout(printoutOf(variant));
    const foreign = "PREROUTING -p tcp --dport 9 -j ACCEPT";
    await shell(`for t in nat mangle; do iptables -t $t -A ${foreign}; ip6tables -t $t -A ${foreign}; done`);
    const before = await kernel();
    expect(await shell(text)).toMatchObject({ code: 0, stderr: "" });
    const done = await kernel();
    expect(done).not.toBe(before);
    const [, undo = ""] = /^# How it is undone.*\n#\n((?:# .+\n)+)/m.exec(text) ?? [];
    expect(await shell(undo.replace(/^# /gm, ""))).toMatchObject({ code: 0 });
    expect(await kernel()).toBe(before);
    expect(await shell(renderPlain(printoutOf(variant)))).toMatchObject({ code: 0, stderr: "" });
    expect(await kernel()).toBe(done);
  });
}, ["sysctl"]);
