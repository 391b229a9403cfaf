import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { FieldSpan, Frame, Protocol } from "../../src/model/protocol.js";
import type { EpochUs } from "../../src/model/recording.js";
import type { Direction } from "../../src/model/session.js";
import type { EpochMs } from "../../src/model/time.js";
import { encodeAnswer, encodeCommand, encodeHeartbeat } from "../../src/protocols/solarman/encoder.js";
import { solarman } from "../../src/protocols/solarman/index.js";
import { encodeReadRequest, encodeReadResponse, findRequest } from "../../src/protocols/solarman/modbus.js";
import { encodeQuery } from "../../src/protocols/websentry/encoder.js";
import { websentry } from "../../src/protocols/websentry/index.js";
import { encodeInterface, encodeSectionHeader } from "../../src/wire/pcapng.js";
import { SyntheticLeg } from "../../src/wire/synthetic-leg.js";
import { solarmanFacts } from "../../tools/dissector/solarman-facts.js";
import { websentryFacts } from "../../tools/dissector/websentry-facts.js";
import { describeWithCaptures } from "../support/captures.js";
import { type RecordedTurn, recordedSessions } from "../support/recorded-sessions.js";
import { describeWithTshark, type PacketFields, packetFields, tell } from "../support/tshark.js";

const script = "addon/wireshark/cloudtap.lua";
const withScript = ["-X", `lua_script:${script}`];
const now = Date.UTC(2026, 5, 21, 10) as EpochMs;
const start = 1_795_000_000_000_000;
const tested = [solarman, websentry];
const facts = { solarman: solarmanFacts(), websentry: websentryFacts() };

interface Conversation {
  readonly port: number;
  /** Each turn becomes a packet. */
  readonly turns: readonly RecordedTurn[];
}

let folder = "";
let files = 0;

/** A capture of these conversations, one after the other. */
function captureOf(conversations: readonly Conversation[]): string {
  const blocks: Uint8Array[] = [
    encodeSectionHeader({ application: "test", comments: [] }),
    encodeInterface({ name: "device leg", description: "" }),
  ];
  let at = start;
  for (const [number, { port, turns }] of conversations.entries()) {
    const client = { address: "192.0.2.10", port: 20_000 + number };
    const leg = new SyntheticLeg({ client, server: { address: "192.0.2.1", port }, interface: 0, number });
    const packets = leg.open(at as EpochUs);
    for (const packet of packets) blocks.push(...leg.encode(packet));
    for (const { direction, bytes } of turns) {
      at += 1_000;
      const end = direction === "device-to-cloud" ? "client" : "server";
      for (const packet of leg.data(end, bytes, at as EpochUs)) blocks.push(...leg.encode(packet));
    }
  }
  files += 1;
  const path = join(folder, `${files}.pcapng`);
  writeFileSync(path, Buffer.concat(blocks));
  return path;
}

/** Lets the simulated device and the simulated cloud talk until both have nothing more to say at once. */
function dialogue(protocol: Protocol): readonly RecordedTurn[] {
  const device = protocol.createDeviceSimulator?.({ index: 0, intervalS: 60, extra: {} });
  const cloud = protocol.createCloudSimulator?.();
  const turns: RecordedTurn[] = [];
  const waiting = (device?.connected(now) ?? []).map((action) => ({
    action,
    direction: "device-to-cloud" as Direction,
  }));
  for (let next = waiting.shift(); next !== undefined && turns.length < 60; next = waiting.shift()) {
    const { action, direction } = next;
    if (action.type !== "send") continue;
    turns.push({ direction, bytes: action.bytes });
    const isForCloud = direction === "device-to-cloud";
    const answers = (isForCloud ? cloud : device)?.received(action.bytes, now) ?? [];
    const back: Direction = isForCloud ? "cloud-to-device" : "device-to-cloud";
    waiting.push(...answers.map((answer) => ({ action: answer, direction: back })));
  }
  return turns;
}

/** Whole frames of recorded and of simulated sessions. */
function framesOf(protocol: Protocol, turns: readonly RecordedTurn[]): readonly Frame[] {
  const splitters = {
    "device-to-cloud": protocol.createSplitter("device-to-cloud"),
    "cloud-to-device": protocol.createSplitter("cloud-to-device"),
  };
  const frames = turns.flatMap(({ direction, bytes }) =>
    splitters[direction].push(bytes).map((frame) => ({ ...frame, bytes: Uint8Array.from(frame.bytes) })),
  );
  return frames.filter((frame) => frame.whole);
}

