import { describe, expect, it } from "vitest";
import { captureSchema, spoolSchema } from "../../src/config/capture-schema.js";
import { captureParts } from "../../src/model/capture.js";

describe("the schema of captures and the spool", () => {
  it("writes nothing, keeps no secrets and hands nothing out unread unless it is told to", () => {
    const { mode, tls_secrets, redact } = captureSchema.properties ?? {};
    const presets = [mode, tls_secrets, redact, spoolSchema.properties?.enabled].map((node) => node?.default);
    expect(presets).toEqual(["none", "none", true, false]);
  });

  it("takes every part as a letter and as a word, and keeps all bytes by default", () => {
    const { parts } = captureSchema.properties ?? {};
    for (const { letter, word } of captureParts)
      expect(parts?.items?.enum).toEqual(expect.arrayContaining([letter, word]));
    expect(parts?.default).toEqual(expect.arrayContaining(["B", "C", "E", "F"]));
  });
});
