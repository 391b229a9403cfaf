import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Player } from "../../src/model/protocol.js";
import { Broker, Observer } from "./broker.js";
import { joulesIn, rounds } from "./device-rounds.js";
import { FaultyCloud } from "./faulty-cloud.js";
import { makeKeyPair } from "./key-pair.js";
import { PlayedDevice } from "./played-device.js";
import { Program, temporaryFolder } from "./program.js";

const refused = { fault: "refused", at: "accept" } as const;

describe("reports that wait for their cloud", () => {
  const folder = temporaryFolder();
  let broker: Broker;
  let observer: Observer;
  let cloud: FaultyCloud;
  let stubborn: FaultyCloud;
  let secure: FaultyCloud;
  let program: Program;

  beforeAll(async () => {
    broker = await Broker.start(folder.path);
    observer = await Observer.connect(broker.url);
    cloud = await FaultyCloud.start({ protocol: "envoy" }, refused);
    stubborn = await FaultyCloud.start({ protocol: "envoy", says: refusing }, refused);
    const tls = { right: makeKeyPair(folder.path, "right"), wrong: makeKeyPair(folder.path, "wrong") };
    secure = await FaultyCloud.start({ protocol: "envoy", tls }, refused);
    const relay = { protocol: "envoy", cloud: "auto", reply_timeout: 1 };
    const relays = [
      { ...relay, name: "roof", upstream: cloud.upstream },
      { ...relay, name: "barn", upstream: stubborn.upstream },
      { ...relay, name: "attic", upstream: secure.upstream, upstream_ca: tls.right.file },
    ];
    program = await Program.start({ folder: folder.path, mqttUrl: broker.url, relays });
  });

  afterAll(async () => {
    expect(await program.end()).toBe(0);
    await observer.stop();
    await Promise.all([cloud.stop(), stubborn.stop(), secure.stop()]);
    await broker.stop();
    folder.remove();
  });

  function envoyAt(relay: string, index: number, tls = false): PlayedDevice {
    return new PlayedDevice({ protocol: "envoy", port: program.port(relay), index, tls, extra: { inverters: "3" } });
  }

  it("survive kill -9, twice, and reach it once each and in order", async () => {
    const device = envoyAt("roof", 1);
    for (let kill = 0; kill < 2; kill += 1) {
      for (let report = 0; report < 3; report += 1) await rounds.envoy.play(device);
      expect(await program.end("SIGKILL")).toBe("SIGKILL");
      if (kill === 1) await cloud.fail(undefined);
      await program.start();
    }
    await cloud.waitFor(() => (cloud.acknowledged.length >= device.sessions.length ? true : undefined));
    // Once nothing waits any more the next one goes to the cloud at once, and behind all others.
    await program.waitForLog(({ msg }) => msg === "the cloud has everything that it had missed");
    await rounds.envoy.play(device);
    const sent = device.sessions.flatMap((session) => session.sent);
    expect(sent).toHaveLength(7);
    expect(cloud.acknowledged).toEqual(sent);
    expect(device.sessions.flatMap((session) => rounds.envoy.faults(session))).toEqual([]);
    const energyWh = joulesIn(sent) / 3600;
    expect(energyWh).toBeGreaterThan(0);
    const state = await observer.waitForState(rounds.envoy.id(1), rounds.envoy.shown(device));
    expect(state.energy_total).toBeCloseTo(energyWh, 3);
  });

  it("of an Envoy that speaks TLS go to the vendor over TLS", async () => {
    const device = envoyAt("attic", 3, true);
    for (let report = 0; report < 2; report += 1) await rounds.envoy.play(device);
    await secure.fail(undefined);
    await secure.waitFor(() => (secure.acknowledged.length >= 2 ? true : undefined));
    expect(secure.acknowledged).toEqual(device.sessions.flatMap((session) => session.sent));
    expect(device.sessions.flatMap((session) => rounds.envoy.faults(session))).toEqual([]);
  });

  it("are given up with an event where the cloud refuses them for good", async () => {
    const device = envoyAt("barn", 2);
    await rounds.envoy.play(device);
    await stubborn.fail(undefined);
    const topic = `cloudtap/${rounds.envoy.id(2)}/event`;
    const event = await observer.waitForMessage((message) => {
      return message.topic === topic && message.payload.includes("outbox_dropped");
    });
    const payload: Record<string, unknown> = JSON.parse(event.payload);
    expect(payload).toMatchObject({ event_type: "outbox_dropped", reason: "refused by the cloud" });
    expect(payload.kept_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(stubborn.sessions.map(({ received }) => received)).toEqual([device.sessions[0]?.sent]);
  });
});

/** Takes no report of anybody. */
function refusing(): Player {
  const bytes = Buffer.from("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  return {
    connected: () => [],
    received: () => [{ type: "send", bytes }, { type: "end" }],
    woken: () => [],
    disconnected: () => [],
  };
}
