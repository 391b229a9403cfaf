import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cleanHost } from "../../src/cli/intercept-clean.js";
import { failed, memoryHost } from "../intercept/memory-host.js";

describe("cloudtap intercept clean", () => {
  let folder: string;
  let written: { out: string; err: string };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cloudtap-clean-"));
    written = { out: "", err: "" };
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const outputs = {
    out: {
      write(text: string) {
        written.out += text;
      },
    },
    err: {
      write(text: string) {
        written.err += text;
      },
    },
  };

  it("names what it removed", async () => {
    const host = memoryHost({}, ({ args }) => (args[1] === "tables" ? "table inet cloudtap\n" : ""));
    expect(await cleanHost(host, folder, outputs)).toBe(0);
    expect(written).toEqual({ out: "removed the nftables table inet cloudtap\n", err: "" });
  });

  it("says so where there was nothing", async () => {
    expect(await cleanHost(memoryHost({}), folder, outputs)).toBe(0);
    expect(written.out).toBe("Nothing of Cloudtap was there.\n");
  });

  it("names what is left, with exit code 1", async () => {
    const host = memoryHost({}, ({ program }) => (program === "nft" ? failed("Operation not permitted") : ""));
    expect(await cleanHost(host, folder, outputs)).toBe(1);
    expect(written.err).toContain("left as it is: whatever nftables has: Operation not permitted");
  });
});
