import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readDocument } from "../../src/config/read-document.js";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-document-"));
const optionsFile = join(folder, "data", "options.json");
mkdirSync(join(folder, "data"));
afterAll(() => rmSync(folder, { recursive: true }));

const parse = (text: string): unknown => JSON.parse(text);

describe("the configuration as it is written down", () => {
  it("is the file that was named, with the environment over it", async () => {
    const file = join(folder, "a.json");
    writeFileSync(file, '{"data_dir": "/a", "log": {"level": "warn"}}');
    const found = await readDocument({ file, optionsFile, environment: { CLOUDTAP_DATA_DIR: "/b" } }, parse);
    expect(found).toEqual({
      ...{ file, document: { data_dir: "/b", log: { level: "warn" } }, dataDir: resolve("data") },
      variables: new Map([["data_dir", "CLOUDTAP_DATA_DIR"]]),
    });
  });

  it("is nothing where there is no file", async () => {
    const found = await readDocument({ optionsFile, environment: {} }, parse);
    expect(found).toMatchObject({ file: undefined, document: {}, dataDir: resolve("data") });
  });

  it("is that of the Supervisor where there is one, and data lie beside it", async () => {
    writeFileSync(optionsFile, "{}");
    const found = await readDocument({ optionsFile, environment: {} }, async (text) => parse(text));
    expect(found).toMatchObject({ file: optionsFile, document: {}, dataDir: join(folder, "data") });
  });

  it("is not read where it cannot be, or is too large to be one", async () => {
    const large = join(folder, "large.json");
    writeFileSync(large, " ".repeat(1024 * 1024 + 1));
    for (const file of [folder, join(folder, "none"), large]) {
      const reading = readDocument({ file, optionsFile, environment: {} }, parse);
      await expect(reading).rejects.toMatchObject({ code: "CONFIG_UNREADABLE", details: { file } });
    }
  });
});
