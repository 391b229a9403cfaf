import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { internetChecksum, internetSum } from "../../src/wire/internet-checksum.js";
import { encodeTcpHeaders, mostPayloadBytes, type PacketEnd, tcpFlags } from "../../src/wire/tcp-packet.js";

const mac = (last: number): Uint8Array => Uint8Array.of(2, 0, 0, 0, 0, last);
const v4: readonly [PacketEnd, PacketEnd] = [
  { mac: mac(2), address: Uint8Array.of(192, 0, 2, 1), port: 1000 },
  { mac: mac(3), address: Uint8Array.of(192, 0, 2, 2), port: 443 },
];
const v6: readonly [PacketEnd, PacketEnd] = [
  { ...v4[0], address: new Uint8Array(16).fill(0x20) },
  { ...v4[1], address: new Uint8Array(16).fill(0x21) },
];

function packetOf([source, target]: readonly [PacketEnd, PacketEnd], payload: Uint8Array): Buffer {
  const headers = encodeTcpHeaders({
    ...{ source, target, payload, sequence: 0xffff_fffe, acknowledgement: 7, identification: 70_000 },
    ...{ flags: tcpFlags.psh | tcpFlags.ack, window: 512, options: new Uint8Array(0) },
  });
  return Buffer.concat([headers, payload]);
}

/** Over pseudo header and segment; 0 where the checksum is right. */
function tcpCheck(addresses: Uint8Array, segment: Uint8Array): number {
  return internetChecksum(internetSum(addresses) + 6 + segment.length + internetSum(segment));
}

describe("TCP packets", () => {
  it("have headers that name both ends", () => {
    const packet = packetOf(v4, Buffer.from("hi"));
    expect(packet.subarray(0, 14).toString("hex")).toBe("0200000000030200000000020800");
    expect(packet.readUInt16BE(14 + 2)).toBe(42);
    expect(packet.subarray(26, 34).toString("hex")).toBe("c0000201c0000202");
    expect([packet.readUInt16BE(34), packet.readUInt16BE(36)]).toEqual([1000, 443]);
    expect([packet.readUInt32BE(38), packet.readUInt32BE(42)]).toEqual([0xffff_fffe, 7]);
    expect(packet.subarray(54).toString()).toBe("hi");
  });

  it("have right checksums in both IP versions, whatever they carry", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (payload) => {
        const four = packetOf(v4, payload);
        expect(internetChecksum(internetSum(four.subarray(14, 34)))).toBe(0);
        expect(tcpCheck(four.subarray(26, 34), four.subarray(34))).toBe(0);
        const six = packetOf(v6, payload);
        expect(six.readUInt16BE(18)).toBe(20 + payload.length);
        expect(tcpCheck(six.subarray(22, 54), six.subarray(54))).toBe(0);
      }),
    );
  });

  it("carry the most that fits an IP packet", () => {
    const packet = packetOf(v4, new Uint8Array(mostPayloadBytes).fill(0xa5));
    expect(packet.readUInt16BE(16)).toBe(mostPayloadBytes + 40);
    expect(tcpCheck(packet.subarray(26, 34), packet.subarray(34))).toBe(0);
  });
});
