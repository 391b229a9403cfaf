import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPcapng, type PcapngBlock, PcapngReader } from "../../src/wire/pcapng-reader.js";
import { PacketFile } from "../support/packet-file.js";
import { inPieces } from "../support/pieces.js";

function read(...chunks: readonly Uint8Array[]): {
  blocks: readonly PcapngBlock[];
  fault: PcapngReader["fault"];
} {
  const reader = new PcapngReader();
  const blocks = chunks.flatMap((chunk) => reader.push(chunk));
  reader.end();
  return { blocks, fault: reader.fault };
}

function packetsOf(...chunks: readonly Uint8Array[]) {
  return read(...chunks).blocks.flatMap((block) => (block.type === "packet" ? [block.packet] : []));
}

const file = new PacketFile();
const at = 1_795_271_656_123_456n;
const everything = Buffer.concat([
  file.section(file.option(1, "first"), file.option(1, "second"), file.option(4, "Cloudtap"), file.option(0, "")),
  file.interface(1, 0, file.option(2, "device leg")),
  file.block(4, Buffer.from("names that nobody asks for")),
  file.packet(at, Buffer.from("hello"), [file.option(1, "a note"), file.option(2, "flag"), file.option(1, "über")]),
  file.block(10, Buffer.concat([file.u32(0x544c534b, 5), Buffer.from("KEYS\n")])),
  file.block(0x4000_0bad, Buffer.from("own")),
  file.packet(at + 1n, Buffer.from("later")),
  file.block(5, Buffer.concat([file.u32(0, 0, 0), file.option(4, file.s64(9n)), file.option(5, file.s64(2n))])),
]);

