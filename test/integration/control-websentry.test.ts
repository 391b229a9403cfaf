import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Broker, Observer } from "./broker.js";
import { ControlDesk } from "./control-desk.js";
import { rounds } from "./device-rounds.js";
import { waitForEvents } from "./events.js";
import { FaultyCloud } from "./faulty-cloud.js";
import { PlayedDevice } from "./played-device.js";
import { Program, temporaryFolder } from "./program.js";
import { codeOf, demanding, setCode, unitFrame } from "./unit-cloud.js";

const humidity50 = Buffer.from("70839ec63d0006032501030032", "hex");
const round = rounds.websentry;

/** What the reference has seen written: docs/protocols/websentry.md §8. */
const writes = [
  { key: "spectator_mode", payload: "ON", frame: "70839ebbf7000603101c030001" },
  { key: "room_temp_setpoint", payload: "85", frame: "70839ed07d0006032500030055" },
  { key: "pool_temp_setpoint", payload: "82", frame: "70839eaa3d0006032502030052" },
  { key: "ac_disable_temp", payload: "60", frame: "70839eaebe000603250c03003c" },
  { key: "freezestat_temp", payload: "44", frame: "70839e02bd000603250403002c" },
  { key: "economizer_min_temp", payload: "89", frame: "70839e917d0006032503030059" },
  { key: "purge_shutoff_temp", payload: "55", frame: "70839ef5fc0006032505030037" },
  { key: "event_duration", payload: "2", frame: "70839ed530000603 0311030002" },
  { key: "purge_duration", payload: "17", frame: "70839e8876000603030d030011" },
  { key: "schedule_3_days", payload: "Sat", frame: "70839e94930006031162 03000a" },
  { key: "time_zone", payload: "GMT", frame: "70839ecccf000603010b030000" },
  { key: "modbus_enabled", payload: "ON", frame: "70839e13c80006032201030001" },
  { key: "blower_enabled", payload: "OFF", frame: "70839ed5e10006030c01030000" },
  { key: "blower_enabled", payload: "ON", frame: "70839e15200006030c01030001" },
  { key: "temperature_unit", payload: "Celsius", frame: "70839e018f000603010e030003" },
  { key: "temperature_unit", payload: "Fahrenheit", frame: "70839ec3ce000603010e030004" },
  { key: "clear_fault", payload: "PRESS", frame: "70839ef9a100060302860 3025c" },
  { key: "restart", payload: "PRESS", frame: "70839e300b000603011a030001" },
].map((write) => ({ ...write, frame: Buffer.from(write.frame.replaceAll(" ", ""), "hex") }));

