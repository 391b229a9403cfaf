import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeCommand } from "../../src/protocols/solarman/encoder.js";
import { Broker, Observer } from "./broker.js";
import { commandPolicies, relayOf } from "./command-policies.js";
import { rounds } from "./device-rounds.js";
import { waitForEvents } from "./events.js";
import { FaultyCloud } from "./faulty-cloud.js";
import { PlayedDevice } from "./played-device.js";
import { Program, temporaryFolder } from "./program.js";

interface Wish {
  readonly class: string;
  readonly text: string;
  readonly kind: number;
  readonly content: Buffer;
  /** Content of the logger's answer. */
  readonly answer: string;
}

const at = { kind: 1, answer: Buffer.from("+ok").toString("hex") };
const wishes: readonly Wish[] = [
  {
    ...{ ...at, class: "firmware", content: Buffer.from("AT+UPURL=http://192.0.2.1/fw.bin\r") },
    text: "cloud sent AT command AT+UPURL=http://192.0.2.1/fw.bin",
  },
  {
    ...{ ...at, class: "server", content: Buffer.from("AT+NETP=TCP,CLIENT,10000,192.0.2.1\r") },
    text: "cloud sent AT command AT+NETP=TCP,CLIENT,10000,192.0.2.1",
  },
  { ...at, class: "reboot", content: Buffer.from("AT+Z\r"), text: "cloud sent AT command AT+Z" },
  {
    // Write of register 40, and its echo: docs/protocols/solarman.md §8.
    ...{ kind: 2, class: "power", content: Buffer.from("011000280001020050a044", "hex") },
    ...{ answer: "01100028000181c1" },
    text: "cloud asked for a Modbus write of register 40 = 80 (active power limit)",
  },
];
/** Reads register 43: passes every policy, so its answer says that all before it is settled. */
const question = Buffer.from("0103002b0001f402", "hex");
const questionNumber = 0x60;
const inverterSilent = "0500";

describe.each(commandPolicies)("what the cloud wants of a logger, $policy", (policy) => {
  const folder = temporaryFolder();
  const id = rounds.solarman.id(0);
  const serial = Number(id.replace("solarman_", ""));
  let broker: Broker;
  let observer: Observer;
  let cloud: FaultyCloud;
  let program: Program;
  let device: PlayedDevice;

  beforeAll(async () => {
    broker = await Broker.start(folder.path);
    observer = await Observer.connect(broker.url);
    cloud = await FaultyCloud.start({ protocol: "solarman" });
    const relay = { name: relayOf(policy), protocol: "solarman", upstream: cloud.upstream, ...policy.keys };
    program = await Program.start({ folder: folder.path, mqttUrl: broker.url, relays: [relay] });
    device = new PlayedDevice({ protocol: "solarman", port: program.port(relayOf(policy)), index: 0 });
    await rounds.solarman.play(device);
    for (const [index, { kind, content }] of wishes.entries()) {
      const session = await cloud.session(0);
      session.say(command(index, kind, content));
      session.say(command(questionNumber + index, 2, question));
      await cloud.waitFor(() => answerTo(questionNumber + index));
    }
  });

  afterAll(async () => {
    await device.session.hangUp();
    expect(await program.end()).toBe(0);
    await observer.stop();
    await cloud.stop();
    await broker.stop();
    folder.remove();
  });

  function command(serverSequence: number, kind: number, content: Buffer): Buffer {
    return Buffer.from(encodeCommand({ serverSequence, deviceSequence: 0, loggerSerial: serial }, kind, content));
  }

  /** What the cloud got back for the command with this number. */
  function answerTo(serverSequence: number): Buffer | undefined {
    return cloud.sessions[0]?.received.find((frame) => frame[4] === 0x15 && frame[5] === serverSequence);
  }

  it.each(wishes.map((wish, index) => ({ ...wish, index })))(
    "$class: `$text`",
    async ({ index, kind, content, answer, text, class: wanted }) => {
      const reason = policy.blocks[wanted];
      const got = device.session.received.filter((frame) => frame[4] === 0x45 && frame[5] === index);
      expect(got).toEqual(reason === undefined ? [command(index, kind, content)] : []);
      // No form of a refusal is known for AT commands.
      const refusal = kind === 2 ? inverterSilent : undefined;
      const told = answerTo(index)?.subarray(25, -2).toString("hex");
      expect(told).toBe(reason === undefined ? answer : refusal);
      const events = await waitForEvents(observer, id, "command", wishes.length);
      const verdict = reason === undefined ? { blocked: false } : { blocked: true, reason };
      expect(events[index]).toEqual({ text, classes: [wanted], ...verdict, direction: "cloud-to-device" });
    },
  );

  it("goes on as before: every report is acknowledged, by the cloud", async () => {
    await rounds.solarman.play(device);
    const session = device.session;
    const reports = session.sent.filter((frame) => frame[4] !== 0x15);
    const answers = session.received.filter((frame) => frame[4] !== 0x45);
    expect(answers.map((frame) => frame[6])).toEqual(reports.map((frame) => frame[6]));
    const numbers = cloud.sessions[0]?.received.map((frame) => frame[6] ?? 0) ?? [];
    expect(numbers).toEqual(numbers.map((_unused, index) => index + 1));
  });
});
