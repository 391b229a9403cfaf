import { describe, expect, it } from "vitest";
import { TlsMemory } from "../../src/relay/tls-memory.js";

describe("memory of refused certificates", () => {
  it("takes two failed handshakes in a row for a refusal", () => {
    const memory = new TlsMemory();
    expect(memory.refused("a")).toBe(1);
    expect(memory.refuses("a")).toBe(false);
    expect(memory.refused("a")).toBe(2);
    expect(memory.refuses("a")).toBe(true);
    expect(memory.refuses("b")).toBe(false);
  });

  it("forgives a failure that is followed by a handshake", () => {
    const memory = new TlsMemory();
    memory.refused("a");
    memory.accepted("a");
    memory.refused("a");
    expect(memory.refuses("a")).toBe(false);
  });

  it("says once that an address is spliced", () => {
    const memory = new TlsMemory();
    expect([memory.isNewSplice("a"), memory.isNewSplice("a"), memory.isNewSplice("b")]).toEqual([true, false, true]);
  });

  it("keeps a bounded number of addresses, the newest", () => {
    const memory = new TlsMemory();
    memory.refused("first");
    memory.refused("first");
    for (let i = 0; i < 1_024; i += 1) memory.refused(`other ${i}`);
    expect(memory.refuses("first")).toBe(false);
    expect(memory.refused("other 1023")).toBe(2);
  });
});
