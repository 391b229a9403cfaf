import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EpochUs } from "../../src/model/recording.js";
import { type LegPacket, otherEnd, SyntheticLeg, type SyntheticLegOptions } from "../../src/wire/synthetic-leg.js";
import { mostPayloadBytes, tcpFlags } from "../../src/wire/tcp-packet.js";

const at = 1_795_000_000_000_000 as EpochUs;
const options: SyntheticLegOptions = {
  client: { address: "192.0.2.10", port: 40_000 },
  server: { address: "192.0.2.1", port: 10_000 },
  ...{ interface: 0, number: 1 },
};
const { syn, ack, fin, psh, rst } = tcpFlags;

/** What the receiver's TCP would make of the packets: each byte confirmed once, in order. */
function streamOf(packets: readonly LegPacket[], from: "client" | "server"): Buffer {
  let next: number | undefined;
  const parts: Uint8Array[] = [];
  for (const packet of packets) {
    if (packet.from !== from) continue;
    if (next !== undefined) expect(packet.sequence).toBe(next);
    parts.push(packet.payload);
    const counted = (packet.flags & (syn | fin)) === 0 ? 0 : 1;
    next = (packet.sequence + packet.payload.length + counted) % 2 ** 32;
  }
  return Buffer.concat(parts);
}

function text(packet: LegPacket): string {
  return `${packet.from} ${packet.flags} ${packet.sequence} ${packet.acknowledgement} ${packet.payload.length}`;
}

describe("a synthetic leg", () => {
  it("shakes hands, confirms what came, and says goodbye in both directions", () => {
    const leg = new SyntheticLeg(options);
    const packets = [
      ...leg.open(at),
      ...leg.data("client", Buffer.from("hello"), at),
      ...leg.data("server", Buffer.from("ok"), at),
      ...leg.finish("client", at),
      ...leg.finish("server", at),
    ];
    const first = 64_001;
    const other = first + 0x4000_0000;
    expect(packets.map(text)).toEqual([
      `client ${syn} ${first} 0 0`,
      `server ${syn | ack} ${other} ${first + 1} 0`,
      `client ${ack} ${first + 1} ${other + 1} 0`,
      `client ${psh | ack} ${first + 1} ${other + 1} 5`,
      `server ${psh | ack} ${other + 1} ${first + 6} 2`,
      `client ${fin | ack} ${first + 6} ${other + 3} 0`,
      `server ${ack} ${other + 3} ${first + 7} 0`,
      `server ${fin | ack} ${other + 3} ${first + 7} 0`,
      `client ${ack} ${first + 7} ${other + 4} 0`,
    ]);
  });

  it("resets where the stream stands", () => {
    const leg = new SyntheticLeg(options);
    leg.open(at);
    leg.data("client", Buffer.from("hello"), at);
    expect(text(leg.reset("server", at))).toBe(`server ${rst | ack} ${64_002 + 0x4000_0000} ${64_007} 0`);
  });

  it("carries any chunks in any order, past the end of the sequence numbers", () => {
    const chunk = fc.record({ from: fc.constantFrom("client" as const, "server" as const), size: fc.nat(200_000) });
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 12 }), fc.nat(200_000), (chunks, number) => {
        const leg = new SyntheticLeg({ ...options, number });
        const packets = [...leg.open(at)];
        const sent = { client: 0, server: 0 };
        for (const { from, size } of chunks) {
          packets.push(...leg.data(from, new Uint8Array(size), at));
          sent[from] += size;
        }
        expect(streamOf(packets, "client").length).toBe(sent.client);
        expect(streamOf(packets, "server").length).toBe(sent.server);
        expect(packets.every(({ payload }) => payload.length <= mostPayloadBytes)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("has a stream in one direction confirmed now and then", () => {
    const leg = new SyntheticLeg(options);
    const packets = Array.from({ length: 64 }, () => leg.data("client", new Uint8Array(65_536), at)).flat();
    const confirmations = packets.filter(({ from }) => from === "server");
    expect(confirmations.length).toBe(4);
    expect(otherEnd("client")).toBe("server");
  });

  it("leaves a hole where bytes are missing", () => {
    const leg = new SyntheticLeg(options);
    const [before] = leg.data("client", new Uint8Array(10), at);
    leg.skip("client", 100);
    const [after] = leg.data("client", new Uint8Array(10), at);
    expect((after?.sequence ?? 0) - (before?.sequence ?? 0)).toBe(110);
  });

  it("writes addresses of both families as IPv6, and a mapped one as IPv4", () => {
    const lengths = (client: string, server: string): number => {
      const leg = new SyntheticLeg({
        ...options,
        client: { address: client, port: 1 },
        server: { address: server, port: 2 },
      });
      const [packet] = leg.data("client", Uint8Array.of(1), at);
      if (packet === undefined) throw new Error("expected a packet");
      return leg.encode(packet)[1]?.length ?? 0;
    };
    expect(lengths("192.0.2.1", "192.0.2.2")).toBe(54);
    expect(lengths("::ffff:192.0.2.1", "192.0.2.2")).toBe(54);
    expect(lengths("2001:db8::1", "192.0.2.2")).toBe(74);
    expect(lengths("fe80::1%eth0", "fe80::2")).toBe(74);
  });

  it("can leave the end of a payload out", () => {
    const leg = new SyntheticLeg(options);
    const [packet] = leg.data("client", Buffer.from("header and secret"), at);
    if (packet === undefined) throw new Error("expected a packet");
    const block = Buffer.concat(leg.encode(packet, 6));
    expect(block.readUInt32LE(24) - block.readUInt32LE(20)).toBe(11);
    expect(block.includes("header")).toBe(true);
    expect(block.includes("secret")).toBe(false);
  });
});
