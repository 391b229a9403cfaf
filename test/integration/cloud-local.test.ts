import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { idsOf } from "../../src/protocols/websentry/property-table.js";
import { Broker, Observer } from "./broker.js";
import { ControlDesk } from "./control-desk.js";
import { idsIn, joulesIn, rounds } from "./device-rounds.js";
import { FaultyCloud } from "./faulty-cloud.js";
import { PlayedDevice } from "./played-device.js";
import { Program, temporaryFolder } from "./program.js";

const protocols = Object.values(rounds);
const groups = ["identity", "sensors", "outputs", "status"] as const;

describe("devices whose cloud is Cloudtap, with `cloud: local`", () => {
  const folder = temporaryFolder();
  const clouds: FaultyCloud[] = [];
  let broker: Broker;
  let observer: Observer;
  let program: Program;

  beforeAll(async () => {
    broker = await Broker.start(folder.path);
    observer = await Observer.connect(broker.url);
    for (const { protocol } of protocols) clouds.push(await FaultyCloud.start({ protocol }));
    const relays = protocols.flatMap(({ protocol }, index) => {
      const relay = { protocol, upstream: clouds[index]?.upstream };
      return [
        { ...relay, name: `${protocol}-local`, cloud: "local" },
        { ...relay, name: `${protocol}-relay` },
      ];
    });
    const pool = { name: "pool", protocol: "websentry", cloud: "local", control: true };
    program = await Program.start({ folder: folder.path, mqttUrl: broker.url, relays: [...relays, pool] });
  });

  afterAll(async () => {
    expect(await program.end()).toBe(0);
    await observer.stop();
    await Promise.all(clouds.map((cloud) => cloud.stop()));
    await broker.stop();
    folder.remove();
  });

  function deviceAt(relay: string, protocol: string, index: number): PlayedDevice {
    return new PlayedDevice({ protocol, port: program.port(relay), index, extra: { inverters: "2" } });
  }

  it.each(protocols.map((round, index) => ({ round, protocol: round.protocol, index })))(
    "$protocol: each round is answered, MQTT has all of it, and the cloud is never contacted",
    async ({ round, protocol, index }) => {
      const device = deviceAt(`${protocol}-local`, protocol, 0);
      for (let turn = 0; turn < 3; turn += 1) {
        await round.play(device);
        await observer.waitForState(round.id(0), round.shown(device));
      }
      expect(device.sessions.flatMap((session) => round.faults(session))).toEqual([]);
      expect(clouds[index]?.sessions).toEqual([]);
      const state = await observer.waitForState(round.id(0));
      expect(state.cloud_mode).toBe("local");
      expect(state.cloud_last_answer ?? null).toBeNull();
      await round.hangUp(device);
    },
  );

  it.each(protocols)("$protocol: shows after one round what it shows with the vendor's cloud", async (round) => {
    const { protocol } = round;
    const shown = async (relay: string, index: number): Promise<readonly string[]> => {
      const device = deviceAt(relay, protocol, index);
      await round.play(device);
      const state = await observer.waitForState(round.id(index), round.shown(device));
      await round.hangUp(device);
      return Object.keys(state).filter((key) => state[key] !== null && !/^cloud_/.test(key));
    };
    const here = await shown(`${protocol}-local`, 1);
    const there = await shown(`${protocol}-relay`, 2);
    expect(there.filter((key) => !here.includes(key))).toEqual([]);
  });

  it("W30: a unit is asked for all it has in its first session, and for what changes in the later ones", async () => {
    const device = deviceAt("websentry-local", "websentry", 3);
    const round = rounds.websentry;
    for (let turn = 0; turn < 3; turn += 1) await round.play(device);
    const [first = [], ...later] = device.sessions.map(({ received }) => received.map(idsIn));
    expect(first[0]).toEqual(idsOf("identity"));
    expect(first[1]).toEqual(idsOf("sensors"));
    const settings = idsOf("settings");
    expect(settings.filter((id) => !first.flat().includes(id))).toEqual([]);
    for (const queries of later) {
      expect(groups.flatMap(idsOf).filter((id) => !queries.flat().includes(id))).toEqual([]);
      expect(queries.flat().length).toBeLessThan(groups.flatMap(idsOf).length + 40);
    }
    for (const queries of [first, ...later])
      expect(Math.max(...queries.map((ids) => ids.length))).toBeLessThanOrEqual(32);
    expect(device.sessions.flatMap((session) => round.faults(session))).toEqual([]);
  });

  it("W29 W30: a unit without a cloud can be written to", async () => {
    const device = deviceAt("pool", "websentry", 4);
    const round = rounds.websentry;
    await round.play(device);
    await observer.waitForState(round.id(4), round.shown(device));
    const desk = new ControlDesk(observer, round.id(4));
    const [response] = await desk.write([["humidity_setpoint", "50"]], () => round.play(device));
    expect(response).toEqual({ key: "humidity_setpoint", value: 50, status: "applied" });
    const sets = device.sessions.flatMap(({ received }) => received).filter((frame) => frame[7] === 3);
    expect(sets.map((frame) => frame.toString("hex"))).toEqual(["70839ec63d0006032501030032"]);
    await observer.waitForState(round.id(4), (state) => state.humidity_setpoint === 50);
  });

  it("an Envoy's report counts once, also where it comes again", async () => {
    const port = program.port("envoy-local");
    const extra = { inverters: "2", repeat: "2" };
    const device = new PlayedDevice({ protocol: "envoy", port, index: 5, extra });
    for (let turn = 0; turn < 6; turn += 1) await rounds.envoy.play(device);
    const reports = new Map(device.sessions.flatMap(({ sent }) => sent).map((report) => [String(report), report]));
    expect(reports.size).toBe(2);
    const energyWh = joulesIn([...reports.values()]) / 3600;
    expect(energyWh).toBeGreaterThan(0);
    const isExact = ({ energy_total: total }: Record<string, unknown>) => Math.abs(Number(total) - energyWh) < 1e-3;
    await observer.waitForState(rounds.envoy.id(5), isExact);
    expect(device.sessions.flatMap((session) => rounds.envoy.faults(session))).toEqual([]);
  });
});
