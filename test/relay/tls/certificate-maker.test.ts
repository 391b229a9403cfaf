import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../../src/model/time.js";
import { createAuthority, createLeaf, createSelfSigned } from "../../../src/relay/tls/certificate-maker.js";

const now = Date.UTC(2026, 5, 21, 10) as EpochMs;

describe("making certificates", () => {
  it("vouches for itself and holds all its names", async () => {
    const { key, cert } = await createSelfSigned(["a.example", "b.example"], now);
    const parsed = new X509Certificate(cert);
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(["a.example", "b.example"].map((name) => parsed.checkHost(name))).toEqual(["a.example", "b.example"]);
  });

  it("signs for a name with a key that is there already, also where the name is long", async () => {
    const { key } = await createSelfSigned(["a.example"], now);
    const authority = await createAuthority(now);
    const name = `${"long-label.".repeat(8)}example`;
    const leaf = new X509Certificate(await createLeaf(name, key, authority, now));
    expect(leaf.checkIssued(new X509Certificate(authority.cert))).toBe(true);
    expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(leaf.checkHost(name)).toBe(name);
    expect(leaf.ca).toBe(false);
    expect(Date.parse(leaf.validFrom)).toBeLessThan(now - 300 * 86_400_000);
  });
});
