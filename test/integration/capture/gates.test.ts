import { afterAll, beforeAll, expect, it } from "vitest";
import { encodeCommand } from "../../../src/protocols/solarman/encoder.js";
import { describeWithTshark, faultsOf } from "../../support/tshark.js";
import { rounds } from "../device-rounds.js";
import { type CloudSession, FaultyCloud } from "../faulty-cloud.js";
import { PlayedDevice } from "../played-device.js";
import { Program, temporaryFolder } from "../program.js";
import { capturesIn, commentsOf, legsOf, onlyFile, type RecordedLegShown, streamsOf } from "./recorded.js";

const loggerSerial = Number(rounds.solarman.id(0).replace("solarman_", ""));
/** Has no refusal that anyone knows. */
const restart = Buffer.from("AT+Z\r");
/** Write of register 40, which Cloudtap refuses as a logger does whose inverter is silent. */
const limit = Buffer.from("011000280001020050a044", "hex");
/** Reads register 43: passes every policy, so its answer says that all before it is settled. */
const question = Buffer.from("0103002b0001f402", "hex");

function command(serverSequence: number, kind: number, content: Buffer): Buffer {
  return Buffer.from(encodeCommand({ serverSequence, deviceSequence: 0, loggerSerial }, kind, content));
}

describeWithTshark("a capture of sessions in which Cloudtap has a say", () => {
  const folder = temporaryFolder();
  const devices = new Map<string, PlayedDevice>();
  let cloud: FaultyCloud;
  let asked: CloudSession;
  let program: Program;
  let file: string;
  let legs: readonly RecordedLegShown[];

  beforeAll(async () => {
    cloud = await FaultyCloud.start({ protocol: "solarman" });
    const relay = { protocol: "solarman", upstream: cloud.upstream };
    program = await Program.start({
      folder: folder.path,
      relays: [
        { ...relay, name: "local", cloud: "local" },
        { ...relay, name: "block", commands: "block" },
      ],
      extra: { capture: { mode: "always" } },
    });
    await call("local");
    await call("block");
    asked = await cloud.session(0);
    asked.say(command(0x30, 1, restart));
    asked.say(command(0x31, 2, limit));
    asked.say(command(0x32, 2, question));
    await cloud.waitFor(() => answerTo(0x32));
    for (const device of devices.values()) await rounds.solarman.hangUp(device);
    await program.waitForLogs("session closed", devices.size);
    expect(await program.end()).toBe(0);
    file = onlyFile(capturesIn(folder.path));
    legs = await legsOf(file);
  }, 120_000);

  afterAll(async () => {
    await program.end("SIGKILL");
    await cloud.stop();
    folder.remove();
  });

  /** What the cloud got back for the command with this number. */
  function answerTo(serverSequence: number): Buffer | undefined {
    return asked.received.find((frame) => frame[4] === 0x15 && frame[5] === serverSequence);
  }

  async function call(relay: string): Promise<void> {
    const device = new PlayedDevice({ protocol: "solarman", port: program.port(relay), index: 0 });
    devices.set(relay, device);
    await rounds.solarman.play(device);
  }

  function legOf(relay: string, side: "device" | "cloud"): RecordedLegShown {
    const leg = legs.find(({ note }) => note.relay === relay && note.leg === side);
    if (leg === undefined) throw new Error(`expected a ${side} leg of ${relay}`);
    return leg;
  }

  /** Every byte that a device said and heard. */
  function booksOf(relay: string) {
    const session = devices.get(relay)?.session;
    return { said: Buffer.concat(session?.sent ?? []), heard: Buffer.concat(session?.received ?? []) };
  }

  it("opens in Wireshark without a word", async () => {
    expect(await faultsOf(file)).toEqual([]);
  });

  it("`cloud: local`: has a device leg alone, with what Cloudtap said", async () => {
    expect(legs.filter(({ note }) => note.relay === "local").map(({ link }) => link)).toEqual(["device leg"]);
    const { said, heard } = booksOf("local");
    const { fromClient, fromServer } = await streamsOf(legOf("local", "device"));
    expect([fromClient.equals(said), fromServer.equals(heard)]).toEqual([true, true]);
    expect(heard.length).toBeGreaterThan(0);
  });

  it("a blocked command: is on the cloud leg with Cloudtap's refusal, and not on the device leg", async () => {
    const { said, heard } = booksOf("block");
    const device = await streamsOf(legOf("block", "device"));
    const upstream = await streamsOf(legOf("block", "cloud"));
    expect([device.fromClient.equals(said), device.fromServer.equals(heard)]).toEqual([true, true]);
    expect(upstream.fromServer.equals(Buffer.concat([...asked.sent]))).toBe(true);
    expect(upstream.fromClient.equals(Buffer.concat([...asked.received]))).toBe(true);
    for (const content of [restart, limit]) {
      expect(upstream.fromServer.includes(content)).toBe(true);
      expect(device.fromServer.includes(content)).toBe(false);
    }
    expect(device.fromServer.includes(question)).toBe(true);
    const refusal = answerTo(0x31) ?? Buffer.from("no refusal");
    expect(upstream.fromClient.includes(refusal)).toBe(true);
    expect(device.fromClient.includes(refusal)).toBe(false);
  });

  it("a blocked command: says beside it what it was", () => {
    const lines = commentsOf(legOf("block", "cloud"));
    for (const wish of ["AT+Z", "write of register 40"]) {
      expect(lines.filter((line) => line.includes("blocked") && line.includes(wish))).toHaveLength(1);
    }
  });
});
