import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { generatedFiles } from "../../tools/reference/generated-files.js";

const files = await generatedFiles();

describe("generated files", () => {
  it.each(files.map((file) => [file.path, file.text] as const))("%s is what `npm run generate` makes", (path, text) => {
    expect(readFileSync(path, "utf8")).toBe(text);
  });
});