describe("settings of a unit, written over MQTT", () => {
  const folder = temporaryFolder();
  const orders: Buffer[] = [];
  let broker: Broker;
  let observer: Observer;
  let cloud: FaultyCloud;
  let program: Program;
  let units = 0;

  beforeAll(async () => {
    broker = await Broker.start(folder.path);
    observer = await Observer.connect(broker.url);
    await new ControlDesk(observer, round.id(0)).publish("humidity_setpoint", "60", true);
    cloud = await FaultyCloud.start({ protocol: "websentry", says: () => demanding(orders) });
    const relay = { protocol: "websentry", upstream: cloud.upstream };
    const relays = [
      { ...relay, name: "pool", control: true },
      { ...relay, name: "brief", control: true, offline_after: 1 },
      { ...relay, name: "owned", control: true, protect_local: true },
      { ...relay, name: "plain" },
    ];
    program = await Program.start({ folder: folder.path, mqttUrl: broker.url, relays });
  });

  afterAll(async () => {
    expect(await program.end()).toBe(0);
    await observer.stop();
    await cloud.stop();
    await broker.stop();
    folder.remove();
  });

  /** A unit that has called once, with the desk to write to it. */
  async function unitAt(relay: string, extra: Readonly<Record<string, string>> = {}) {
    const index = units;
    units += 1;
    const id = round.id(index);
    const device = new PlayedDevice({ protocol: "websentry", port: program.port(relay), index, extra });
    await round.play(device);
    await observer.waitForState(id, round.shown(device));
    await observer.waitFor(`cloudtap/${id}/availability`, (payload) => payload === "online");
    const setsGot = () => device.sessions.flatMap(({ received }) => received).filter((one) => codeOf(one) === setCode);
    const play = () => round.play(device);
    return { id, device, desk: new ControlDesk(observer, id), setsGot, play };
  }

  it("a retained command is never obeyed, neither an old one nor a new one", async () => {
    const { id, desk, setsGot, play } = await unitAt("pool");
    expect(id).toBe(round.id(0));
    await program.waitForLog(({ msg, topic }) => msg === "retained command ignored" && String(topic).includes(id));
    await desk.publish("purge_duration", "30", true);
    await program.waitForLog(({ msg, topic }) => msg === "retained command ignored" && /purge/.test(String(topic)));
    await play();
    expect(setsGot()).toEqual([]);
    expect(desk.responses).toEqual([]);
  });

  it("W29: a humidity setpoint of 50 % is one frame, byte for byte, and the cloud never sees its answer", async () => {
    const { id, device, desk, setsGot, play } = await unitAt("pool");
    const before = cloud.sessions.length;
    expect(await desk.write([["humidity_setpoint", "50"]], play)).toEqual([
      { key: "humidity_setpoint", value: 50, status: "applied" },
    ]);
    expect(setsGot()).toEqual([humidity50]);
    const state = await observer.waitForState(id, ({ humidity_setpoint: value }) => value === 50);
    expect(state.cloud_mode).toBe("relay");
    const seen = cloud.sessions.slice(before).flatMap(({ received }) => received);
    expect(seen.filter((frame) => codeOf(frame) === setCode)).toEqual([]);
    // Neither does it see the value read back: it has a reply for each of its questions, and Init.
    for (const session of cloud.sessions.slice(before)) expect(session.received).toHaveLength(session.sent.length + 1);
    expect(device.sessions.flatMap((session) => round.faults(session))).toEqual([]);
  });

  it.each(writes)("W29: $key, $payload is the frame that the vendor's cloud was seen to send", async (write) => {
    const { desk, setsGot, play } = await unitAt("pool");
    const { key, payload, frame } = write;
    const [response] = await desk.write([[key, payload]], play);
    expect(response).toMatchObject({ key, status: "applied" });
    expect(setsGot()).toEqual([frame]);
  });

  it("W29: the date of the filter is written as a date", async () => {
    const { id, desk, setsGot, play } = await unitAt("pool");
    const [response] = await desk.write([["filter_change_date", "2026-02-28"]], play);
    expect(response).toEqual({ key: "filter_change_date", value: "2026-02-28", status: "applied" });
    expect(setsGot()).toEqual([unitFrame("03 1000 0a 7e 02 1c 00")]);
    await observer.waitForState(id, ({ filter_change_date: date }) => date === "2026-02-28");
  });

  it("W29: refused by the unit: rejected, and the state is the old one", async () => {
    const { id, desk, setsGot, play } = await unitAt("pool", { sets: "refuse" });
    const [response] = await desk.write([["humidity_setpoint", "50"]], play);
    expect(response).toMatchObject({ key: "humidity_setpoint", value: 50, status: "rejected" });
    expect(response?.error).toContain("refused");
    expect(setsGot()).toEqual([humidity50]);
    expect((await observer.waitForState(id)).humidity_setpoint).toBe(55);
  });

  it("ignored by the unit: timeout, and the cloud's session goes on", async () => {
    const { device, desk, setsGot, play } = await unitAt("pool", { sets: "ignore" });
    const [response] = await desk.write([["humidity_setpoint", "50"]], play);
    expect(response).toMatchObject({ key: "humidity_setpoint", value: 50, status: "timeout" });
    expect(response?.error).toEqual(expect.any(String));
    expect(setsGot()).toEqual([humidity50]);
    expect(device.sessions.map(({ ending }) => ending)).toEqual(device.sessions.map(() => "fin"));
  });

  it.each([
    { key: "humidity_setpoint", payload: "99", error: "expected a number from 35 to 85" },
    { key: "humidity_setpoint", payload: "moist", error: "expected a number from 35 to 85" },
    { key: "time_zone", payload: "CET", error: expect.stringContaining("expected one of: GMT") },
    { key: "humidity", payload: "50", error: "humidity can only be read" },
    { key: "low_pressure_limit", payload: "50", error: expect.any(String) },
    { key: "no_such_key", payload: "1", error: "the device has no no_such_key" },
  ])("$key, $payload: rejected at once, and the state is published again", async ({ key, payload, error }) => {
    const { id, desk, setsGot } = await unitAt("pool");
    const states = () => observer.messages.filter(({ topic }) => topic === `cloudtap/${id}/state`);
    const before = states();
    const [response] = await desk.write([[key, payload]]);
    expect(response).toEqual({ key, value: payload, status: "rejected", error });
    await observer.waitForMessage(() => states().length > before.length);
    expect(JSON.parse(states().at(-1)?.payload ?? "")).toEqual(JSON.parse(before.at(-1)?.payload ?? ""));
    expect(setsGot()).toEqual([]);
  });

  it("the same value twice is one frame and two responses", async () => {
    const { desk, setsGot, play } = await unitAt("pool");
    const same = ["humidity_setpoint", "50"] as const;
    const responses = await desk.write([same, same], play);
    const applied = { key: "humidity_setpoint", value: 50, status: "applied" };
    expect(responses).toEqual([applied, applied]);
    expect(setsGot()).toEqual([humidity50]);
  });

  it("of two values the newer one is written", async () => {
    const { desk, setsGot, play } = await unitAt("pool");
    const responses = await desk.write(
      [
        ["humidity_setpoint", "60"],
        ["humidity_setpoint", "50"],
      ],
      play,
    );
    expect(responses).toEqual([
      { key: "humidity_setpoint", value: 60, status: "rejected", error: "replaced by a newer value" },
      { key: "humidity_setpoint", value: 50, status: "applied" },
    ]);
    expect(setsGot()).toEqual([humidity50]);
  });

  it("a device that is away: rejected at once, and never written when it is back", async () => {
    const { id, desk, setsGot, play } = await unitAt("brief");
    await observer.waitFor(`cloudtap/${id}/availability`, (payload) => payload === "offline");
    const [response] = await desk.write([["humidity_setpoint", "50"]]);
    expect(response).toMatchObject({ status: "rejected", error: "the device is offline" });
    await play();
    expect(setsGot()).toEqual([]);
  });

  it("an unknown device, and a relay without control: rejected", async () => {
    const [unknown] = await new ControlDesk(observer, "websentry_ffffffffffff").write([["humidity_setpoint", "50"]]);
    expect(unknown).toMatchObject({ status: "rejected", error: "unknown device" });
    const { id, desk, setsGot, play } = await unitAt("plain");
    const [response] = await desk.write([["humidity_setpoint", "50"]]);
    expect(response).toMatchObject({ status: "rejected", error: "control is off for the relay plain" });
    await play();
    expect(setsGot()).toEqual([]);
    const announced = observer.newest.get(`homeassistant/device/${id}/config`) ?? "";
    expect(announced).not.toContain("/set/");
  });

  it("a write that still waits when the program is stopped has its response all the same", async () => {
    const { desk, setsGot, play } = await unitAt("pool");
    await desk.publish("humidity_setpoint", "50");
    // Writes are taken in order: with this one rejected, the other waits.
    await desk.write([["humidity_setpoint", "99"]]);
    expect(await program.end()).toBe(0);
    await observer.waitForMessage(() => desk.responses.length >= 2);
    expect(desk.responses[1]).toMatchObject({ value: 50, status: "rejected", error: "Cloudtap stops" });
    await program.start();
    await play();
    expect(setsGot()).toEqual([]);
  });

  it("`protect_local`: what was set from here the cloud cannot change, the rest it can, also after a restart", async () => {
    const { id, desk, setsGot, play } = await unitAt("owned");
    await desk.write([["humidity_setpoint", "50"]], play);
    const undo = unitFrame("03 2501 03 002d");
    const other = unitFrame("03 2500 03 0050");
    const verdicts = async () => {
      const before = cloud.sessions.length;
      await play();
      const [session] = cloud.sessions.slice(before);
      return session?.received.filter((frame) => codeOf(frame) === setCode);
    };
    orders.push(undo, other);
    expect(await verdicts()).toEqual([unitFrame("03 2501 00"), unitFrame("03 2500 00")]);
    expect(setsGot()).toEqual([humidity50, other]);
    await program.end();
    await program.start();
    await verdicts();
    orders.length = 0;
    expect(setsGot()).toEqual([humidity50, other, other]);
    const events = await waitForEvents(observer, id, "command", 4);
    const blocked = { blocked: true, reason: "protect_local: humidity_setpoint was set from here" };
    const shared = { classes: ["setting"], direction: "cloud-to-device" };
    expect(events).toMatchObject([
      { ...shared, text: "cloud set room humidity setpoint to 45 %", ...blocked },
      { ...shared, blocked: false },
      { ...shared, text: "cloud set room humidity setpoint to 45 %", ...blocked },
      { ...shared, blocked: false },
    ]);
    expect((await observer.waitForState(id)).humidity_setpoint).toBe(50);
  });
});
