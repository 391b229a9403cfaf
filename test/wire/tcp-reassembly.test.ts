import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EpochUs, LegNote, RecordedEvent } from "../../src/model/recording.js";
import type { FoundSegment } from "../../src/wire/packet.js";
import { TcpReassembly } from "../../src/wire/tcp-reassembly.js";

const device = { address: "192.168.1.20", port: 40_000 };
const cloud = { address: "203.0.113.10", port: 10_000 };
const note: LegNote = {
  ...{ session: "ab-1", leg: "device", relay: "deye", protocol: "solarman", security: "plain", reason: "always" },
};
const bits = new Map([
  ["F", 0x01],
  ["S", 0x02],
  ["R", 0x04],
  ["A", 0x10],
]);

const origin = { scope: "", client: undefined, note: undefined };

interface Line {
  readonly from: "device" | "cloud";
  readonly flags: string;
  readonly sequence: number;
  readonly acknowledgement?: number;
  readonly text?: string;
  readonly port?: number;
  readonly note?: LegNote;
  readonly scope?: string;
}

/** A capture that is told packet by packet; what comes of it is told in words, `>` from the client, `<` to it. */
class Capture {
  readonly reassembly = new TcpReassembly(() => "source");
  readonly events: RecordedEvent[] = [];
  #place = 0;

