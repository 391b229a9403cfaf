import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { faultsOf, withRelay } from "./protocols.js";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-files-"));
const file = join(folder, "file");
writeFileSync(file, "");
afterAll(() => rmSync(folder, { recursive: true }));

describe("checkFiles", () => {
  it("E13: says which folder cannot be made or written to", () => {
    const path = join(file, "below", "data");
    const [fault, ...others] = faultsOf({ data_dir: path });
    expect(others).toEqual([]);
    expect(fault).toMatchObject({ path: "data_dir", found: JSON.stringify(path) });
    expect(fault?.allowed).toMatch(/^a folder that can be made and written to; /);
  });

  it.skipIf(process.getuid?.() === 0)("E13: says so of a folder of somebody else", () => {
    expect(faultsOf({ data_dir: "/usr/cloudtap" })[0]?.allowed).toContain("access is denied");
  });

  it("takes a folder that does not exist yet below one that does", () => {
    expect(faultsOf({ data_dir: join(folder, "a", "b") })).toEqual([]);
  });

  it("checks the default folder too", () => {
    expect(faultsOf({}, { dataDir: file }).map(({ path }) => path)).toEqual(["data_dir"]);
  });

  it.each([
    ["missing", join(folder, "none"), "it does not exist"],
    ["a folder", folder, "it is not a file"],
  ])("finds a certificate file that is %s", (_name, path, problem) => {
    const expected = { found: JSON.stringify(path), allowed: `a file that can be read; ${problem}` };
    expect(faultsOf({ mqtt: { ca: path } })).toEqual([{ path: "mqtt.ca", ...expected }]);
    expect(faultsOf({ splunk: { ca: path } })).toEqual([{ path: "splunk.ca", ...expected }]);
    expect(faultsOf({ splunk: { token_file: path } })).toEqual([{ path: "splunk.token_file", ...expected }]);
    expect(faultsOf(withRelay({ upstream_ca: path }))).toEqual([{ path: "relays[0].upstream_ca", ...expected }]);
  });
});
