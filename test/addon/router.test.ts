import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Namespace } from "../support/network/namespace.js";
import { describeWithNetworks, hasProgram } from "../support/network/requirements.js";

const folder = "addon/router";
const placeholders: Readonly<Record<string, string>> = {
  DEVICE_IP: "192.168.1.50",
  DEVICE_MAC: "00:90:c2:00:00:01",
  CLOUDTAP_IP: "192.168.1.10",
};
const tables = [
  { name: "nftables-redirect.nft", table: ["inet", "devices_to_cloudtap"], rule: "redirect to :4430" },
  { name: "nftables-masquerade.nft", table: ["ip", "devices_out"], rule: "masquerade" },
];
const scripts = ["iptables-redirect.sh", "iptables-dnat-by-mac.sh", "iptables-tproxy.sh"];

function filled(name: string): string {
  return readFileSync(join(folder, name), "utf8").replace(/<([A-Z_]+)>/g, (whole, word: string) => {
    return placeholders[word] ?? whole;
  });
}

/** The text of the first code block in a language that contains a word. */
function block(page: string, language: string, word: string): string {
  const blocks = [...filled(page).matchAll(/```(\w*)\n(.*?)```/gs)];
  const found = blocks.find(([, of, text]) => of === language && text?.includes(word));
  if (found?.[2] === undefined) throw new Error(`expected a block with ${word} in ${page}`);
  return found[2];
}

describe("addon/router", () => {
  const files = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));

  it("explains every placeholder, and knows no other", () => {
    const index = readFileSync(join(folder, "README.md"), "utf8");
    const used = new Set(
      files.flatMap((name) => [...filled(name).matchAll(/<([A-Z_]{3,})>/g)].map(([, word]) => word)),
    );
    expect([...used]).toEqual([]);
    for (const word of Object.keys(placeholders)) expect(index).toContain(`| \`<${word}>\` |`);
  });

  it("lists every file", () => {
    const index = readFileSync(join(folder, "README.md"), "utf8");
    for (const name of files.filter((file) => file !== "README.md")) expect(index).toContain(`(${name})`);
  });

  it("says of every router's page that it was not tried there", () => {
    for (const name of ["openwrt.md", "mikrotik.md", "unifi.md", "opnsense-pfsense.md"]) {
      expect(filled(name)).toContain("not tried on a");
    }
  });
});

