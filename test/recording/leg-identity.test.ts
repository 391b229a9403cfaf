import { describe, expect, it } from "vitest";
import type { LegNote, RecordedLeg } from "../../src/model/recording.js";
import { solarman } from "../../src/protocols/solarman/index.js";
import { anonymousLeg } from "../../src/recording/leg-identity.js";
import { KeyedPseudonyms } from "../../src/recording/pseudonyms.js";

const note: LegNote = {
  ...{ session: "ab12cd-1", leg: "device", relay: "deye", protocol: "solarman", security: "tls", port: 443 },
  ...{ device: "solarman_2712345678", reason: "device solarman_2712345678 asked from 192.168.1.50" },
};
const leg: RecordedLeg = {
  id: "1",
  client: { address: "192.168.1.50", port: 40_000 },
  server: { address: "47.88.8.200", port: 10_000 },
  note,
};
const verdict = { type: "known", protocol: solarman } as const;

describe("anonymousLeg", () => {
  it("replaces addresses, session and device, and keeps ports and what the relay is", () => {
    const pseudonyms = new KeyedPseudonyms(new Uint8Array(32));
    const serial = pseudonyms.serial("2712345678");
    const copy = anonymousLeg(leg, verdict, pseudonyms);
    expect(copy.client).toEqual({ address: pseudonyms.address("192.168.1.50"), port: 40_000 });
    expect(copy.server).toEqual({ address: pseudonyms.address("47.88.8.200"), port: 10_000 });
    expect(copy.note).toEqual({
      ...note,
      session: expect.stringMatching(/^[a-z]{2}\d\d[a-z]{2}-\d$/),
      device: `solarman_${serial}`,
      reason: `device solarman_${serial} asked from ${copy.client.address}`,
    });
    expect(copy.note.session).not.toBe(note.session);
  });

  it("keeps the name of a relay unless it holds what was seen elsewhere", () => {
    const pseudonyms = new KeyedPseudonyms(new Uint8Array(32));
    pseudonyms.name("smithfamily");
    const named = { ...leg, note: { ...note, relay: "deye-smithfamily" } };
    expect(anonymousLeg(named, verdict, pseudonyms).note.relay).toMatch(/^deye-[a-z]{11}$/);
    expect(anonymousLeg(named, verdict, pseudonyms).note.relay).not.toContain("smith");
  });

  it("gives the MAC address in a device's name the stand-in that it has elsewhere", () => {
    const pseudonyms = new KeyedPseudonyms(new Uint8Array(32));
    const mac = pseudonyms.mac("00:90:c2:0c:02:b3").replaceAll(":", "");
    const unit = { ...leg, note: { ...note, device: "websentry_0090c20c02b3" } };
    expect(anonymousLeg(unit, verdict, pseudonyms).note.device).toBe(`websentry_${mac}`);
  });

  it("notes the protocol, and makes up addresses where the recording tells none", () => {
    const nowhere = { address: "", port: 0 };
    const copy = anonymousLeg(
      { id: "hex-lines:1", client: nowhere, server: nowhere },
      verdict,
      new KeyedPseudonyms(new Uint8Array(32)),
    );
    expect(copy.client.address).toBe("192.0.2.1");
    expect(copy.server).toEqual({ address: "192.0.2.2", port: 10_000 });
    expect(copy.note).toMatchObject({ leg: "device", protocol: "solarman", security: "plain" });
    expect(anonymousLeg(leg, { type: "tls" }, new KeyedPseudonyms(new Uint8Array(32))).note.security).toBe("tls");
    const { note: _, ...bare } = leg;
    expect(anonymousLeg(bare, { type: "tls" }, new KeyedPseudonyms(new Uint8Array(32))).note.security).toBe("splice");
  });
});
