import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Token } from "../../../src/sinks/splunk/token.js";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-token-"));
const file = join(folder, "token");
afterAll(() => rmSync(folder, { recursive: true }));

describe("the collector's token", () => {
  it("is the one of the configuration, for ever", async () => {
    const token = new Token({ token: "abc-1" });
    expect(await token.current()).toEqual({ type: "token", text: "abc-1" });
    expect(await token.renew()).toBe(false);
  });

  it("is read from its file once, and anew when that is asked for", async () => {
    writeFileSync(file, "first\n");
    const token = new Token({ tokenFile: file });
    expect(await token.current()).toEqual({ type: "token", text: "first" });
    writeFileSync(file, "  second\r\n");
    expect(await token.current()).toEqual({ type: "token", text: "first" });
    expect(await token.renew()).toBe(true);
    expect(await token.current()).toEqual({ type: "token", text: "second" });
    expect(await token.renew()).toBe(false);
  });

  it("says that its file cannot be read, until it can", async () => {
    const missing = join(folder, "later");
    const token = new Token({ tokenFile: missing });
    expect(await token.current()).toMatchObject({
      type: "failed",
      grade: "refused",
      reason: expect.stringContaining("ENOENT"),
    });
    expect(await token.renew()).toBe(false);
    writeFileSync(missing, "there");
    expect(await token.current()).toEqual({ type: "token", text: "there" });
  });

  it.each([["two words"], ["größe"], ["a\r\nHost: b"], [""]])(
    "is none that no header could carry: %j",
    async (text) => {
      const failure = await new Token({ token: text }).current();
      expect(failure).toMatchObject({ type: "failed", hint: "check splunk.token" });
      if (text !== "") expect(JSON.stringify(failure)).not.toContain(text);
      writeFileSync(file, text);
      expect(await new Token({ tokenFile: file }).current()).toMatchObject({
        hint: "check the file of splunk.token_file",
      });
    },
  );
});
