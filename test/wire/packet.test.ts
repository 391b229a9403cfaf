import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EpochUs } from "../../src/model/recording.js";
import type { FilePacket } from "../../src/wire/file-packet.js";
import { parseIpAddress } from "../../src/wire/ip-address.js";
import { readSegment } from "../../src/wire/packet.js";
import { encodeTcpHeaders, tcpFlags } from "../../src/wire/tcp-packet.js";

function ethernet(source: string, target: string, payload: Uint8Array, options = new Uint8Array(0)): Buffer {
  const end = (address: string, port: number, last: number) => ({
    mac: Uint8Array.of(2, 0, 0, 0, 0, last),
    address: parseIpAddress(address) ?? new Uint8Array(4),
    port,
  });
  const headers = encodeTcpHeaders({
    ...{ source: end(source, 40_000, 2), target: end(target, 443, 3) },
    ...{ sequence: 0xffff_fff0, acknowledgement: 7, flags: tcpFlags.ack | tcpFlags.psh },
    ...{ window: 1, options, payload, identification: 1 },
  });
  return Buffer.concat([headers, payload]);
}

function packet(bytes: Uint8Array, linkType = 1, originalBytes = bytes.length): FilePacket {
  return { number: 1, at: 0 as EpochUs, linkType, interfaceId: 0, bytes, originalBytes, comments: [] };
}

const payload = Buffer.from("payload");
const v4 = ethernet("192.168.1.20", "203.0.113.10", payload);
const v6 = ethernet("fd00::20", "2001:db8::1:0:0:1", payload);
const found = { sequence: 0xffff_fff0, acknowledgement: 7, flags: 0x18, payload, missing: 0 };
const found4 = {
  ...found,
  source: { address: "192.168.1.20", port: 40_000 },
  destination: { address: "203.0.113.10", port: 443 },
};
const found6 = {
  ...found,
  source: { address: "fd00::20", port: 40_000 },
  destination: { address: "2001:db8::1:0:0:1", port: 443 },
};

/** With other bytes between `at` and `to`. */
function spliced(bytes: Uint8Array, at: number, to: number, ...between: readonly number[]): Buffer {
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(between), bytes.subarray(to)]);
}

/** IPv6 with headers between its own and that of TCP. */
function extended(first: number, ...headers: readonly number[]): FilePacket {
  const bytes = spliced(v6, 54, 54, ...headers);
  bytes[20] = first;
  bytes.writeUInt16BE(bytes.readUInt16BE(18) + headers.length, 18);
  return packet(bytes);
}

