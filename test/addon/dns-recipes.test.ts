import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { protocols } from "../../src/protocols/registry.js";
import { addressesIn, askOverUdp, question, said } from "../dns/asking.js";
import { startDnsmasq } from "../support/dnsmasq.js";
import { hasProgram } from "../support/network/requirements.js";

const folder = "addon/router/dns";
const here = "192.168.1.10";
const placeholders: Readonly<Record<string, string>> = {
  CLOUDTAP_IP: here,
  DEVICE_IP: "192.168.1.50",
  DEVICE_MAC: "00:90:c2:00:00:01",
};
const vendors = protocols.flatMap(({ defaults }) => defaults.upstream ?? []);
const names = vendors.map(({ host }) => host);
const recipes = readdirSync(folder);
const execute = promisify(execFile);

function filled(name: string): string {
  return readFileSync(join(folder, name), "utf8").replace(/<([A-Z_]+)>/g, (whole, word: string) => {
    return placeholders[word] ?? whole;
  });
}

/** Every vendor's name leads here, and no other question for it is asked elsewhere. */
async function expectToLeadHere(configuration: string): Promise<void> {
  const behind = await startDnsmasq(names.map((name) => `address=/${name}/2001:db8::7\n`).join(""));
  const { port } = await startDnsmasq(`${configuration}\nserver=127.0.0.1#${behind.port}\n`);
  for (const name of names) {
    expect(addressesIn(await askOverUdp(port, question(name)))).toEqual([here]);
    expect(said(await askOverUdp(port, question(name, "AAAA")))).toMatchObject({ rcode: "NOERROR", answers: [] });
  }
}

describe("the recipes for name servers", () => {
  it.each(recipes.filter((name) => !/^README|option-6|^fritzbox/.test(name)))("%s names every vendor", (recipe) => {
    const text = readFileSync(join(folder, recipe), "utf8");
    for (const name of names) {
      // Some pages have fields for the host and the rest.
      const parts = `\`${name.replace(".", "` | `")}\``;
      expect(text.includes(name) || text.includes(parts), name).toBe(true);
    }
    expect(text).toContain("<CLOUDTAP_IP>");
  });

  it.each(recipes.filter((name) => /listen on port/.test(readFileSync(join(folder, name), "utf8"))))(
    "%s names the ports that the devices call",
    (recipe) => {
      const text = readFileSync(join(folder, recipe), "utf8");
      const ports = [...text.matchAll(/listen on port (\d+)/g)].map(([, port]) => Number(port));
      expect(new Set(ports)).toEqual(new Set(vendors.map(({ port }) => port)));
    },
  );

  it("know no other placeholders than those that are explained", () => {
    const index = readFileSync(join(folder, "README.md"), "utf8");
    for (const recipe of recipes) expect(filled(recipe)).not.toMatch(/<[A-Z_]{3,}>/);
    for (const word of Object.keys(placeholders)) expect(index).toContain(`\`<${word}>\``);
  });

  it("are all in the list and in the guide", () => {
    const index = readFileSync(join(folder, "README.md"), "utf8");
    const guide = readFileSync("docs/dns.md", "utf8");
    for (const recipe of recipes.filter((name) => name !== "README.md")) {
      expect(index).toContain(`(${recipe})`);
      expect(guide).toContain(`(../addon/router/dns/${recipe})`);
    }
  });

  it("say where they were not tried", () => {
    for (const recipe of recipes.filter((name) => !/^README|dnsmasq|^unbound|^dhcp/.test(name))) {
      expect(filled(recipe)).toMatch(/not tried (on|with) /);
    }
  });

  it("adguard-home.yaml has the fields of AdGuard Home", () => {
    expect(parse(filled("adguard-home.yaml"))).toEqual({
      filtering: {
        rewrites: expect.arrayContaining(names.map((domain) => ({ domain, answer: here, enabled: true }))),
      },
    });
  });
});

