import type { ChildProcess } from "node:child_process";
import { createReadStream, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { EpochUs, LegNote, RecordedEndpoint, RecordedEvent } from "../../src/model/recording.js";
import type { Direction } from "../../src/model/session.js";
import { isPacketCapture, PacketLegs, PacketRecording, readPackets } from "../../src/recording/packets.js";
import { encodeLegNote } from "../../src/wire/leg-note.js";
import { encodeInterface, encodeSectionHeader, encodeStatistics } from "../../src/wire/pcapng.js";
import { type LegEnd, type LegPacket, SyntheticLeg } from "../../src/wire/synthetic-leg.js";
import { temporaryFolder } from "../integration/program.js";
import { Namespace } from "../support/network/namespace.js";
import { describeWithNetworks } from "../support/network/requirements.js";
import { PacketFile } from "../support/packet-file.js";
import { inPieces } from "../support/pieces.js";
import { describeWithTshark, tell } from "../support/tshark.js";

const start = 1_795_271_656_000_000;
const note: LegNote = {
  ...{ session: "ab12cd-1", leg: "device", relay: "deye", protocol: "solarman", security: "tls", port: 443 },
  reason: "capture: always",
};
const client = { address: "192.168.1.20", port: 40_000 };
const server = { address: "203.0.113.10", port: 10_000 };

/** A step of a session; `by`: who did it. */
interface Step {
  readonly do: "data" | "end" | "reset";
  readonly by: LegEnd;
  readonly bytes?: Uint8Array;
}

interface Session {
  readonly client: RecordedEndpoint;
  readonly server: RecordedEndpoint;
  readonly steps: readonly Step[];
  readonly number?: number;
  readonly note?: LegNote;
}

/** Makes captures as Cloudtap writes them. */
class OwnFile {
  readonly #parts: Uint8Array[] = [
    encodeSectionHeader({ application: "Cloudtap 1.0.0", comments: [] }),
    encodeInterface({ name: "device leg", description: "" }),
    encodeInterface({ name: "cloud leg", description: "" }),
  ];

  add(leg: SyntheticLeg, packets: readonly LegPacket[], told?: LegNote): this {
    const [first] = packets;
    if (told !== undefined) first?.comments.push(encodeLegNote(told));
    for (const packet of packets) this.#parts.push(...leg.encode(packet));
    return this;
  }

  statistics(dropped: number): this {
    const times = { at: start as EpochUs, from: start as EpochUs, to: start as EpochUs };
    this.#parts.push(encodeStatistics({ ...times, interface: 0, received: 9, dropped, comments: [] }));
    return this;
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(Buffer.concat(this.#parts));
  }
}

function legOf({ client, server, number = 1, note: told = note }: Omit<Session, "steps">): SyntheticLeg {
  return new SyntheticLeg({ client, server, interface: told.leg === "device" ? 0 : 1, number });
}

function packetsOf(leg: SyntheticLeg, steps: readonly Step[]): readonly LegPacket[] {
  return steps.flatMap(({ do: what, by, bytes = new Uint8Array(0) }, index) => {
    const at = (start + index) as EpochUs;
    if (what === "data") return leg.data(by, bytes, at);
    return what === "end" ? leg.finish(by, at) : [leg.reset(by, at)];
  });
}

function fileOf(session: Session): Uint8Array {
  const leg = legOf(session);
  const packets = [...leg.open(start as EpochUs), ...packetsOf(leg, session.steps)];
  return new OwnFile().add(leg, packets, session.note ?? note).bytes;
}

function read(...files: readonly Uint8Array[]): readonly RecordedEvent[] {
  const legs = new PacketLegs();
  const events = files.flatMap((bytes, index) => {
    const recording = new PacketRecording(legs, `file ${index}`);
    const found = [...recording.push(bytes), ...recording.end()];
    expect(recording.fault).toBeUndefined();
    return found;
  });
  return [...events, ...legs.end()];
}

async function readFile(path: string, serverPorts = new Set<number>()): Promise<readonly RecordedEvent[]> {
  const legs = new PacketLegs({ serverPorts });
  const events: RecordedEvent[] = [];
  for await (const event of readPackets(createReadStream(path), path, legs)) events.push(event);
  return [...events, ...legs.end()];
}

function inWords(event: RecordedEvent): string {
  if (event.type === "opened") return event.complete ? "opened" : "opened in the middle";
  if (event.type === "closed") return "closed";
  const arrow = event.direction === "device-to-cloud" ? ">" : "<";
  if (event.type === "data") return `${arrow} ${Buffer.from(event.bytes)}`;
  return event.type === "lost" ? `${arrow} lost ${event.bytes}` : `${arrow} ${event.type}`;
}

/** What passed in one direction. */
function stream(events: readonly RecordedEvent[], direction: Direction): Buffer {
  return Buffer.concat(
    events.flatMap((event) => (event.type === "data" && event.direction === direction ? [event.bytes] : [])),
  );
}

const hello: readonly Step[] = [
  { do: "data", by: "client", bytes: Buffer.from("hello") },
  { do: "data", by: "server", bytes: Buffer.from("yes") },
];

describe("reading Cloudtap's own captures", () => {
  it("tells a session as it happened, with what was noted of it", () => {
    const events = read(
      fileOf({ client, server, steps: [...hello, { do: "end", by: "server" }, { do: "end", by: "client" }] }),
    );
    expect(events.map(inWords)).toEqual(["opened", "> hello", "< yes", "< ended", "> ended", "closed"]);
    expect(events[1]).toEqual({
      ...{
        type: "data",
        direction: "device-to-cloud",
        bytes: Uint8Array.from(Buffer.from("hello")),
        at: start,
        place: 4,
      },
      leg: { id: "tcp-1", client, server, note },
    });
  });

  it("tells who reset, once", () => {
    const events = read(fileOf({ client, server, steps: [...hello, { do: "reset", by: "server" }] }));
    expect(events.map(inWords)).toEqual(["opened", "> hello", "< yes", "< reset", "closed"]);
  });

  it("tells two legs apart that have the same addresses and ports", () => {
    const [device, cloud] = (["device", "cloud"] as const).map((leg) => ({ client, server, note: { ...note, leg } }));
    const file = new OwnFile();
    for (const each of [device, cloud]) {
      if (each === undefined) continue;
      const leg = legOf(each);
      file.add(leg, [...leg.open(start as EpochUs), ...packetsOf(leg, hello)], each.note);
    }
    const events = read(file.bytes);
    expect(events.map((event) => `${event.leg.note?.leg} ${inWords(event)}`)).toEqual([
      ...["device opened", "device > hello", "device < yes", "cloud opened", "cloud > hello", "cloud < yes"],
      ...["device closed", "cloud closed"],
    ]);
  });

  it("knows who is the device where the file begins in the middle, whoever speaks first", () => {
    // Its port is the lower one, so that the port would tell the wrong end.
    const low = { address: "192.168.1.20", port: 80 };
    const leg = legOf({ client: low, server });
    leg.open(start as EpochUs);
    const steps: readonly Step[] = [...hello].reverse();
    const events = read(new OwnFile().add(leg, packetsOf(leg, steps), note).bytes);
    expect(events.map(inWords)).toEqual(["opened in the middle", "< yes", "> hello", "closed"]);
    expect(events[0]?.leg).toEqual({ id: "tcp-1", client: low, server, note });
  });

  it("goes on with the same leg in the next file", () => {
    const leg = legOf({ client, server });
    const first = new OwnFile().add(leg, [...leg.open(start as EpochUs), ...packetsOf(leg, hello)], note).bytes;
    const known = { ...note, device: "solarman_1" };
    const second = new OwnFile().add(leg, packetsOf(leg, hello), known).bytes;
    leg.skip("client", 3_000_000_000);
    const third = new OwnFile().add(leg, packetsOf(leg, [...hello, { do: "end", by: "client" }]), known).bytes;
    const events = read(first, second, third);
    expect(events.map(inWords)).toEqual([
      ...["opened", "> hello", "< yes", "> hello", "< yes", "> lost 3000000000", "> hello", "< yes", "> ended"],
      "closed",
    ]);
    expect(new Set(events.map((event) => event.leg.id))).toEqual(new Set(["tcp-1"]));
    expect(events.at(-1)?.leg.note).toEqual(known);
  });

  it("tells at once what was dropped, and how much", () => {
    const leg = legOf({ client, server });
    const opening = leg.open(start as EpochUs);
    leg.skip("client", 70_000);
    const file = new OwnFile().add(leg, [...opening, ...packetsOf(leg, hello)], note).statistics(4);
    const recording = new PacketRecording(new PacketLegs(), "own");
    expect(recording.push(file.bytes).map(inWords)).toEqual(["opened", "> lost 70000", "> hello", "< yes"]);
    expect(recording.counts).toEqual({
      ...{ packets: 5, segments: 5, fragments: 0, unreadable: 0, dropped: 4, unknownLinkTypes: [] },
    });
  });

  it("gives any streams of both families as they were written, however the file is cut", () => {
    const address = fc.oneof(
      fc.ipV4().map((ip) => ({ ip, other: "10.9.8.7" })),
      fc.uint8Array({ minLength: 6, maxLength: 6 }).map((bytes) => ({
        ...{
          ip: `fd00::${Buffer.from(bytes)
            .toString("hex")
            .replace(/^(....)(....)/, "$1:$2:")}`,
          other: "fd00::1",
        },
      })),
    );
    const step = fc.record({
      by: fc.constantFrom<LegEnd>("client", "server"),
      bytes: fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 50 }),
        fc.nat(200_000).map((size) => new Uint8Array(size + 1).fill(size)),
      ),
    });
    const session = fc.record({
      address,
      port: fc.integer({ min: 1, max: 65_535 }),
      steps: fc.array(step, { maxLength: 12 }),
    });
    const pieces = session.chain(({ address: { ip, other }, port, steps }) => {
      const chunks = steps.map((each): Step => ({ do: "data", ...each }));
      const both: readonly Step[] = [
        { do: "end", by: "client" },
        { do: "end", by: "server" },
      ];
      const bytes = fileOf({
        client: { address: ip, port },
        server: { address: other, port: 443 },
        steps: [...chunks, ...both],
      });
      return inPieces(bytes).map((cut) => ({ cut, steps, port }));
    });
    fc.assert(
      fc.property(pieces, ({ cut, steps, port }) => {
        const recording = new PacketRecording(new PacketLegs(), "own");
        const events = cut.flatMap((piece) => [...recording.push(piece)]);
        recording.end();
        expect(recording.fault).toBeUndefined();
        for (const [by, direction] of [
          ["client", "device-to-cloud"],
          ["server", "cloud-to-device"],
        ] as const) {
          const sent = Buffer.concat(steps.flatMap((each) => (each.by === by ? [each.bytes] : [])));
          expect(stream(events, direction).equals(sent)).toBe(true);
        }
        expect(events.map((event) => event.type).filter((type) => type !== "data")).toEqual([
          ...["opened", "ended", "ended", "closed"],
        ]);
        expect(events[0]?.leg.client.port).toBe(port);
      }),
      { numRuns: 40 },
    );
  });
});