describe("PcapngReader", () => {
  it("tells the blocks of a section in their order, and passes over those that nobody asks for", () => {
    const { blocks, fault } = read(everything);
    expect(fault).toBeUndefined();
    const packet = { linkType: 1, interfaceId: 0, originalBytes: 5 };
    expect(blocks).toEqual([
      { type: "section", comments: ["first", "second"], application: "Cloudtap" },
      { type: "interface", interface: { id: 0, linkType: 1, snapBytes: 0, name: "device leg" } },
      {
        type: "packet",
        packet: { ...packet, number: 1, at: Number(at), bytes: Buffer.from("hello"), comments: ["a note", "über"] },
      },
      { type: "secrets", secretsType: 0x544c534b, bytes: Buffer.from("KEYS\n") },
      {
        type: "packet",
        packet: { ...packet, number: 2, at: Number(at) + 1, bytes: Buffer.from("later"), comments: [] },
      },
      { type: "statistics", interfaceId: 0, received: 9, dropped: 2, comments: [] },
    ]);
  });

  it("reads either byte order, and sections of both in one file", () => {
    const sections = (["big", "little"] as const).map((order) => {
      const one = new PacketFile(order);
      return Buffer.concat([one.section(), one.interface(101), one.packet(at, Buffer.from(order))]);
    });
    const packets = packetsOf(...sections);
    expect(packets.map(({ number, at, bytes }) => [number, at, bytes.toString()])).toEqual([
      [1, Number(at), Buffer.from("big").toString()],
      [2, Number(at), Buffer.from("little").toString()],
    ]);
  });

  it("begins to count interfaces anew in each section", () => {
    const { fault } = read(file.section(), file.interface(), file.section(), file.packet(at, Buffer.of(1)));
    expect(fault).toMatchObject({ expected: "a packet of one of the 0 interfaces", found: "one of interface 0" });
  });

  it("makes microseconds of any resolution and offset", () => {
    const cases = [
      [[], 5_000_001n, 5_000_001],
      [[file.option(9, Buffer.of(9))], 1_795_271_656_123_456_789n, 1_795_271_656_123_456],
      [[file.option(9, Buffer.of(3))], 7n, 7000],
      [[file.option(9, Buffer.of(0x80 | 10))], 1536n, 1_500_000],
      [[file.option(14, file.s64(1000n))], 5n, 1_000_000_005],
      [[file.option(14, file.s64(-1000n))], 5n, 0],
      [[file.option(9, Buffer.of(127))], 5n, 0],
      [[], 0xffff_ffff_ffff_ffffn, 8_640_000_000_000_000_000],
    ] as const;
    for (const [options, time, expected] of cases) {
      const [packet] = packetsOf(file.section(), file.interface(1, 0, ...options), file.packet(time, Buffer.of(1)));
      expect(packet?.at).toBe(expected);
    }
  });

  it("reads simple packets, which have the time of the one before", () => {
    const simple = file.block(3, Buffer.concat([file.u32(90), Buffer.from("12345678")]));
    const packets = packetsOf(file.section(), file.interface(1, 6), file.packet(at, Buffer.of(1)), simple);
    expect(packets[1]).toMatchObject({ at: Number(at), bytes: Buffer.from("123456"), originalBytes: 90 });
  });

  it("reads packets of the obsolete kind", () => {
    const head = [file.u16(0), file.u16(7), file.u32(Number(at >> 32n), Number(at & 0xffff_ffffn), 3, 60)];
    const obsolete = file.block(2, Buffer.concat([...head, Buffer.from("abc\0"), file.option(1, "old")]));
    expect(packetsOf(file.section(), file.interface(), obsolete)).toEqual([
      {
        ...{ number: 1, at: Number(at), linkType: 1, interfaceId: 0 },
        ...{ bytes: Buffer.from("abc"), originalBytes: 60, comments: ["old"] },
      },
    ]);
  });

  it("says where a cut file ends, after what was read before", () => {
    const whole = Buffer.concat([file.section(), file.interface(), file.packet(at, Buffer.of(1))]);
    const cut = Buffer.concat([whole, file.packet(at, Buffer.from("to be cut")).subarray(0, 20)]);
    const { blocks, fault } = read(cut);
    expect(blocks).toHaveLength(3);
    expect(fault).toEqual({
      ...{ offset: whole.length, packets: 1 },
      ...{ expected: "a block of 44 bytes", found: "20 bytes to the end of the file" },
    });
    expect(read(Buffer.concat([whole, Buffer.of(6, 0)])).fault).toMatchObject({ expected: "a whole block" });
    expect(read(file.section().subarray(0, 9)).fault).toMatchObject({ offset: 0, packets: 0 });
    expect(read().fault).toMatchObject({ found: "0 bytes to the end of the file" });
  });

  it("says what is wrong with a block", () => {
    const head = [file.section(), file.interface()];
    const twice = file.packet(at, Buffer.of(1));
    twice.writeUInt32LE(99, twice.length - 4);
    const cases = [
      [file.u32(6, 8, 0), "a block length from 12 to 16777216 in steps of 4", "8"],
      [file.u32(6, 0x7fff_fff0, 0), "a block length from 12 to 16777216 in steps of 4", "2147483632"],
      [file.u32(6, 33, 0), "a block length from 12 to 16777216 in steps of 4", "33"],
      [twice, "the block's length 36 again at its end", "99"],
      [file.block(6, file.u32(0, 0, 0, 500, 500)), "a whole block", "expected 500 bytes at offset 20, found 0"],
      [file.packet(at, Buffer.of(1), [], 3), "a packet of one of the 1 interfaces", "one of interface 3"],
      [Buffer.concat([file.u32(0x0a0d0d0a, 28), Buffer.alloc(20)]), "the byte order mark 0x1a2b3c4d", "0x00000000"],
    ] as const;
    const offset = Buffer.concat(head).length;
    for (const [bytes, expected, found] of cases) {
      expect(read(...head, bytes).fault).toEqual({ offset, packets: 0, expected, found });
    }
  });

  it("reads nothing after what is broken", () => {
    const broken = [file.section(), file.u32(6, 8, 0), file.section(), file.interface()];
    expect(read(...broken).blocks).toHaveLength(1);
  });

  it("knows a pcapng file by its beginning", () => {
    expect(isPcapng(file.section())).toBe(true);
    expect(isPcapng(new PacketFile("big").section())).toBe(true);
    expect(isPcapng(Buffer.from("\n\r\r"))).toBe(false);
    expect(read(Buffer.from("PK\x03\x04 and so on")).fault).toMatchObject({ offset: 0, found: "0x04034b50" });
  });

  it("reads the same however the bytes are cut", () => {
    const bytes = Uint8Array.from(everything);
    const whole = read(bytes);
    fc.assert(
      fc.property(inPieces(bytes), (pieces) => {
        expect(read(...pieces)).toEqual(whole);
      }),
    );
  });

  it("never throws, whatever bytes are wrong", () => {
    const damage = fc.array(fc.tuple(fc.nat(everything.length - 1), fc.nat(255)), { maxLength: 8 });
    fc.assert(
      fc.property(damage, inPieces(everything), (changes, pieces) => {
        const bytes = Buffer.concat(pieces);
        for (const [where, value] of changes) bytes[where] = value;
        const { blocks } = read(bytes);
        expect(blocks.length).toBeLessThanOrEqual(everything.length / 12);
      }),
      { numRuns: 500 },
    );
  });
});
