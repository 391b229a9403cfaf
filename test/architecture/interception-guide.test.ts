import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { validateConfiguration } from "../../src/config/validate.js";
import { parseConfigurationText } from "../../src/config/yaml-document.js";
import { routeTag } from "../../src/intercept/host-routes.js";
import { lifetimeS } from "../../src/intercept/rules.js";
import { protocols } from "../../src/protocols/registry.js";

const path = "docs/interception.md";
const guide = readFileSync(path, "utf8");

/** The example that contains a word, as Cloudtap understands it. */
function example(word: string) {
  const found = examples.find((text) => text.includes(word));
  if (found === undefined) throw new Error(`expected an example with ${word}`);
  return read(found);
}

function read(text: string) {
  return validateConfiguration(parseConfigurationText(text, "example"), { protocols, dataDir: "/tmp/cloudtap" });
}

const examples = [...guide.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text ?? "");

describe("the guide to interception", () => {
  it("shows configurations that are valid", () => {
    expect(examples.length).toBeGreaterThan(4);
    for (const text of examples) expect(() => read(text)).not.toThrow();
  });

  it("names the ports that lead to a relay for everything", () => {
    expect(example("listen: 4999").relays[0]?.interceptPorts).toEqual([443, 1030, 10_000]);
    expect(guide).toContain("(443, 1030 and 10000) lead to port 4999");
  });

  it("names the mark and the table that are in force", () => {
    expect(example("source: device").intercept).toMatchObject({ mark: 1, table: 100 });
    expect(example("listen: 4999").intercept).toMatchObject({ mark: 1, table: 100, source: "bridge" });
  });

  it("names the time after which rules lapse, and the tag of routes", () => {
    expect(guide).toContain(`lapse after ${lifetimeS} seconds`);
    expect(guide).toContain(`\`protocol ${routeTag}\``);
  });

  it("leads an Envoy here in five steps, with the path before and after", () => {
    const steps = guide.slice(guide.indexOf("own network page"), guide.indexOf("policy routing"));
    for (const wanted of ["1. ", "2. Switch **DHCP off**", "**gateway**", "**update**", "5. "]) {
      expect(steps).toContain(wanted);
    }
    for (const wanted of ["before   device .100", "after    device .100", "192.168.1.200"])
      expect(guide).toContain(wanted);
  });

  it("warns of the trap of a gateway in a rented machine", () => {
    for (const wanted of ["AWS", "--no-source-dest-check", "Azure", "--can-ip-forward", "OpenStack"]) {
      expect(guide).toContain(wanted);
    }
  });

  it("has a page for each router that it names", () => {
    for (const name of readdirSync("addon/router").filter((file) => file.endsWith(".md") && file !== "README.md")) {
      expect(guide).toContain(`(../addon/router/${name})`);
    }
  });
});

const pages = ["addon/router/README.md", "docs/captures.md", "docs/relay.md", "docs/limits.md", "README.md"];

describe.each([path, ...pages])("%s", (page) => {
  const text = readFileSync(page, "utf8");

  it("links to files and headings that are there", () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? "");
    for (const link of links.filter((one) => !/^[a-z]+:/.test(one))) {
      const [file = "", heading] = link.split("#");
      const target = file === "" ? page : join(dirname(page), file);
      expect(existsSync(target), link).toBe(true);
      if (heading !== undefined) expect(headings(target), link).toContain(heading);
    }
  });
});

/** As web pages make anchors of them. */
function headings(page: string): readonly string[] {
  return [...readFileSync(page, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) => {
    return title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
  });
}