describe("a broken capture", () => {
  const whole = fileOf({ client, server, steps: hello });

  it("gives what stands before the place, then says where it is", async () => {
    async function* source() {
      yield whole.subarray(0, -10);
      await turn();
    }
    const words: string[] = [];
    const reading = (async () => {
      for await (const event of readPackets(source(), "cut.pcapng")) words.push(inWords(event));
    })();
    await expect(reading).rejects.toMatchObject({
      code: "RECORDING_BROKEN",
      message: `cut.pcapng: byte ${whole.length - 92}, after packet 4: expected a block of 92 bytes, found 82 bytes to the end of the file`,
      details: { file: "cut.pcapng", packets: 4 },
    });
    expect(words).toEqual(["opened", "> hello", "closed"]);
  });

  it("is told for a file that holds no packets", () => {
    expect(isPacketCapture(whole)).toBe(true);
    expect(isPacketCapture(new PacketFile("big").pcapHeader(0xa1b23c4d))).toBe(true);
    expect(isPacketCapture(Buffer.from("{}\n\n"))).toBe(false);
    for (const text of ["", "{}", "{} and more"]) {
      const recording = new PacketRecording(new PacketLegs(), "no.pcap");
      expect([...recording.push(Buffer.from(text)), ...recording.end(), ...recording.push(whole)]).toEqual([]);
      expect(recording.fault?.message).toMatch(
        /^no\.pcap: byte 0, after packet 0: expected a pcapng or pcap file, found /,
      );
    }
  });

  it("never throws, whatever bytes are wrong", () => {
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 });
    fc.assert(
      fc.property(damage, (changes) => {
        const bytes = Uint8Array.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const legs = new PacketLegs();
        const recording = new PacketRecording(legs, "damaged");
        const events = [...recording.push(bytes), ...recording.end(), ...legs.end()];
        const opened = events.filter((event) => event.type === "opened").length;
        expect(events.filter((event) => event.type === "closed")).toHaveLength(opened);
      }),
      { numRuns: 500 },
    );
  });

  it("counts what could not be read, and why", () => {
    const file = new PacketFile();
    const packets = [1, 2, 3].map(() => file.pcapPacket(0, 0, Buffer.of(0x45, 0, 0)));
    const raw = new PacketRecording(new PacketLegs(), "raw");
    raw.push(Buffer.concat([file.pcapHeader(0xa1b2c3d4, 101), ...packets]));
    expect(raw.counts).toMatchObject({ packets: 3, segments: 0, unreadable: 3, unknownLinkTypes: [] });
    const unknown = new PacketRecording(new PacketLegs(), "unknown");
    unknown.push(Buffer.concat([file.pcapHeader(0xa1b2c3d4, 147), ...packets]));
    expect(unknown.counts).toMatchObject({ packets: 3, unreadable: 0, unknownLinkTypes: [147] });
  });
});

