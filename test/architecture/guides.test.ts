import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

function guide(name: string): string {
  return readFileSync(`docs/devices/${name}.md`, "utf8");
}

describe("device guides", () => {
  it("D10: lead a logger here by DNS and by its hidden page, with both of its servers", () => {
    const text = guide("deye");
    for (const wanted of ["config_hide.html", "Server A", "Optional", "DNS"]) expect(text).toContain(wanted);
  });

  it("W03: lead a unit here by DNS and by its router, with the lines to paste", () => {
    const text = guide("websentry");
    for (const wanted of ["address=/websentry.seresco.net/", "dhcp-option", "DNAT", "multiport"])
      expect(text).toContain(wanted);
  });

  it("E21: lead an Envoy here in five steps, with the path before and after", () => {
    const text = guide("envoy");
    for (const wanted of ["1.", "2.", "3.", "4.", "5.", ".100", ".200", "443"]) expect(text).toContain(wanted);
  });
});
