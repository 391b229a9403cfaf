import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Broker, Observer } from "./broker.js";
import { commandPolicies, relayOf } from "./command-policies.js";
import { rounds } from "./device-rounds.js";
import { waitForEvents } from "./events.js";
import { FaultyCloud } from "./faulty-cloud.js";
import { PlayedDevice } from "./played-device.js";
import { Program, temporaryFolder } from "./program.js";
import { codeOf, demanding, setCode, unitFrame } from "./unit-cloud.js";

const wishes = [
  {
    ...{ class: "setting", text: "cloud set room humidity setpoint to 50 %" },
    ...{ bytes: "70839ec63d000603250103 0032", ack: "03 2501 00" },
  },
  {
    ...{ class: "reboot", text: "cloud asked for restart" },
    ...{ bytes: "70839e300b000603011a030001", ack: "03 011a 00" },
  },
  { class: "power", text: "cloud set blower to Off", bytes: "70839ed5e1000603 0c01 03 0000", ack: "03 0c01 00" },
].map((wish) => ({ ...wish, frame: Buffer.from(wish.bytes.replaceAll(" ", ""), "hex") }));
/** Nobody knows what function 0x08 means. */
const unknown = [unitFrame("08 01 02 03 04"), unitFrame("08 ff")];

describe.each(commandPolicies)("what the cloud wants of a unit, $policy", (policy) => {
  const folder = temporaryFolder();
  const id = rounds.websentry.id(0);
  let broker: Broker;
  let observer: Observer;
  let cloud: FaultyCloud;
  let program: Program;
  let device: PlayedDevice;

  beforeAll(async () => {
    broker = await Broker.start(folder.path);
    observer = await Observer.connect(broker.url);
    const orders = [...wishes.map(({ frame }) => frame), ...unknown];
    cloud = await FaultyCloud.start({ protocol: "websentry", says: () => demanding(orders) });
    const relay = { name: relayOf(policy), protocol: "websentry", upstream: cloud.upstream, ...policy.keys };
    program = await Program.start({ folder: folder.path, mqttUrl: broker.url, relays: [relay] });
    device = new PlayedDevice({ protocol: "websentry", port: program.port(relayOf(policy)) });
    await rounds.websentry.play(device);
  });

  afterAll(async () => {
    expect(await program.end()).toBe(0);
    await observer.stop();
    await cloud.stop();
    await broker.stop();
    folder.remove();
  });

  it.each(wishes.map((wish, index) => ({ ...wish, index })))("$class: `$text`", async (wish) => {
    const { index, frame, ack, text } = wish;
    const reason = policy.blocks[wish.class];
    const got = device.session.received.filter((one) => one.equals(frame));
    expect(got).toHaveLength(reason === undefined ? 1 : 0);
    // Taken or blocked, the cloud hears the same.
    const acks = cloud.sessions[0]?.received.filter((one) => codeOf(one) === setCode);
    expect(acks?.[index]).toEqual(unitFrame(ack));
    const events = await waitForEvents(observer, id, "command", wishes.length);
    const verdict = reason === undefined ? { blocked: false } : { blocked: true, reason };
    expect(events[index]).toEqual({ text, classes: [wish.class], ...verdict, direction: "cloud-to-device" });
  });

  it("W31: function 0x08 passes untouched both ways, and is counted and seen in the log", async () => {
    const isUnknown = (frame: Buffer): boolean => codeOf(frame) === 8;
    expect(device.session.received.filter(isUnknown)).toEqual(unknown);
    expect(cloud.sessions[0]?.received.filter(isUnknown)).toEqual(device.session.sent.filter(isUnknown));
    const line = await program.waitForLog(({ label }) => /0x08.*number 4 of the session/.test(String(label)));
    expect(line.msg).toBe("frame");
  });

  it("the session goes on as before, and all values come to MQTT", async () => {
    expect(rounds.websentry.faults(device.session)).toEqual([]);
    await observer.waitForState(id, rounds.websentry.shown(device));
  });
});
