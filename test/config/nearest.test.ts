import { describe, expect, it } from "vitest";
import { nearest, suggestion } from "../../src/config/nearest.js";

const keys = ["url", "username", "password", "client_id", "upstream", "upstream_tls"];

describe("nearest", () => {
  it.each([
    ["pasword", "password"],
    ["usernmae", "username"],
    ["client-id", "client_id"],
    ["Upstream", "upstream"],
    ["upstreamtls", "upstream_tls"],
    ["urll", "url"],
    ["frequency", undefined],
    ["x".repeat(1_000_000), undefined],
  ])("%s", (word, expected) => {
    expect(nearest(word, keys)).toBe(expected);
  });

  it("becomes half a sentence, or nothing", () => {
    expect(suggestion("pasword", keys)).toBe("; did you mean password?");
    expect(suggestion("frequency", keys)).toBe("");
  });
});