describeWithNetworks("the snippets for a gateway", () => {
  let gateway: Namespace;
  let scratch: string;

  beforeEach(async () => {
    gateway = Namespace.create("snippets");
    scratch = mkdtempSync(join(tmpdir(), "cloudtap-router-"));
    await gateway.read("ip", "link", "set", "lo", "up");
    // Tables that iptables makes for its first rule stay, and must be in the text from before.
    for (const table of ["nat", "mangle"]) {
      for (const verb of ["-A", "-D"]) {
        await gateway.read("iptables", "-w", "-t", table, verb, "PREROUTING", "-j", "ACCEPT");
      }
    }
  });

  afterEach(async () => {
    await gateway.remove();
    rmSync(scratch, { recursive: true, force: true });
  });

  const fill = (name: string): string => {
    const path = join(scratch, name);
    writeFileSync(path, filled(name));
    return path;
  };

  const state = async (): Promise<string> => {
    const texts = [
      // A chain that is made again comes last.
      (await gateway.read("iptables-save")).split("\n").toSorted().join("\n"),
      await gateway.read("nft", "list", "tables"),
      await gateway.read("nft", "-s", "list", "ruleset", "inet"),
      await gateway.read("ip", "rule"),
      // Fails where the table was never there.
      (await gateway.run("ip", "route", "show", "table", "100")).stdout,
      (await gateway.run("ip", "route", "show", "table", "200")).stdout,
    ];
    return texts
      .join("\n")
      .replace(/^#.*\n/gm, "")
      .replace(/\[\d+:\d+\]/g, "");
  };

  it.each(tables)(
    "$name loads, twice is the same as once, and its table is all of it",
    async ({ name, table, rule }) => {
      const before = await state();
      const path = fill(name);
      await gateway.read("nft", "-c", "-f", path);
      await gateway.read("nft", "-f", path);
      const once = await gateway.read("nft", "-s", "list", "table", ...table);
      expect(once).toContain(placeholders.DEVICE_IP);
      expect(once).toContain(rule);
      await gateway.read("nft", "-f", path);
      expect(await gateway.read("nft", "-s", "list", "table", ...table)).toBe(once);
      await gateway.read("nft", "delete", "table", ...table);
      expect(await state()).toBe(before);
      expect(filled(name)).toContain(`nft delete table ${table.join(" ")}\``);
    },
  );

  it.each(scripts)("%s loads, twice is the same as once, and takes back all that it did", async (name) => {
    const before = await state();
    const path = fill(name);
    await gateway.read("sh", "-n", path);
    await gateway.read("sh", path);
    const once = await state();
    expect(once).toContain(placeholders.DEVICE_IP);
    await gateway.read("sh", path);
    expect(await state()).toBe(once);
    await gateway.read("sh", path, "remove");
    expect(await state()).toBe(before);
    await gateway.read("sh", path, "remove");
    expect(await state()).toBe(before);
  });

  it("iptables-tproxy.sh takes over what is known, marks the rest, and routes what is marked to this host", async () => {
    await gateway.read("sh", fill("iptables-tproxy.sh"));
    const rules = await state();
    expect(rules).toContain("-m socket --transparent -j DIVERT");
    expect(rules).toContain("-A DIVERT -j ACCEPT\n-A DIVERT -j MARK --set-xmark 0x1/0xffffffff\n");
    expect(rules).toMatch(/--dport 443 .*-j TPROXY --on-port 4430 .*--tproxy-mark 0x1\/0x1/);
    expect(rules).toContain("fwmark 0x1 lookup 100");
    expect(rules).toContain("local default dev lo");
  });

  it("sysctl-gateway.conf makes a router of the host", async () => {
    await gateway.read("sysctl", "-p", fill("sysctl-gateway.conf"));
    const keys = ["net.ipv4.ip_forward", "net.ipv4.conf.all.send_redirects"];
    expect((await gateway.read("sysctl", "-n", ...keys)).trim()).toBe("1\n0");
  });

  it("linux.md has rules that load, and undoes them", async () => {
    await connect(gateway);
    const before = await state();
    await gateway.read("sh", "-ec", block("linux.md", "sh", "to_cloudtap"));
    expect(await state()).toContain(placeholders.DEVICE_IP);
    for (const command of [
      "nft delete table inet to_cloudtap",
      "ip rule del fwmark 0x200",
      "ip route flush table 200",
    ]) {
      expect(filled("linux.md")).toContain(`\`${command}\``);
      await gateway.read("sh", "-ec", command);
    }
    expect(await state()).toBe(before);
  });

  it("openwrt.md has a chain that OpenWrt's own table takes", async () => {
    const chain = block("openwrt.md", "", "chain to_cloudtap");
    const { code, stderr } = await gateway.feed(`table inet fw4 {\n${chain}\n}\n`, "nft", "-c", "-f", "-");
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });
}, ["sysctl"]);

/** A network with the gateway and the host that runs Cloudtap, which need not be there. */
async function connect(gateway: Namespace): Promise<void> {
  await gateway.read("ip", "link", "add", "lan", "type", "veth", "peer", "name", "others");
  await gateway.read("ip", "link", "set", "others", "up");
  await gateway.read("ip", "address", "add", "192.168.1.1/24", "dev", "lan");
  await gateway.read("ip", "link", "set", "lan", "up");
}

describe("the files for dnsmasq and systemd", () => {
  let scratch: string;

  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), "cloudtap-router-"));
  });

  afterEach(() => rmSync(scratch, { recursive: true, force: true }));

  it.skipIf(!hasProgram("dnsmasq"))("dhcp-option-3.conf is what dnsmasq takes", async () => {
    const path = join(scratch, "dhcp-option-3.conf");
    writeFileSync(path, filled("dhcp-option-3.conf"));
    expect(await complaints("dnsmasq", "--test", "-C", path)).toBe("dnsmasq: syntax check OK.\n");
  });

  it.skipIf(!hasProgram("systemd-analyze")).each(readdirSync(join(folder, "systemd")))(
    "%s is what systemd takes",
    async (name) => {
      const path = join(scratch, name);
      const text = readFileSync(join(folder, "systemd", name), "utf8");
      writeFileSync(path, text.replace("/usr/bin/node", process.execPath));
      expect(await complaints("systemd-analyze", "verify", "--man=no", path)).not.toContain(name);
    },
  );
});

/** What a program says on standard error, whatever its exit code. */
function complaints(command: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(command, args, (_error, _stdout, stderr) => resolve(stderr));
  });
}
