import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FilePacket } from "../../src/wire/file-packet.js";
import { isPcap, PcapReader } from "../../src/wire/pcap-reader.js";
import { PacketFile } from "../support/packet-file.js";
import { inPieces } from "../support/pieces.js";

const magic = { microseconds: 0xa1b2c3d4, nanoseconds: 0xa1b23c4d };

function read(...chunks: readonly Uint8Array[]): { packets: readonly FilePacket[]; fault: PcapReader["fault"] } {
  const reader = new PcapReader();
  const packets = chunks.flatMap((chunk) => reader.push(chunk));
  reader.end();
  return { packets, fault: reader.fault };
}

const little = new PacketFile();
const twoPackets = Buffer.concat([
  little.pcapHeader(magic.microseconds),
  little.pcapPacket(10, 20, Buffer.from("one")),
  little.pcapPacket(11, 0, Buffer.from("tw"), 900),
]);

describe("PcapReader", () => {
  it("reads packets in both byte orders, their times in micro- or nanoseconds", () => {
    for (const order of ["little", "big"] as const) {
      const file = new PacketFile(order);
      for (const [number, fraction] of [
        [magic.microseconds, 999_999],
        [magic.nanoseconds, 999_999_999],
      ] as const) {
        const { packets, fault } = read(
          Buffer.concat([file.pcapHeader(number, 101), file.pcapPacket(1_795_271_656, fraction, Buffer.from("abc"))]),
        );
        expect(fault).toBeUndefined();
        expect(packets).toEqual([
          {
            ...{ number: 1, at: 1_795_271_656_999_999, linkType: 101, interfaceId: 0 },
            ...{ bytes: Buffer.from("abc"), originalBytes: 3, comments: [] },
          },
        ]);
      }
    }
  });

  it("tells how long a packet was that was cut", () => {
    expect(read(twoPackets).packets.map((packet) => packet.originalBytes)).toEqual([3, 900]);
  });

  it("ignores that the link type's upper half tells of check sequences", () => {
    const [packet] = read(
      Buffer.concat([little.pcapHeader(magic.microseconds, 0x2400_0001), little.pcapPacket(0, 0, Buffer.of(1))]),
    ).packets;
    expect(packet?.linkType).toBe(1);
  });

  it("says where a cut file ends, after what was read before", () => {
    const { packets, fault } = read(twoPackets.subarray(0, -1));
    expect(packets).toHaveLength(1);
    expect(fault).toEqual({
      ...{ offset: 43, packets: 1 },
      ...{ expected: "a packet of 18 bytes", found: "17 bytes to the end of the file" },
    });
    expect(read(twoPackets.subarray(0, 50)).fault).toMatchObject({ expected: "a packet of 16 bytes" });
    expect(read(twoPackets.subarray(0, 20)).fault).toMatchObject({ offset: 0, expected: "a file header of 24 bytes" });
  });

  it("waits for no packet of an absurd length", () => {
    const { fault } = read(little.pcapHeader(magic.microseconds), little.u32(0, 0, 0x4000_0000, 1));
    expect(fault).toEqual({
      ...{ offset: 24, packets: 0 },
      ...{ expected: "a packet of at most 16777216 bytes", found: "one of 1073741824 bytes" },
    });
  });

  it("says what it found where a file is something else", () => {
    expect(isPcap(Buffer.from("GIF8"))).toBe(false);
    expect(read(Buffer.from("GIF89a, and then some more")).fault).toMatchObject({ offset: 0, found: "47 49 46 38" });
  });

  it("reads the same however the bytes are cut", () => {
    const bytes = Uint8Array.from(twoPackets);
    const whole = read(bytes);
    fc.assert(
      fc.property(inPieces(bytes), (pieces) => {
        expect(read(...pieces)).toEqual(whole);
      }),
    );
  });

  it("never throws, whatever bytes are wrong", () => {
    const damage = fc.array(fc.tuple(fc.nat(twoPackets.length - 1), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(damage, (changes) => {
        const bytes = Buffer.from(twoPackets);
        for (const [at, value] of changes) bytes[at] = value;
        const { packets } = read(bytes);
        expect(packets.length).toBeLessThanOrEqual(4);
      }),
    );
  });
});
