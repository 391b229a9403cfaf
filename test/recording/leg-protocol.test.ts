import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LegNote, RecordedLeg } from "../../src/model/recording.js";
import { envoy } from "../../src/protocols/envoy/index.js";
import { raw } from "../../src/protocols/raw/index.js";
import { solarman } from "../../src/protocols/solarman/index.js";
import { websentry } from "../../src/protocols/websentry/index.js";
import { LegProtocol } from "../../src/recording/leg-protocol.js";

const protocols = [raw, solarman, websentry, envoy];
const note: LegNote = {
  ...{ session: "a-1", leg: "device", relay: "r", protocol: "websentry", security: "plain", reason: "why" },
};

function legTo(port: number, change: Partial<RecordedLeg> = {}): RecordedLeg {
  return { id: "1", client: { address: "192.0.2.1", port: 50_000 }, server: { address: "192.0.2.2", port }, ...change };
}

function told(verdict: ReturnType<LegProtocol["push"]>): string | undefined {
  return verdict?.type === "known" ? verdict.protocol.name : verdict?.type;
}

const hello = Buffer.from("a50100104100", "hex");
const tlsHello = Buffer.from("160301002e0100002a0301", "hex");

describe("LegProtocol", () => {
  it("tells a protocol by the first bytes of the device, whatever the port", () => {
    const leg = new LegProtocol(legTo(1234), { protocols });
    expect(told(leg.push("device-to-cloud", hello))).toBe("solarman");
  });

  it("waits for the device where the cloud speaks first", () => {
    const leg = new LegProtocol(legTo(1030), { protocols });
    expect(leg.push("cloud-to-device", hello)).toBeUndefined();
    expect(told(leg.push("device-to-cloud", Buffer.from("POST /emu_reports/x")))).toBe("envoy");
  });

  it("tells the same whatever the pieces are", () => {
    const request = Buffer.from("POST /emu_reports/performance_report HTTP/1.1\r\n");
    for (const cut of request.keys()) {
      const leg = new LegProtocol(legTo(1234), { protocols });
      const first = leg.push("device-to-cloud", request.subarray(0, cut));
      expect(told(first ?? leg.push("device-to-cloud", request.subarray(cut)))).toBe("envoy");
    }
  });

  it("takes the user's word first, then the note's, then the file's", () => {
    const noted = legTo(10_000, { note });
    const given = new LegProtocol(noted, { protocols, given: raw });
    expect(told(given.push("device-to-cloud", hello))).toBe("raw");
    expect(told(new LegProtocol(noted, { protocols }).push("device-to-cloud", hello))).toBe("websentry");
    const ofFile = new LegProtocol(legTo(0, { protocol: "envoy" }), { protocols });
    expect(told(ofFile.push("cloud-to-device", hello))).toBe("envoy");
  });

  it("falls back on the port, the true one where it is noted", () => {
    const midstream = Buffer.from("00112233", "hex");
    expect(told(new LegProtocol(legTo(1030), { protocols }).push("device-to-cloud", midstream))).toBe("websentry");
    expect(told(new LegProtocol(legTo(1234), { protocols }).push("device-to-cloud", midstream))).toBe("unknown");
    const leg = legTo(1030, { note: { ...note, protocol: "gone", port: 10_000 } });
    expect(told(new LegProtocol(leg, { protocols }).push("device-to-cloud", midstream))).toBe("solarman");
  });

  it("decides at the end with what there is", () => {
    const leg = new LegProtocol(legTo(10_000), { protocols });
    expect(leg.push("device-to-cloud", Buffer.from("PO"))).toBeUndefined();
    expect(told(leg.decide())).toBe("solarman");
    expect(told(new LegProtocol(legTo(1234), { protocols }).decide())).toBe("unknown");
  });

  it("tells TLS whoever says what, in any pieces, from its middle, and from the old hello", () => {
    for (const cut of tlsHello.keys()) {
      const leg = new LegProtocol(legTo(10_000), { protocols, given: solarman });
      const first = leg.push("device-to-cloud", tlsHello.subarray(0, cut));
      const verdict = first !== undefined && cut > 0 ? first : leg.push("device-to-cloud", tlsHello.subarray(cut));
      expect(told(verdict)).toBe("tls");
    }
    const data = Buffer.from("1703030040aabb", "hex");
    expect(told(new LegProtocol(legTo(443), { protocols }).push("cloud-to-device", data))).toBe("tls");
    const spliced = legTo(80, { note: { ...note, security: "splice" } });
    expect(told(new LegProtocol(spliced, { protocols }).push("device-to-cloud", hello))).toBe("tls");
    const old = Buffer.from(`802e0103010015000000100000390000380000350000160000130000${"0a".repeat(20)}`, "hex");
    expect(told(new LegProtocol(legTo(443), { protocols }).push("device-to-cloud", old))).toBe("tls");
  });

  it("never throws, and needs no more than a kilobyte of the device", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), fc.boolean(), (chunks, isWellKnown) => {
        const leg = new LegProtocol(legTo(isWellKnown ? 80 : 9), { protocols });
        for (const chunk of chunks) leg.push("device-to-cloud", chunk);
        expect(leg.push("device-to-cloud", Buffer.alloc(1024))).toBeDefined();
      }),
    );
  });
});
