import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Broker, Observer } from "./broker.js";
import { connectDevice } from "./delivery.js";
import { type FakeCloud, startFakeCloud } from "./fake-cloud.js";
import { Program, temporaryFolder } from "./program.js";
import { deviceStream } from "./simulated-device.js";

interface Attack {
  readonly name: string;
  readonly protocol: "solarman" | "websentry" | "envoy";
  readonly bytes: Buffer;
  /** The anomaly that it is. */
  readonly kind: string;
}

const solarman = deviceStream("solarman");
const data = solarman.find((frame) => frame[4] === 0x42) ?? Buffer.alloc(0);

function changed(frame: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(frame);
  copy[at] = value;
  return copy;
}

function envoyPost(body: Buffer, contentType = "application/x-deflate"): Buffer {
  const head = `POST /emu_reports/performance_report?webcomm_version=9.9 HTTP/1.1\r\nContent-Type: ${contentType}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

const doctype = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><perf_report report_timestamp="1"><envoy serial_num="1"/></perf_report>`;

const attacks: readonly Attack[] = [
  {
    name: "a bad checksum",
    kind: "bad_checksum",
    protocol: "solarman",
    bytes: changed(data, 60, (data[60] ?? 0) ^ 0xff),
  },
  { name: "a wrong length", kind: "garbage", protocol: "solarman", bytes: changed(data, 1, (data[1] ?? 0) + 5) },
  { name: "garbage", kind: "garbage", protocol: "solarman", bytes: Buffer.from("noise ".repeat(800)) },
  {
    name: "a frame of 64 KiB",
    kind: "oversized_frame",
    protocol: "websentry",
    bytes: Buffer.concat([Buffer.from("70839e0000ffff", "hex"), Buffer.alloc(65_535, 1)]),
  },
  {
    name: "a report without a body",
    kind: "report_without_body",
    protocol: "envoy",
    bytes: envoyPost(Buffer.alloc(0)),
  },
  {
    name: "a deflate bomb",
    kind: "deflate_bomb",
    protocol: "envoy",
    bytes: envoyPost(deflateSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 })),
  },
  { name: "a DOCTYPE", kind: "xml_doctype", protocol: "envoy", bytes: envoyPost(deflateSync(doctype)) },
  {
    name: "an endless header",
    kind: "header_too_long",
    protocol: "envoy",
    bytes: Buffer.from(`GET / HTTP/1.1\r\nX: ${"a".repeat(200_000)}`),
  },
];

describe("hostile input", () => {
  const folder = temporaryFolder();
  let broker: Broker;
  let observer: Observer;
  let cloud: FakeCloud;
  let program: Program;

  beforeAll(async () => {
    broker = await Broker.start(folder.path);
    observer = await Observer.connect(broker.url);
    cloud = await startFakeCloud();
    const upstream = `127.0.0.1:${cloud.port}`;
    const relays = ["solarman", "websentry", "envoy"].map((protocol) => ({ name: protocol, protocol, upstream }));
    program = await Program.start({ folder: folder.path, mqttUrl: broker.url, relays });
  });

  afterAll(async () => {
    expect(await program.end()).toBe(0);
    await observer.stop();
    await cloud.stop();
    await broker.stop();
    folder.remove();
  });

  async function send(attack: Attack): Promise<void> {
    const index = cloud.connections.length;
    const device = await connectDevice(program.port(attack.protocol));
    device.send(attack.bytes);
    const connection = await cloud.connection(index);
    expect((await connection.waitFor(attack.bytes.length)).equals(attack.bytes)).toBe(true);
    device.socket.destroy();
  }

  it.each(attacks)("D14 E10 E12 W06: $name is forwarded as it came, with one anomaly", async (attack) => {
    const before = program.logs.length;
    await send(attack);
    await program.waitForLogs("session closed", 1, before);
    const anomalies = program.logs.slice(before).filter((line) => line.msg === "anomaly");
    expect(anomalies.map((line) => line.kind)).toEqual([attack.kind]);
  });

  it("a good frame after garbage and a broken frame is decoded all the same", async () => {
    const broken = changed(data, 60, (data[60] ?? 0) ^ 0xff);
    const stream = Buffer.concat([
      Buffer.from("00ffa5a5a5", "hex"),
      broken,
      Buffer.from("a5ffff10", "hex"),
      ...solarman,
    ]);
    const index = cloud.connections.length;
    const device = await connectDevice(program.port("solarman"));
    device.send(stream);
    expect((await (await cloud.connection(index)).waitFor(stream.length)).equals(stream)).toBe(true);
    const serial = data.readUInt32LE(7);
    const state = await observer.waitForState(`solarman_${serial}`, (values) => typeof values.power === "number");
    expect(state.energy_total).toBeGreaterThan(0);
    device.socket.destroy();
  });

  it("a client that sends a byte at a time is served like any other", async () => {
    const frame = solarman[0] ?? Buffer.alloc(0);
    const index = cloud.connections.length;
    const device = await connectDevice(program.port("solarman"));
    for (const byte of frame) {
      device.send(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await (await cloud.connection(index)).waitFor(frame.length)).equals(frame)).toBe(true);
    device.socket.destroy();
  });

  it("memory is back where it was", async () => {
    const resident = (): number =>
      Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${program.pid}/status`, "utf8"))?.[1]) / 1024;
    const rounds = async (): Promise<void> => {
      for (let round = 0; round < 5; round += 1) for (const attack of attacks) await send(attack);
    };
    await rounds();
    const before = resident();
    await rounds();
    await rounds();
    expect(resident() - before).toBeLessThan(40);
  });
});
