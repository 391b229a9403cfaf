import { describe, expect, it } from "vitest";
import { ImportSummary, parseImported } from "../../src/cli/import-summary.js";

const file = { file: "/a.xml", reports: 1, added: 300, known: 2, energyWh: 1234.5678, faults: [] };

describe("summary of an import", () => {
  it("has a line for each file and one for all", () => {
    const summary = new ImportSummary();
    expect(summary.take(file)).toEqual({
      text: "/a.xml: 1 report, 300 new intervals, 2 known, 1234.568 Wh added\n",
      told: "",
    });
    const nothing = { ...file, file: "/b.json", reports: 0, added: 0, known: 0, energyWh: 0 };
    expect(summary.take(nothing).text).toBe("/b.json: nothing to count\n");
    expect(summary.end(true)).toBe(
      "2 files: 1 report, 300 new intervals, 2 known, 1234.568 Wh added\nHome Assistant shows it with the next report.\n",
    );
    expect(summary.isBroken).toBe(false);
  });

  it("says that Cloudtap must be started, where it does not run", () => {
    const summary = new ImportSummary();
    summary.take(file);
    expect(summary.end(false)).toContain("after the start of Cloudtap, which is not running");
  });

  it("promises nothing where nothing was new", () => {
    const summary = new ImportSummary();
    expect(summary.end(true)).toBe("There was nothing to import.\n");
    summary.take({ ...file, added: 0, energyWh: 0 });
    expect(summary.end(false)).not.toContain("Home Assistant");
  });

  it("tells faults apart", () => {
    const summary = new ImportSummary();
    expect(summary.take({ ...file, faults: ["/a.xml: cut"] }).told).toBe("cloudtap: /a.xml: cut\n");
    expect(summary.isBroken).toBe(true);
  });

  it("is made of what the running Cloudtap answers", () => {
    expect(parseImported([file, { ...file, faults: ["x"] }])).toEqual([file, { ...file, faults: ["x"] }]);
    expect(parseImported([{}, 1])).toMatchObject([{ file: "", reports: 0, faults: [] }, { file: "" }]);
    expect(() => parseImported("no")).toThrow(TypeError);
  });
});
