import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHostCheck } from "../../src/web/host-check.js";

const check = createHostCheck(["cloudtap.example.org", "Energy.Example"]);

describe("check of the name that is called", () => {
  it.each([
    ...["192.0.2.1", "192.0.2.1:8099", "127.0.0.1:80", "[::1]", "[::1]:8099", "[2001:db8::1]:8099"],
    ...["localhost", "localhost:8099", "homeassistant", "my_pi:8099", "LOCALHOST"],
    ...["pi.local", "pi.lan:8099", "cloudtap.internal", "pi.home.arpa", "a.b.localhost", "pi.local."],
    ...["cloudtap.example.org", "CLOUDTAP.example.org:443", "energy.example", "energy.example."],
  ])("serves %s", (host) => {
    expect(check(host)).toBeUndefined();
  });

  it.each([
    ...["evil.example", "evil.example:8099", "192.0.2.1.evil.example", "evil.local.example", "evillocal.com"],
    ...["127.0.0.1.nip.io", "localhost.evil.example", "example.org", "x.cloudtap.example.org"],
  ])("refuses %s", (host) => {
    expect(check(host)).toMatchObject({ code: "HOST_REFUSED" });
  });

  it.each([
    undefined,
    "",
    ":8099",
    ".",
    "[::1",
    "[evil.example]",
    "a b",
    "pi.local@evil.example",
    "pi.local/x",
    "pi:99999999",
  ])("refuses %j, which is no name", (host) => {
    expect(check(host)).toMatchObject({ code: "HOST_REFUSED" });
  });

  it("says which setting would let the name in", () => {
    expect(check("evil.example:8099")?.message).toMatch(/^evil\.example is not .* web\.hosts/);
  });

  it("serves no public name, however it is written", () => {
    const label = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,10}$/);
    const publicName = fc
      .tuple(fc.array(label, { minLength: 1, maxLength: 4 }), fc.constantFrom("com", "example", "de", "io", "box"))
      .map(([labels, end]) => [...labels, end].join("."));
    const written = fc.tuple(publicName, fc.constantFrom("", "."), fc.constantFrom("", ":80", ":8099"));
    fc.assert(
      fc.property(written, (parts) => {
        if (parts[0] === "energy.example") return;
        expect(check(parts.join(""))).toMatchObject({ code: "HOST_REFUSED" });
      }),
    );
  });
});