function fieldNames(protocol: Protocol): readonly string[] {
  const { fields } = protocol === solarman ? facts.solarman : facts.websentry;
  return Array.isArray(fields) ? fields.map((row) => String(row[0])) : [];
}

/** What the dissector calls what a layout names; undefined: it says so in words only. */
function filterName(protocol: Protocol, name: string, known: ReadonlySet<string>): string | undefined {
  const own = name.startsWith("modbus_") ? name.replace("modbus_", "modbus.") : name;
  const item = { property: "item.property", type: "item.type", status: "item.status" }[name];
  const found = protocol === websentry && item !== undefined ? item : own;
  return known.has(found) ? `${protocol.name}.${found}` : undefined;
}

/** True where a person's words and Wireshark's value say the same: `On (1)` and 1, `0x47 heartbeat` and 0x47. */
function agrees(words: string, found: string): boolean {
  if (words === found || words === JSON.stringify(found)) return true;
  if (words.endsWith("Z")) return Date.parse(words) === Number(found) * 1000;
  if (words === "right") return true;
  const numbers = words.match(/0x[0-9a-f]+|-?\d+(?:\.\d+)?|[0-9a-f]{2}$/g) ?? [];
  return numbers.some((number) => Number(number) === Number(found) || Number.parseInt(number, 16) === Number(found));
}

function compareFrame(protocol: Protocol, frame: Frame, packet: PacketFields, known: ReadonlySet<string>): number {
  const spans: readonly FieldSpan[] = protocol.layout?.(frame) ?? [];
  const seen = new Map<string, number>();
  let compared = 0;
  for (const { name, value = "" } of spans) {
    const filter = filterName(protocol, name, known);
    // Line ends of AT texts are left out there; a start is the same in every frame.
    if (filter === undefined || value === "none" || name === "at_text" || name === "start") continue;
    const nth = seen.get(name) ?? 0;
    seen.set(name, nth + 1);
    const found = packet.get(filter)?.[nth];
    expect(found, `${filter}, shown as ${value}`).toBeDefined();
    expect(agrees(value, found ?? ""), `${filter} is ${found}, shown as ${value}`).toBe(true);
    compared += 1;
  }
  return compared;
}

/** Frame by frame: what the dissector finds is what the decoder's layout has. Returns how many values were compared. */
async function compareAll(protocol: Protocol, sessions: readonly (readonly Frame[])[]): Promise<number> {
  const port = protocol.defaults.dissectorPort;
  const path = captureOf(sessions.map((turns) => ({ port, turns })));
  const names = fieldNames(protocol);
  const wanted = names.map((name) => `${protocol.name}.${name}`);
  const packets = await packetFields(path, wanted, { filter: "tcp.len > 0", options: withScript });
  const frames = sessions.flat();
  expect(packets.length).toBe(frames.length);
  const known = new Set(names);
  let compared = 0;
  for (const [index, frame] of frames.entries()) {
    compared += compareFrame(protocol, frame, packets[index] ?? new Map(), known);
  }
  return compared;
}

/** All that tshark shows of a file, in full. */
async function shown(path: string, ...options: readonly string[]): Promise<string> {
  const { stdout, stderr } = await tell("tshark", ["-r", path, ...withScript, ...options]);
  expect(stderr).toBe("");
  expect(stdout).not.toMatch(/lua error/i);
  return stdout;
}

/** Notes and worse. */
function expertsOf(path: string): Promise<readonly PacketFields[]> {
  const filter = "_ws.expert.severity >= 0x400000";
  return packetFields(path, ["_ws.expert.message"], { filter, options: withScript });
}

function toCloud(bytes: Uint8Array): RecordedTurn {
  return { direction: "device-to-cloud", bytes };
}

/** Numbers without a pattern, the same in every run. */
function noise(seed: number, length: number): Uint8Array {
  let state = seed * 2_654_435_761 + 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
}

const address = { serverSequence: 3, deviceSequence: 9, loggerSerial: 2_712_345_678 };
const times = { totalS: 1_000, powerOnS: 60, offsetS: 1_700_000_000 };

