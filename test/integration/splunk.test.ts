import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeCollector, type Reaction, taken } from "../support/fake-collector.js";
import { connectDevice, type DeviceSocket } from "./delivery.js";
import { type CloudConnection, type FakeCloud, startFakeCloud } from "./fake-cloud.js";
import { Program, temporaryFolder } from "./program.js";
import { deviceStream } from "./simulated-device.js";

const loggers = [0, 1, 2];
/** What one round of a logger says: who it is, how its inverter does, and its Wi-Fi. */
const readingsARound = 3;
const noon = Date.UTC(2026, 5, 21, 10);
const busy: Reaction = { status: 503, body: { text: "Server is busy", code: 9 } };

interface Session {
  readonly device: DeviceSocket;
  readonly connection: CloudConnection;
  readonly told: Buffer;
}

describe("Splunk that goes away under load", () => {
  const folder = temporaryFolder();
  let splunk: FakeCollector;
  let cloud: FakeCloud;
  let program: Program;
  const sessions = new Map<number, Session>();
  let rounds = 0;

  beforeAll(async () => {
    splunk = await FakeCollector.start();
    cloud = await startFakeCloud();
    const relays = [{ name: "deye", protocol: "solarman", upstream: `127.0.0.1:${cloud.port}` }];
    const extra = { splunk: { url: splunk.url, token: "secret-token" } };
    program = await Program.start({ folder: folder.path, relays, extra });
  });

  afterAll(async () => {
    for (const { device } of sessions.values()) device.socket.destroy();
    expect(await program.end()).toBe(0);
    await cloud.stop();
    await splunk.stop();
    folder.remove();
  });

  /** A logger says what it has to say five minutes later; the cloud has all of it, in order, when this is over. */
  async function report(index: number): Promise<void> {
    const stream = Buffer.concat(deviceStream("solarman", { index }, 6, noon + rounds * 300_000));
    const known = cloud.connections.length;
    const device = sessions.get(index)?.device ?? (await connectDevice(program.port("deye")));
    device.send(stream);
    const connection = sessions.get(index)?.connection ?? (await cloud.connection(known));
    const told = Buffer.concat([sessions.get(index)?.told ?? Buffer.alloc(0), stream]);
    expect((await connection.waitFor(told.length)).equals(told)).toBe(true);
    sessions.set(index, { device, connection, told });
  }

  async function playRound(): Promise<void> {
    for (const index of loggers) await report(index);
    rounds += 1;
  }

  async function kill(): Promise<void> {
    await program.end("SIGKILL");
    for (const { device } of sessions.values()) device.socket.destroy();
    sessions.clear();
    await program.start();
  }

  const readings = () => splunk.stored.filter(({ event }) => event.kind === "reading");
  const arrived = () => new Set(readings().map(({ event }) => event.id)).size;
  const said = () => rounds * loggers.length * readingsARound;
  /** How many events the newest batch brought: all of them had been on the disk. */
  const brought = () => splunk.batches.at(-1)?.events.length ?? 0;

  /** Two attempts later what waited at the first is on the disk. */
  async function waitUntilKept(count: number): Promise<void> {
    const from = program.logs.length;
    const attempts = () => program.logs.slice(from).filter(({ waiting }) => Number(waiting) >= count);
    await program.waitForLog(() => attempts().length >= 2);
  }

  it("every reading arrives, once or marked as a resend, and no session notices", async () => {
    await playRound();
    await splunk.waitFor(() => arrived() === said());
    await program.waitForLogs("splunk takes events");

    await splunk.stop();
    const before = said();
    await playRound();
    await playRound();
    await waitUntilKept(said() - before);
    await kill();
    await playRound();

    // It says that it is busy: sometimes although it took what came.
    splunk.reaction = busy;
    splunk.next.push({ ...busy, keep: 5 }, busy, { ...busy, keep: 1_000 });
    await splunk.listen();
    await splunk.waitFor(() => brought() === said() - before);
    await playRound();
    await splunk.waitFor(() => brought() === said() - before);
    await kill();

    // It takes what comes and never says so.
    await playRound();
    await splunk.waitFor(() => brought() === said() - before);
    splunk.reaction = { ...taken, instead: "stall" };
    const attempts = splunk.batches.length;
    await splunk.waitFor(() => splunk.batches.length > attempts);
    await kill();

    // It is slow.
    let answer: () => void = () => undefined;
    const after = new Promise<void>((resolve) => {
      answer = resolve;
    });
    splunk.reaction = { ...taken, after };
    const slow = splunk.batches.length;
    await splunk.waitFor(() => splunk.batches.length > slow);
    await playRound();
    await playRound();
    expect(splunk.batches.length).toBe(slow + 1);
    answer();
    splunk.reaction = taken;
    await playRound();
    await splunk.waitFor(() => arrived() === said());

    expect(arrived()).toBe(said());
    const unmarked = readings().flatMap(({ event }) => (event.resend === true ? [] : [event.id]));
    expect(unmarked.length).toBe(new Set(unmarked).size);
    expect(readings().length).toBeGreaterThan(said());
    const records = new Set(
      readings().flatMap(({ host, time, event }) => ("power" in event ? [`${host} ${time}`] : [])),
    );
    expect(records.size).toBe(rounds * loggers.length);
    expect(program.logs.filter(({ msg }) => msg === "internal fault")).toEqual([]);
    expect(JSON.stringify(program.logs)).not.toContain("secret-token");
  }, 120_000);
});
