import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { overrides } from "../../src/config/environment.js";
import { renderConfigurationReference } from "../../src/config/reference.js";
import { createConfigurationSchema } from "../../src/config/schema.js";
import type { SchemaNode } from "../../src/config/schema-nodes.js";
import { parseConfigurationText } from "../../src/config/yaml-document.js";
import { commandClasses } from "../../src/model/command.js";
import { faultsOf, protocols } from "./protocols.js";

const page = renderConfigurationReference(protocols);

function leaves(node: SchemaNode): readonly string[] {
  return Object.entries((node.items ?? node).properties ?? {}).flatMap(([key, child]) => {
    return child.properties === undefined && child.items?.properties === undefined ? [key] : leaves(child);
  });
}

describe("renderConfigurationReference", () => {
  it("has a row for every key", () => {
    const missing = leaves(createConfigurationSchema(["solarman"])).filter(
      (key) => !new RegExp(`^\\| \`([a-z]+\\.)?${key}\` \\|`, "m").test(page),
    );
    expect(missing).toEqual([]);
  });

  it("names every environment variable and every protocol with its defaults", () => {
    expect(overrides.filter(({ variable }) => !page.includes(`\`${variable}\``))).toEqual([]);
    expect(page).toContain("| `envoy` | Envoys | 4430 | `envoy.example.com:443` | opened, TLSv1 or newer | 900 s |");
    expect(page).toContain("| `envoy` | yes | yes | no |");
  });

  it("W27: has a counterpart for each flag of the earlier tools", () => {
    for (const flag of ["listen", "listen-http", "raw-log", "decode", "verbose"]) {
      expect(page).toContain(`WebSentry exporter: \`${flag}\``);
    }
  });

  it("shows a configuration that is valid", () => {
    const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? "";
    const document = parseConfigurationText(example.replace("/var/lib/cloudtap", "/tmp/cloudtap"), "example");
    expect(faultsOf(document)).toEqual([]);
  });

  it("ends in one line break, with cells that fit their table", () => {
    expect(page.endsWith("|\n")).toBe(true);
    expect(renderConfigurationReference()).toContain("a protocol that `cloudtap --help` lists");
  });
});

describe("docs/cloud.md", () => {
  const guide = readFileSync("docs/cloud.md", "utf8");

  it("shows configurations that are valid", () => {
    const examples = [...guide.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text ?? "");
    expect(examples).not.toEqual([]);
    for (const text of examples) expect(faultsOf(parseConfigurationText(text, "example"))).toEqual([]);
  });

  it("explains every class of commands and every preset", () => {
    for (const word of [...commandClasses, "allow", "protect", "block"]) expect(guide).toContain(`\n| \`${word}\` |`);
  });

  it("names the bounds that are in force", () => {
    expect(guide).toContain("`outbox.max_mb` (50,");
    expect(guide).toContain("`outbox.max_days` (14)");
  });
});