describeWithTshark("the Wireshark dissector", () => {
  // Each run of tshark loads the whole script, on a machine that may be busy.
  vi.setConfig({ testTimeout: 180_000 });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "cloudtap-wireshark-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  describe.each(tested)("of $name", (protocol) => {
    const port = protocol.defaults.dissectorPort;
    const said = dialogue(protocol);

    it("finds in what the simulators say just what the decoder finds", async () => {
      const frames = framesOf(protocol, said);
      expect(frames.length).toBeGreaterThan(4);
      expect(await compareAll(protocol, [frames])).toBeGreaterThan(100);
    });

    it("joins frames that are split over packets, and parts those that share one", async () => {
      const frames = framesOf(protocol, said);
      const typeField = protocol === solarman ? "solarman.type" : "websentry.function";
      const whole = await packetFields(captureOf([{ port, turns: frames }]), [typeField], { options: withScript });
      const expected = whole.flatMap((packet) => packet.get(typeField) ?? []);
      expect(expected.length).toBe(frames.length);
      const runs: RecordedTurn[] = [];
      for (const { direction, bytes } of frames) {
        const last = runs.at(-1);
        if (last?.direction !== direction) runs.push({ direction, bytes });
        else runs[runs.length - 1] = { direction, bytes: Buffer.concat([last.bytes, bytes]) };
      }
      for (const size of [1, 5, 100, 5_000]) {
        const cut = runs.flatMap(({ direction, bytes }) =>
          Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => ({
            direction,
            bytes: bytes.subarray(index * size, (index + 1) * size),
          })),
        );
        const path = captureOf([{ port, turns: cut }]);
        const packets = await packetFields(path, [typeField], { options: withScript });
        expect(
          packets.flatMap((packet) => packet.get(typeField) ?? []),
          `${size} bytes a packet`,
        ).toEqual(expected);
        expect(await expertsOf(path)).toEqual([]);
      }
    });

    it("knows the protocol on any port by its first bytes", async () => {
      const path = captureOf([{ port: 45_123, turns: framesOf(protocol, said) }]);
      const packets = await packetFields(path, ["_ws.col.Protocol"], { filter: "tcp.len > 0", options: withScript });
      const names = new Set(packets.map((packet) => packet.get("_ws.col.Protocol")?.[0]));
      expect([...names]).toEqual([protocol === solarman ? "Solarman" : "WebSentry"]);
    });

    it("stands whatever comes", async () => {
      const frames = framesOf(protocol, said);
      const conversations = Array.from({ length: 150 }, (_, index) => {
        const bytes = Uint8Array.from(frames[index % frames.length]?.bytes ?? []);
        const spoilt = noise(index, 4);
        for (const [at, value] of spoilt.entries()) bytes[(value * 7 + at * index) % bytes.length] = value;
        const rest = noise(index + 1_000, index);
        const turns = [bytes, rest, frames[0]?.bytes ?? bytes, bytes.subarray(0, index % bytes.length), rest];
        return { port, turns: turns.filter(({ length }) => length > 0).map(toCloud) };
      });
      expect(await shown(captureOf(conversations), "-2", "-V")).toContain(
        protocol === solarman ? "Solarman" : "WebSentry",
      );
    });

    it("says where bytes are no frame, and goes on behind them", async () => {
      const [first] = framesOf(protocol, said);
      const bytes = first?.bytes ?? new Uint8Array();
      const path = captureOf([
        { port, turns: [toCloud(bytes), toCloud(Buffer.concat([Buffer.from("what?"), bytes]))] },
      ]);
      expect((await expertsOf(path)).map((packet) => packet.get("_ws.expert.message"))).toEqual([["No frame"]]);
      const lengths = await packetFields(path, [`${protocol.name}.payload_length`], { options: withScript });
      expect(lengths.flatMap((packet) => packet.get(`${protocol.name}.payload_length`) ?? []).length).toBe(2);
    });
  });

  describeWithCaptures("with recorded traffic", () => {
    it.each(tested)("finds in each frame of $name just what the decoder finds", async (protocol) => {
      const sessions = recordedSessions(protocol.name).map(({ turns }) => framesOf(protocol, turns));
      expect(await compareAll(protocol, sessions)).toBeGreaterThan(400);
    });

    it.each(tested)("reads the recorded streams of $name without an error of its own", async (protocol) => {
      const port = protocol.defaults.dissectorPort;
      const sessions = recordedSessions(protocol.name);
      const text = await shown(captureOf(sessions.map(({ turns }) => ({ port, turns }))), "-2", "-V");
      expect(text).not.toContain("Malformed Packet");
    });
  });

  it("flags wrong checksums", async () => {
    const heartbeat = Uint8Array.from(encodeHeartbeat(address));
    heartbeat[8] = 0xee;
    const query = Uint8Array.from(encodeQuery([0x0600]));
    query[3] = 0xee;
    const read = encodeReadRequest(40, 4);
    read[6] = 0xee;
    const path = captureOf([
      { port: 10_000, turns: [toCloud(heartbeat), toCloud(encodeCommand(address, 2, read))] },
      { port: 1030, turns: [toCloud(query)] },
    ]);
    const messages = (await expertsOf(path)).flatMap((packet) => packet.get("_ws.expert.message") ?? []);
    expect(messages).toEqual([
      expect.stringMatching(/^Wrong checksum: expected 0x[0-9a-f]{2}$/),
      "No Modbus frame with a right checksum",
      expect.stringMatching(/^Wrong checksum: expected 0x[0-9a-f]{4}$/),
    ]);
  });

  it("links a command and its answer, and numbers the registers that were read", async () => {
    const read = encodeReadRequest(40, 2);
    const request = findRequest(read);
    const answer = request === undefined ? read : encodeReadResponse(request, [80, 7]);
    const turns: readonly RecordedTurn[] = [
      { direction: "cloud-to-device", bytes: encodeCommand(address, 2, read) },
      toCloud(encodeAnswer(address, times, 2, answer)),
    ];
    const text = await shown(captureOf([{ port: 10_000, turns }]), "-2", "-V", "-O", "solarman");
    expect(text).toContain("[Answered in: 5]");
    expect(text).toContain("[Answer to: 4]");
    expect(text).toContain("Value of register 40 (active power limit): 80");
    expect(text).toContain("Value of register 41: 7");
  });

  it("takes every filter that its page names", async () => {
    const rows =
      readFileSync("addon/wireshark/README.md", "utf8").split("| Filter | Shows |")[1]?.split("\n\n")[0] ?? "";
    const filters = [...rows.matchAll(/^\|(.*)\|.*\|$/gm)].flatMap(
      ([, cell = ""]) => cell.match(/(?<=`)[^`]+(?=`)/g) ?? [],
    );
    const named = filters.filter((filter) => filter !== " or ");
    expect(named.length).toBeGreaterThan(8);
    const path = captureOf(tested.map((protocol) => ({ port: 45_123, turns: framesOf(protocol, dialogue(protocol)) })));
    for (const filter of named) await shown(path, "-Y", filter);
  });

  it("leaves TLS at these ports to Wireshark", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port }: AddressInfo = JSON.parse(JSON.stringify(server.address()));
    const client = connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
    client.on("error", () => {});
    const [socket] = await once(server, "connection");
    const [hello] = await once(socket, "data");
    socket.destroy();
    client.destroy();
    server.close();
    const conversations = tested.map(({ defaults }) => ({ port: defaults.dissectorPort, turns: [toCloud(hello)] }));
    const packets = await packetFields(captureOf(conversations), ["tls.handshake.type"], { options: withScript });
    expect(packets.flatMap((packet) => packet.get("tls.handshake.type") ?? [])).toEqual(["1", "1"]);
  });

  it("is not needed for Wireshark to leave these frames in peace", async () => {
    const conversations = tested.flatMap((protocol) => {
      const turns = framesOf(protocol, dialogue(protocol));
      return [{ port: protocol.defaults.dissectorPort, turns }];
    });
    const path = captureOf(conversations);
    const packets = await packetFields(path, ["_ws.col.Protocol", "_ws.expert.message"], { filter: "tcp.len > 0" });
    const told = packets.map((packet) => [
      ...(packet.get("_ws.col.Protocol") ?? []),
      ...(packet.get("_ws.expert.message") ?? []),
    ]);
    expect([...new Set(told.flat())]).toEqual(["TCP"]);
  });
});