describe("readSegment", () => {
  it("finds TCP in Ethernet frames of both families", () => {
    expect(readSegment(packet(v4))).toEqual(found4);
    expect(readSegment(packet(v6))).toEqual(found6);
  });

  it("passes over tags of virtual networks", () => {
    for (const tags of [
      [0x81, 0x00, 0x00, 0x05],
      [0x88, 0xa8, 0x00, 0x05, 0x81, 0x00, 0x20, 0x07],
    ]) {
      expect(readSegment(packet(spliced(v4, 12, 12, ...tags)))).toMatchObject(found4);
    }
  });

  it("reads the other link types on which captures are made", () => {
    const [raw4, raw6] = [v4.subarray(14), v6.subarray(14)];
    const cooked = [0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0];
    const cases = [
      [101, raw4, found4],
      [101, raw6, found6],
      [12, raw4, found4],
      [14, raw4, found4],
      [228, raw4, found4],
      [229, raw6, found6],
      [113, spliced(v4, 0, 12, ...cooked), found4],
      [113, spliced(v6, 0, 12, ...cooked), found6],
      [113, spliced(v4, 0, 12, ...cooked, 0x81, 0, 0, 5), found4],
      [276, spliced(v4, 0, 14, 8, 0, 0, 0, 0, 0, 0, 3, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0), found4],
      [0, Buffer.concat([Buffer.of(2, 0, 0, 0), raw4]), found4],
      [0, Buffer.concat([Buffer.of(0, 0, 0, 30), raw6]), found6],
      [108, Buffer.concat([Buffer.of(0, 0, 0, 24), raw6]), found6],
    ] as const;
    for (const [linkType, bytes, expected] of cases) {
      expect([linkType, readSegment(packet(bytes, linkType))]).toEqual([linkType, expected]);
    }
    expect(readSegment(packet(v4, 147))).toBe("unknown-link-type");
  });

  it("takes the length from the IP header, not from a frame that was filled up", () => {
    for (const bytes of [v4, v6]) {
      expect(readSegment(packet(Buffer.concat([bytes, Buffer.alloc(9)])))).toMatchObject({ payload, missing: 0 });
    }
  });

  it("takes the frame's length where the network card was to fill in that of IP", () => {
    for (const [bytes, at] of [
      [v4, 16],
      [v6, 18],
    ] as const) {
      expect(readSegment(packet(spliced(bytes, at, at + 2, 0, 0)))).toMatchObject({ payload, missing: 0 });
    }
  });

  it("counts what the snap length cut off", () => {
    for (const bytes of [v4, v6]) {
      const cut = packet(bytes.subarray(0, -3), 1, bytes.length);
      expect(readSegment(cut)).toMatchObject({ payload: Buffer.from("payl"), missing: 3 });
    }
    expect(readSegment(packet(v4.subarray(0, 50), 1, v4.length))).toBe("unreadable");
  });

  it("passes over options of IPv4 and TCP", () => {
    const bytes = spliced(ethernet("10.0.0.1", "10.0.0.2", payload, Uint8Array.of(1, 1, 1, 0)), 34, 34, 1, 1, 1, 0);
    bytes[14] = 0x46;
    bytes.writeUInt16BE(bytes.readUInt16BE(16) + 4, 16);
    expect(readSegment(packet(bytes))).toMatchObject({ source: { address: "10.0.0.1", port: 40_000 }, payload });
  });

  it("passes over extension headers of IPv6", () => {
    const padding = [1, 4, 0, 0, 0, 0];
    expect(readSegment(extended(0, 60, 0, ...padding, 6, 0, ...padding))).toMatchObject(found6);
    expect(readSegment(extended(43, 6, 1, ...padding, ...padding, 0, 0))).toMatchObject(found6);
    expect(readSegment(extended(51, 6, 1, ...padding, 0, 0, 0, 0))).toMatchObject(found6);
    expect(readSegment(extended(44, 6, 0, 0, 0, 0, 0, 0, 1))).toMatchObject(found6);
  });

  it("tells fragments, of which not even the first can be read alone", () => {
    expect(readSegment(packet(spliced(v4, 20, 22, 0x20, 0x00)))).toBe("fragment");
    expect(readSegment(packet(spliced(v4, 20, 22, 0x00, 0xb9)))).toBe("fragment");
    expect(readSegment(extended(44, 6, 0, 0, 1, 0, 0, 0, 1))).toBe("fragment");
    expect(readSegment(extended(44, 17, 0, 0, 8, 0, 0, 0, 1))).toBe("other");
  });

  it("passes over what is no TCP", () => {
    expect(readSegment(packet(spliced(v4, 23, 24, 17)))).toBe("other");
    expect(readSegment(packet(spliced(v6, 20, 21, 58)))).toBe("other");
    expect(readSegment(packet(spliced(v4, 12, 14, 0x08, 0x06)))).toBe("other");
    expect(readSegment(packet(Buffer.of(7, 0, 0, 0, 1), 0))).toBe("other");
  });

  it("writes IPv4 that was captured as IPv6 as IPv4", () => {
    expect(readSegment(packet(ethernet("::ffff:10.0.0.1", "fd00::1", payload)))).toMatchObject({
      ...{ source: { address: "10.0.0.1" }, destination: { address: "fd00::1" } },
    });
  });

  it("never throws, and finds no more bytes than there are", () => {
    const links = fc.constantFrom(0, 1, 12, 101, 108, 113, 228, 229, 276, 9999);
    const damage = fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(v4, v6), links, damage, fc.nat(90), (original, linkType, changes, length) => {
        const bytes = Buffer.from(original.subarray(0, length));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const result = readSegment(packet(bytes, linkType, original.length));
        if (typeof result !== "string") expect(result.missing).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 1000 },
    );
  });
});
