import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Broker, Observer } from "./broker.js";
import { ControlDesk } from "./control-desk.js";
import { rounds } from "./device-rounds.js";
import { FaultyCloud } from "./faulty-cloud.js";
import { PlayedDevice } from "./played-device.js";
import { Program, temporaryFolder } from "./program.js";

const round = rounds.solarman;
/** Modbus of the commands, with checksums: docs/protocols/solarman.md §8. */
const write80 = "011000280001020050a044";
const writeOff = "0110002b0001020002218a";
const read40 = "0103002800010402";
const read43 = "0103002b0001f402";

describe("a logger, written to over MQTT", () => {
  const folder = temporaryFolder();
  const devices: PlayedDevice[] = [];
  let broker: Broker;
  let observer: Observer;
  let cloud: FaultyCloud;
  let fickle: FaultyCloud;
  let program: Program;

  beforeAll(async () => {
    broker = await Broker.start(folder.path);
    observer = await Observer.connect(broker.url);
    cloud = await FaultyCloud.start({ protocol: "solarman" });
    fickle = await FaultyCloud.start({ protocol: "solarman" });
    const auto = { cloud: "auto", reply_timeout: 1 };
    const relay = { protocol: "solarman", upstream: cloud.upstream, control: true };
    const relays = [
      { ...relay, name: "proven" },
      { ...relay, name: "experimental", control_experimental: true },
      { ...relay, ...auto, name: "auto", upstream: fickle.upstream, control_experimental: true },
    ];
    program = await Program.start({ folder: folder.path, mqttUrl: broker.url, relays });
  });

  afterAll(async () => {
    await Promise.all(devices.map((device) => device.session.hangUp()));
    expect(await program.end()).toBe(0);
    await observer.stop();
    await Promise.all([cloud.stop(), fickle.stop()]);
    await broker.stop();
    folder.remove();
  });

  /** A logger whose session is open, with the desk to write to it. */
  async function loggerAt(relay: string, extra: Readonly<Record<string, string>> = {}, itsCloud = cloud) {
    const index = devices.length;
    const id = round.id(index);
    const before = itsCloud.sessions.length;
    const device = new PlayedDevice({ protocol: "solarman", port: program.port(relay), index, extra });
    devices.push(device);
    await round.play(device);
    await observer.waitForState(id, round.shown(device));
    await observer.waitFor(`cloudtap/${id}/availability`, (payload) => payload === "online");
    const session = await itsCloud.session(before);
    /** Modbus of the commands that the logger got. */
    const commands = () => {
      const frames = device.session.received.filter((frame) => frame[4] === 0x45);
      return frames.map((frame) => frame.subarray(26, -2).toString("hex"));
    };
    return { id, device, session, commands, desk: new ControlDesk(observer, id) };
  }

  it("the power limit is written, read back and shown, and the cloud sees nothing of it", async () => {
    const { id, device, session, commands, desk } = await loggerAt("experimental");
    const responses = await desk.write([["active_power_limit", "80"]]);
    expect(responses).toEqual([{ key: "active_power_limit", value: 80, status: "applied" }]);
    expect(commands()).toEqual([write80, read40]);
    await round.play(device);
    await observer.waitForState(id, (state) => state.active_power_limit === 80 && round.shown(device)(state));
    expect(session.received.filter((frame) => frame[4] === 0x15)).toEqual([]);
    expect(session.received.map((frame) => frame[6])).toEqual(session.received.map((_unused, index) => index + 1));
    const reports = device.session.sent.filter((frame) => frame[4] !== 0x15);
    const answers = device.session.received.filter((frame) => frame[4] !== 0x45);
    expect(answers.map((frame) => frame[6])).toEqual(reports.map((frame) => frame[6]));
  });

  it("in one session: while the cloud works, while it is away and when it is back", async () => {
    const { id, device, desk } = await loggerAt("auto", {}, fickle);
    const written = async (percent: number): Promise<unknown> => {
      const [response] = await desk.write([["active_power_limit", String(percent)]]);
      await round.play(device);
      await observer.waitForState(id, (state) => state.active_power_limit === percent && round.shown(device)(state));
      return response;
    };
    const applied = { key: "active_power_limit", status: "applied" };
    expect(await written(80)).toEqual({ ...applied, value: 80 });
    await fickle.fail({ fault: "refused", at: "accept" });
    await observer.waitForState(id, (state) => state.cloud_mode === "local");
    expect(await written(70)).toEqual({ ...applied, value: 70 });
    await fickle.fail(undefined);
    await observer.waitForState(id, (state) => state.cloud_mode === "relay");
    expect(await written(90)).toEqual({ ...applied, value: 90 });
    expect(device.sessions).toHaveLength(1);
    expect(fickle.sessions.length).toBeGreaterThan(1);
    for (const session of fickle.sessions) expect(round.wonders(session)).toEqual([]);
  });

  it("the inverter is switched off", async () => {
    const { commands, desk } = await loggerAt("experimental");
    const [response] = await desk.write([["on_off", "OFF"]]);
    expect(response).toMatchObject({ key: "on_off", status: "applied" });
    expect(commands()).toEqual([writeOff, read43]);
  });

  it("refused by the inverter: rejected, with the reason", async () => {
    const { commands, desk } = await loggerAt("experimental", { writes: "refuse" });
    const [response] = await desk.write([["active_power_limit", "80"]]);
    expect(response).toMatchObject({ key: "active_power_limit", value: 80, status: "rejected" });
    expect(response?.error).toContain("exception 2");
    expect(commands()).toEqual([write80]);
  });

  it("ignored: timeout, and reports are acknowledged as before", async () => {
    const { device, commands, desk } = await loggerAt("experimental", { writes: "ignore" });
    const [response] = await desk.write([["active_power_limit", "80"]]);
    expect(response).toMatchObject({ key: "active_power_limit", value: 80, status: "timeout" });
    expect(commands()).toEqual([write80]);
    await observer.waitForState(round.id(devices.indexOf(device)), (state) => state.active_power_limit === 100);
    const before = device.session.received.length;
    device.wake();
    await device.session.waitFor(({ received }) => received.length > before);
    expect(device.session.received.at(-1)?.[4]).toBe(0x12);
  });

  it("without `control_experimental` the limit is only shown", async () => {
    const { id, commands, desk } = await loggerAt("proven");
    const [response] = await desk.write([["active_power_limit", "80"]]);
    expect(response).toMatchObject({ status: "rejected", error: "active_power_limit can only be read" });
    expect(commands()).toEqual([]);
    expect((await observer.waitForState(id)).active_power_limit).toBe(100);
  });

  it.each(["proven", "experimental"])("registers are read on demand (%s)", async (relay) => {
    const { session, commands, desk } = await loggerAt(relay);
    const responses = await desk.write([["modbus_read", "40 4"]]);
    expect(responses).toEqual([{ key: "modbus_read", value: "40-43: 100, 0, 0, 1", status: "applied" }]);
    expect(commands()).toEqual(["010300280004c401"]);
    expect(session.received.filter((frame) => frame[4] === 0x15)).toEqual([]);
  });

  it.each(["121", "-1", "half"])("a limit of %s is rejected", async (payload) => {
    const { commands, desk } = await loggerAt("experimental");
    const [response] = await desk.write([["active_power_limit", payload]]);
    expect(response).toMatchObject({ status: "rejected", error: "expected a number from 0 to 120" });
    expect(commands()).toEqual([]);
  });

  it("a question for more than 60 registers is rejected", async () => {
    const { commands, desk } = await loggerAt("proven");
    const [response] = await desk.write([["modbus_read", "0 61"]]);
    expect(response).toMatchObject({ status: "rejected", error: expect.stringContaining("60") });
    expect(commands()).toEqual([]);
  });
});
