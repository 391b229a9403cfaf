import { describe, expect, it } from "vitest";
import { commonHeaders, pagePolicy } from "../../src/web/security-headers.js";

describe("what the page may load", () => {
  it("is its own, with the scripts that stand in it", () => {
    const policy = pagePolicy(["abc=", "def="], { ingress: false }).split("; ");
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self' 'sha256-abc=' 'sha256-def='");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy.join()).not.toMatch(/unsafe|\*|https?:/);
  });

  it("leaves it to Home Assistant who shows it under ingress", () => {
    expect(pagePolicy([], { ingress: true })).not.toContain("frame-ancestors");
  });

  it("is nothing for whatever is no page", () => {
    expect(commonHeaders).toMatchObject({
      "content-security-policy": "default-src 'none'",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
  });
});