describe("the guide", () => {
  const guide = readFileSync("docs/dns.md", "utf8");

  it("names every vendor with the port that its devices call", () => {
    for (const { host, port } of vendors) expect(guide).toMatch(new RegExp(`\`${host}\` \\| \\**${port}\\b`));
  });

  it("has the anchors that it links to", () => {
    const anchors = [...guide.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, "")
        .replaceAll(" ", "-"),
    );
    for (const [, anchor] of guide.matchAll(/\]\(#([^)]*)\)/g)) expect(anchors).toContain(anchor);
  });
});

describe("the recipes that are tried", () => {
  if (!hasProgram("dnsmasq")) {
    it.skipIf(process.env.CLOUDTAP_REQUIRE_CAPTURES !== "1")("needs dnsmasq", () => {
      throw new Error("expected dnsmasq");
    });
    return;
  }

  it("dnsmasq.conf leads every vendor's name here, for a minute", async () => {
    await expectToLeadHere(filled("dnsmasq.conf"));
    const { port } = await startDnsmasq(filled("dnsmasq.conf"));
    expect(said(await askOverUdp(port, question(names[0] ?? ""))).answers).toMatchObject([{ ttl: 60 }]);
  });

  it("pi-hole.md has lines that do so as well", async () => {
    const [, lines = ""] = /dnsmasq_lines = (\[.*?\])/s.exec(filled("pi-hole.md")) ?? [];
    await expectToLeadHere([...lines.matchAll(/"([^"]+)"/g)].map(([, line]) => line).join("\n"));
  });

  it("dhcp-option-6.conf is what dnsmasq takes", async () => {
    const path = join(scratch(), "dhcp-option-6.conf");
    writeFileSync(path, filled("dhcp-option-6.conf"));
    const { stderr } = await execute("dnsmasq", ["--test", "-C", path], { env: withSbin() });
    expect(stderr).toContain("syntax check OK");
  });

  it("openwrt.sh makes lines that lead every vendor's name here", async () => {
    const router = new PlayedRouter(filled("openwrt.sh"));
    await router.run();
    const lines = router.list("dhcp.@dnsmasq[0].address").map((value) => `address=${value}`);
    const local = router.list("dhcp.@dnsmasq[0].server").map((value) => `server=${value}`);
    await expectToLeadHere([...lines, ...local].join("\n"));
  });
});

describe.each(["openwrt.sh", "openwrt-option-6.sh"])("%s", (recipe) => {
  it("is the same twice as once, and takes back what it did", async () => {
    const router = new PlayedRouter(filled(recipe));
    const before = router.settings();
    await router.run();
    const once = router.settings();
    expect(once).toContain(here);
    await router.run();
    expect(router.settings()).toBe(once);
    await router.run("remove");
    expect(router.settings()).toBe(before);
    await router.run("remove");
    expect(router.settings()).toBe(before);
  });
});

/** As much of OpenWrt's uci as the recipes use: one setting a line, lists with one line for each value. */
const uci = `#!/bin/sh
[ "$1" = -q ] && shift
key=\${2%%=*}; value=\${2#*=}
case $1 in
add_list) echo "$key=$value" >> "$UCI_FILE" ;;
set) grep -vF "$key=" "$UCI_FILE" > "$UCI_FILE.new" || true; mv "$UCI_FILE.new" "$UCI_FILE"; echo "$key=$value" >> "$UCI_FILE" ;;
del_list) grep -qxF "$key=$value" "$UCI_FILE" || exit 1
  grep -vxF "$key=$value" "$UCI_FILE" > "$UCI_FILE.new" || true; mv "$UCI_FILE.new" "$UCI_FILE" ;;
delete) grep -q "^$key[.=]" "$UCI_FILE" || exit 1
  grep -v "^$key[.=]" "$UCI_FILE" > "$UCI_FILE.new" || true; mv "$UCI_FILE.new" "$UCI_FILE" ;;
commit) ;;
*) exit 9 ;;
esac
`;

/** A recipe for OpenWrt where its settings are a file, with one setting of somebody else. */
class PlayedRouter {
  readonly #folder = scratch();
  readonly #script: string;
  readonly #file: string;

  constructor(script: string) {
    const restart = join(this.#folder, "restart");
    writeFileSync(restart, "#!/bin/sh\n");
    writeFileSync(join(this.#folder, "uci"), uci);
    for (const program of [restart, join(this.#folder, "uci")]) chmodSync(program, 0o755);
    this.#script = join(this.#folder, "recipe.sh");
    writeFileSync(this.#script, script.replace("/etc/init.d/dnsmasq restart", restart));
    this.#file = join(this.#folder, "settings");
    writeFileSync(this.#file, "dhcp.@dnsmasq[0].address=/other.example/192.168.1.7\n");
  }

  async run(...words: readonly string[]): Promise<void> {
    const env = { ...process.env, PATH: `${this.#folder}:${process.env.PATH}`, UCI_FILE: this.#file };
    await execute("sh", [this.#script, ...words], { env });
  }

  settings(): string {
    return readFileSync(this.#file, "utf8");
  }

  list(key: string): readonly string[] {
    const lines = this.settings().split("\n");
    return lines.flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []));
  }
}

function scratch(): string {
  const path = mkdtempSync(join(tmpdir(), "cloudtap-recipes-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function withSbin(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
}
