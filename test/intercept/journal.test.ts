import { existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createJournal, parseJournal } from "../../src/intercept/journal.js";

const forwarding = { key: "net/ipv4/ip_forward", before: "0", set: "1", written: true };
const content = { boot: "0afcd694", namespace: "net:[4026531833]", settings: [forwarding], tables: ["ip nat"] };

describe("the journal", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cloudtap-journal-"));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("gives back what it was told", async () => {
    const journal = createJournal(folder);
    expect(await journal.read()).toBeUndefined();
    await journal.write(content);
    expect(await createJournal(folder).read()).toEqual(content);
    await journal.remove();
    expect(existsSync(journal.path)).toBe(false);
    await journal.remove();
  });

  it("is for its owner alone, and replaces a link instead of following it", async () => {
    const elsewhere = join(folder, "elsewhere");
    writeFileSync(elsewhere, "precious");
    symlinkSync(elsewhere, join(folder, "intercept.json"));
    symlinkSync(elsewhere, join(folder, "intercept.json.new"));
    const journal = createJournal(folder);
    await journal.write(content);
    expect(readFileSync(elsewhere, "utf8")).toBe("precious");
    expect(lstatSync(journal.path).mode & 0o777).toBe(0o600);
    expect(await journal.read()).toEqual(content);
  });

  it("says so when the folder is missing", async () => {
    await expect(createJournal(join(folder, "missing")).write(content)).rejects.toThrow("ENOENT");
  });
});

describe("a journal's text", () => {
  it.each(["", "null", "[]", "{", '{"version":2}', '{"version":1,"boot":1}'])("is nothing where it is %j", (text) => {
    expect(parseJournal(text)).toBeUndefined();
  });

  it("lets no setting through that Cloudtap does not change", () => {
    const foreign = [
      { ...forwarding, key: "kernel/core_pattern" },
      { ...forwarding, key: "net/ipv4/conf/../../../../etc/passwd/forwarding" },
      { ...forwarding, before: "|/bin/sh" },
      { ...forwarding, set: 1 },
      "text",
    ];
    const text = JSON.stringify({
      version: 1,
      ...content,
      settings: [...foreign, forwarding],
      tables: ["inet home", 7, "ip nat"],
    });
    expect(parseJournal(text)).toEqual(content);
  });

  it("is read or refused, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const found = parseJournal(text);
        expect(found === undefined || Array.isArray(found.settings)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
