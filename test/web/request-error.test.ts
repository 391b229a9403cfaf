import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { found, RequestError, requestFaults } from "../../src/web/request-error.js";

describe("what was found", () => {
  it("is given, also where it is empty", () => {
    expect([found(0, "no"), found("", "no"), found(false, "no")]).toEqual([0, "", false]);
  });

  it("is said to be missing else", () => {
    expect(() => found(undefined, "There is no such thing")).toThrow(
      new RequestError("NOT_FOUND", "There is no such thing"),
    );
  });
});

describe("docs/api.md", () => {
  it("names every fault of a request with its status, and none that does not exist", () => {
    const rows = readFileSync("docs/api.md", "utf8").matchAll(/^\| (\d{3}) \| `([A-Z_]+)` \|/gm);
    const documented = Object.fromEntries([...rows].map(([, status, code = ""]) => [code, Number(status)]));
    expect(documented).toEqual(requestFaults);
  });
});