  packet({ from, flags, sequence, acknowledgement = 0, text = "", port = device.port, ...rest }: Line): this {
    this.#place += 1;
    const client = { ...device, port };
    const segment: FoundSegment = {
      ...(from === "device" ? { source: client, destination: cloud } : { source: cloud, destination: client }),
      ...{ sequence, acknowledgement, payload: Buffer.from(text), missing: 0 },
      flags: [...flags].reduce((sum, letter) => sum | (bits.get(letter) ?? 0), 0),
    };
    const at = (1000 * this.#place) as EpochUs;
    this.events.push(...this.reassembly.accept({ segment, at, place: this.#place, ...origin, ...rest }));
    return this;
  }

  /** With this client port and this first sequence number. */
  handshake(port = device.port, first = 100): this {
    return this.packet({ from: "device", flags: "S", sequence: first, port })
      .packet({ from: "cloud", flags: "SA", sequence: 500, acknowledgement: first + 1, port })
      .packet({ from: "device", flags: "A", sequence: first + 1, acknowledgement: 501, port });
  }

  end(): this {
    this.events.push(...this.reassembly.end());
    return this;
  }

  get words(): readonly string[] {
    return this.events.map((event) => `${event.leg.id} ${inWords(event)}`);
  }
}

function inWords(event: RecordedEvent): string {
  if (event.type === "opened") return event.complete ? "opened" : "opened in the middle";
  if (event.type === "closed") return "closed";
  const arrow = event.direction === "device-to-cloud" ? ">" : "<";
  if (event.type === "data") return `${arrow} ${Buffer.from(event.bytes)}`;
  return event.type === "lost" ? `${arrow} lost ${event.bytes}` : `${arrow} ${event.type}`;
}

describe("TcpReassembly", () => {
  it("tells a connection from its handshake to both FIN", () => {
    const capture = new Capture().handshake();
    capture.packet({ from: "device", flags: "A", sequence: 101, acknowledgement: 501, text: "hello" });
    capture.packet({ from: "cloud", flags: "A", sequence: 501, acknowledgement: 106, text: "yes" });
    capture.packet({ from: "device", flags: "FA", sequence: 106, acknowledgement: 504 });
    capture.packet({ from: "cloud", flags: "FA", sequence: 504, acknowledgement: 107 });
    capture.packet({ from: "device", flags: "A", sequence: 107, acknowledgement: 505 });
    expect(capture.words).toEqual([
      ...["tcp-1 opened", "tcp-1 > hello", "tcp-1 < yes", "tcp-1 > ended", "tcp-1 < ended", "tcp-1 closed"],
    ]);
    expect(capture.events[1]).toMatchObject({ at: 4000, place: 4, leg: { client: device, server: cloud } });
    expect(capture.end().words).toHaveLength(6);
  });

  it("tells RST once, after what waited for missing bytes, and nothing after it", () => {
    const capture = new Capture().handshake();
    capture.packet({ from: "cloud", flags: "A", sequence: 504, text: "late" });
    capture.packet({ from: "device", flags: "RA", sequence: 101 });
    capture.packet({ from: "device", flags: "R", sequence: 101 });
    capture.packet({ from: "cloud", flags: "A", sequence: 508, text: "more" });
    expect(capture.end().words).toEqual([
      ...["tcp-1 opened", "tcp-1 < lost 3", "tcp-1 < late", "tcp-1 > reset", "tcp-1 closed"],
    ]);
  });

  it("takes an answer to a SYN that was not captured for the server's", () => {
    const capture = new Capture().packet({ from: "cloud", flags: "SA", sequence: 500, acknowledgement: 101 });
    capture.packet({ from: "device", flags: "S", sequence: 100 });
    capture.packet({ from: "device", flags: "A", sequence: 101, text: "hello" });
    expect(capture.words).toEqual(["tcp-1 opened", "tcp-1 > hello"]);
    expect(capture.events[0]?.leg.client).toEqual(device);
  });

  it("reads what comes with SYN", () => {
    const capture = new Capture().packet({ from: "device", flags: "S", sequence: 100, text: "early" });
    capture.packet({ from: "cloud", flags: "SA", sequence: 500, acknowledgement: 101 });
    capture.packet({ from: "device", flags: "A", sequence: 101, text: "early bird" });
    expect(capture.words).toEqual(["tcp-1 opened", "tcp-1 > early", "tcp-1 >  bird"]);
  });

  it("begins in the middle with the first bytes, whoever sent them", () => {
    const capture = new Capture().packet({ from: "cloud", flags: "A", sequence: 7, acknowledgement: 3 });
    capture.packet({ from: "device", flags: "R", sequence: 3 });
    expect(capture.words).toEqual([]);
    capture.packet({ from: "device", flags: "A", sequence: 3, text: "hello" });
    capture.packet({ from: "cloud", flags: "A", sequence: 7, text: "yes" });
    expect(capture.words).toEqual(["tcp-1 opened in the middle", "tcp-1 > hello", "tcp-1 < yes"]);
  });

  it("takes SYN with another number for a new connection of the same ports", () => {
    const capture = new Capture().handshake().handshake(device.port, 9000).handshake(device.port, 9000);
    capture.packet({ from: "device", flags: "A", sequence: 9001, text: "hello" });
    expect(capture.words).toEqual(["tcp-1 opened", "tcp-1 closed", "tcp-2 opened", "tcp-2 > hello"]);
  });

  it("takes bytes far from a closed connection for a new one whose beginning was not captured", () => {
    const capture = new Capture().handshake().packet({ from: "device", flags: "R", sequence: 101 });
    capture.packet({ from: "device", flags: "A", sequence: 200, text: "late" });
    expect(capture.words.slice(-1)).toEqual(["tcp-1 closed"]);
    capture.packet({ from: "device", flags: "A", sequence: 500_000_000, text: "new" });
    expect(capture.words.slice(-2)).toEqual(["tcp-2 opened in the middle", "tcp-2 > new"]);
  });

  it("tells bytes as lost that the other side has had", () => {
    const capture = new Capture().handshake();
    capture.packet({ from: "device", flags: "A", sequence: 111, text: "later" });
    for (let count = 0; count < 40; count += 1) {
      capture.packet({ from: "cloud", flags: "A", sequence: 501, acknowledgement: 116 });
    }
    expect(capture.words).toEqual(["tcp-1 opened", "tcp-1 > lost 10", "tcp-1 > later"]);
  });

  it("keeps connections apart by scope, where their ports are the same", () => {
    const capture = new Capture().packet({ from: "device", flags: "A", sequence: 1, text: "one", scope: "a" });
    capture.packet({ from: "device", flags: "A", sequence: 9000, text: "two", scope: "b" });
    expect(capture.words).toEqual([
      ...["tcp-1 opened in the middle", "tcp-1 > one", "tcp-2 opened in the middle", "tcp-2 > two"],
    ]);
  });

  it("goes on with a leg that the next file notes again, and knows what was learnt of it", () => {
    const capture = new Capture().packet({ from: "device", flags: "S", sequence: 100, note });
    capture.packet({ from: "device", flags: "A", sequence: 101, text: "one" });
    capture.packet({ from: "device", flags: "A", sequence: 204, text: "two", note: { ...note, device: "solarman_1" } });
    expect(capture.words).toEqual(["tcp-1 opened", "tcp-1 > one", "tcp-1 > lost 100", "tcp-1 > two"]);
    expect(capture.events.map((event) => event.leg.note?.device)).toEqual([
      ...[undefined, undefined, "solarman_1", "solarman_1"],
    ]);
  });

  it("begins a new leg where the note names another session", () => {
    const capture = new Capture().packet({ from: "device", flags: "A", sequence: 101, text: "one", note });
    capture.packet({ from: "device", flags: "A", sequence: 104, text: "two", note: { ...note, session: "ab-2" } });
    expect(capture.words).toEqual([
      ...["tcp-1 opened in the middle", "tcp-1 > one", "tcp-1 closed", "tcp-2 opened in the middle", "tcp-2 > two"],
    ]);
  });

  it("forgets the connection that is idle longest when there are too many, and closes it", () => {
    const capture = new Capture();
    for (let port = 1; port <= 10_000; port += 1) capture.packet({ from: "device", flags: "S", sequence: 1, port });
    capture.packet({ from: "device", flags: "A", sequence: 2, text: "still here", port: 1 });
    capture.packet({ from: "device", flags: "S", sequence: 1, port: 10_001 });
    expect(capture.words.slice(-3)).toEqual(["tcp-1 > still here", "tcp-10001 opened", "tcp-2 closed"]);
    expect(capture.end().words.filter((word) => word.endsWith("closed"))).toHaveLength(10_001);
  });

  it("holds no more than 64 MiB of all connections together", () => {
    const capture = new Capture();
    const text = "x".repeat(1_000_000);
    for (let port = 1; port <= 80; port += 1) {
      capture.packet({ from: "device", flags: "S", sequence: 1, port });
      capture.packet({ from: "device", flags: "A", sequence: 3, text, port });
    }
    expect(capture.events.filter((event) => event.type === "lost")).toHaveLength(80 - 67);
  });

  it("tells the same of both streams whatever is swapped and sent again", () => {
    const order = fc.array(fc.nat(), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(order, (ranks) => {
        const lines = (["device", "cloud"] as const).flatMap((from) =>
          Array.from({ length: 30 }, (_, index) => ({
            ...{ from, flags: index % 15 === 14 ? "FA" : "A" },
            ...{ sequence: (from === "device" ? 101 : 501) + (index % 15) * 3, text: index % 15 === 14 ? "" : "abc" },
          })),
        );
        const capture = new Capture().handshake();
        const swapped = lines.map((line, index) => ({ line, rank: ranks[index] ?? 0 }));
        for (const { line } of swapped.sort((one, other) => one.rank - other.rank)) capture.packet(line);
        for (const arrow of [">", "<"]) {
          const words = capture.words.flatMap((word) => (word.startsWith(`tcp-1 ${arrow} `) ? [word.slice(8)] : []));
          expect(words.join("")).toBe(`${"abc".repeat(14)}ended`);
        }
        expect(capture.words.at(-1)).toBe("tcp-1 closed");
      }),
    );
  });

  it("never throws, opens before it tells, and closes what it opened once", () => {
    const line = fc.record({
      from: fc.constantFrom<"device" | "cloud">("device", "cloud"),
      flags: fc.constantFrom("", "A", "S", "SA", "F", "FA", "R", "RA", "SF", "SR"),
      sequence: fc.oneof(fc.nat(0xffff_ffff), fc.nat(50)),
      acknowledgement: fc.oneof(fc.nat(0xffff_ffff), fc.nat(50)),
      text: fc.string({ maxLength: 5 }),
      port: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        const capture = new Capture();
        for (const each of lines) capture.packet(each);
        const open = new Set<string>();
        for (const event of capture.end().events) {
          if (event.type === "opened") open.add(event.leg.id);
          else expect(open).toContain(event.leg.id);
          if (event.type === "closed") open.delete(event.leg.id);
        }
        expect(open.size).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