describeWithTshark("captures that other programs wrote", () => {
  const folder = temporaryFolder();
  const path = (name: string): string => join(folder.path, name);

  afterAll(() => folder.remove());

  async function run(program: string, ...args: readonly string[]): Promise<void> {
    const { code, stderr } = await tell(program, args);
    if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}: ${stderr}`);
  }

  it("reads the same of a file in every format and order of its packets", async () => {
    const steps: readonly Step[] = [...hello, ...hello, { do: "end", by: "client" }, { do: "end", by: "server" }];
    writeFileSync(path("own.pcapng"), fileOf({ client, server, steps }));
    const expected = (await readFile(path("own.pcapng"))).map(inWords);
    for (const format of ["pcap", "nsecpcap", "pcapng"]) {
      await run("editcap", "-F", format, path("own.pcapng"), path(format));
      expect((await readFile(path(format))).map(inWords)).toEqual(expected);
    }
    await run("editcap", "-F", "pcap", "-C", "14", "-T", "rawip", "-L", path("own.pcapng"), path("raw"));
    expect((await readFile(path("raw"))).map(inWords)).toEqual(expected);
    await run("mergecap", "-w", path("merged"), path("own.pcapng"), path("own.pcapng"));
    expect((await readFile(path("merged"))).map(inWords)).toEqual(expected);
  });

  it("reads packets that were cut, and tells what is missing", async () => {
    const bytes = Buffer.alloc(500, "x");
    writeFileSync(
      path("long.pcapng"),
      fileOf({ client, server, steps: [{ do: "data", by: "client", bytes }, ...hello] }),
    );
    for (const format of ["pcap", "pcapng"]) {
      await run("editcap", "-F", format, "-s", "74", path("long.pcapng"), path(`cut ${format}`));
      expect((await readFile(path(`cut ${format}`))).map(inWords)).toEqual([
        ...["opened", `> ${"x".repeat(20)}`, "> lost 480", "> hello", "< yes", "closed"],
      ]);
    }
  });

  it("takes the end with a known port for the server where no handshake was captured, else the lower port", async () => {
    for (const [family, source, target] of [
      ["-4", "10.0.0.1", "10.0.0.2"],
      ["-6", "fd00::1", "fd00::2"],
    ] as const) {
      writeFileSync(path("text"), "0000 41 42 43\n");
      await run("text2pcap", "-q", family, `${source},${target}`, "-T", "1000,2000", path("text"), path("dump"));
      const lower = await readFile(path("dump"));
      expect(lower.map(inWords)).toEqual(["opened in the middle", "< ABC", "closed"]);
      expect(lower[0]?.leg).toEqual({
        ...{ id: "tcp-1", client: { address: target, port: 2000 }, server: { address: source, port: 1000 } },
      });
      expect((await readFile(path("dump"), new Set([2000]))).map(inWords)[1]).toBe("> ABC");
      expect((await readFile(path("dump"), new Set([1000, 2000]))).map(inWords)[1]).toBe("< ABC");
    }
  });
}, ["editcap"]);

describeWithNetworks("captures of tcpdump", () => {
  for (const link of ["lo", "any"]) {
    for (const host of ["127.0.0.1", "::1"]) {
      it(`gives what passed between ${host} and itself, captured on ${link}`, async () => {
        const machine = Namespace.create("tcpdump");
        try {
          await machine.read("ip", "link", "set", "lo", "up");
          const words = ["-i", link, "-U", "--immediate-mode", "-B", "32768", "-w", "-", "tcp"];
          const dump = machine.spawn("tcpdump", words, { stdio: ["ignore", "pipe", "pipe"] });
          await listening(dump);
          const captured = untilClosed(dump);
          const peer = await machine.peer();
          const listener = await peer.listen(10_000, host);
          const device = await peer.connect(host, 10_000);
          const cloud = await listener.connection();
          const [asked, answered] = [payload(400_000, 7), payload(300_000, 11)];
          device.end(asked);
          cloud.end(answered);
          await Promise.all([device.over(), cloud.over()]);
          const events = await captured;
          expect(stream(events, "device-to-cloud").equals(asked)).toBe(true);
          expect(stream(events, "cloud-to-device").equals(answered)).toBe(true);
          expect(events.map((event) => event.type).filter((type) => type !== "data")).toEqual([
            ...["opened", "ended", "ended", "closed"],
          ]);
          expect(events[0]).toMatchObject({ complete: true, leg: { server: { address: host, port: 10_000 } } });
        } finally {
          await machine.remove();
        }
      });
    }
  }
}, ["tcpdump"]);

/** Resolves once it captures. */
async function listening(dump: ChildProcess): Promise<void> {
  let said = "";
  for await (const chunk of dump.stderr?.iterator({ destroyOnReturn: false }) ?? []) {
    said += String(chunk);
    if (!said.includes("listening on")) continue;
    dump.stderr?.resume();
    return;
  }
  throw new Error(`tcpdump ended: ${said}`);
}

/** What is captured until the first connection has closed. */
async function untilClosed(dump: ChildProcess): Promise<readonly RecordedEvent[]> {
  const recording = new PacketRecording(new PacketLegs(), "tcpdump");
  const events: RecordedEvent[] = [];
  for await (const chunk of dump.stdout ?? []) {
    events.push(...recording.push(Uint8Array.from(Buffer.from(chunk))));
    if (events.at(-1)?.type === "closed") return events;
  }
  throw new Error(`tcpdump ended: ${recording.fault?.message}`);
}

function payload(size: number, step: number): Buffer {
  return Buffer.from(Array.from({ length: size }, (_, index) => (index * step + (index >> 8)) & 0xff));
}
