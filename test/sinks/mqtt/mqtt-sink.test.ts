import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { Aedes } from "aedes";
import type { IClientOptions } from "mqtt";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createWebSocketStream, WebSocketServer } from "ws";
import { bridgeId } from "../../../src/model/capture.js";
import type { DeviceDescription, DeviceId } from "../../../src/model/device.js";
import type { EpochMs } from "../../../src/model/time.js";
import { silentLogger } from "../../../src/runtime/log.js";
import { startEmbeddedBroker } from "../../../src/sinks/mqtt/broker.js";
import type { MqttOptions } from "../../../src/sinks/mqtt/mqtt-sink.js";
import type { LogRecorder } from "../../support/log-recorder.js";
import { Mosquitto, MqttWitness, retainedMessages } from "../../support/mosquitto.js";
import { bareDevice, inverter, inverterId } from "./descriptions.js";
import { at, available, described, eventOf, ownId, type SinkSetup, session, setUpSink, stateOf } from "./sink-setup.js";
import { makeTlsFiles, type TlsFiles } from "./tls-files.js";

const base = `cloudtap/${inverterId}`;
const discoveryTopic = `homeassistant/device/${inverterId}/config`;

describe("publishing to a broker", () => {
  let broker: Mosquitto;
  let witness: MqttWitness;
  let setup: SinkSetup | undefined;

  beforeAll(async () => {
    broker = await Mosquitto.start();
  });

  beforeEach(async () => {
    for (const topic of (await retainedMessages(broker.url)).keys()) await clear(topic);
    witness = await MqttWitness.connect(broker.url);
  });

  afterEach(async () => {
    await setup?.sink.stop();
    setup = undefined;
    await witness.stop();
  });

  afterAll(async () => {
    await broker.stop();
  });

  async function clear(topic: string): Promise<void> {
    const cleaner = await MqttWitness.connect(broker.url);
    await cleaner.publish(topic, "", true);
    await cleaner.stop();
  }

  async function start(changes: Partial<MqttOptions> = {}): Promise<SinkSetup> {
    setup = setUpSink(broker.url, changes);
    await setup.sink.start();
    await setup.sink.ready();
    return setup;
  }

  /** The broker's answer to what was published so far has come back to the sink. */
  async function published(topic: string, wanted?: (payload: string) => boolean, from?: number): Promise<string> {
    return (await witness.waitForTopic(topic, wanted, from)).payload;
  }

  it("publishes one retained state message a reading, with every announced key", async () => {
    const { sink } = await start();
    for (const message of [described, stateOf({ ac_power: 412, pump: "on" }), available]) sink.accept(message);
    await published(discoveryTopic);
    const messages = witness.of(`${base}/state`);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ retained: true, qos: 1 });
    expect(JSON.parse(messages[0]?.payload ?? "")).toEqual({
      ...{ ac_power: 412, energy_total: null, energy_today: null, mode: null, firmware: null, fan_speed: null },
      ...{ last_report: null, problem: null, pump: "on" },
      ...{ limit: null, setpoint: null, preset: null, output: null, light: null },
      ...{ cloud_mode: null, cloud_last_answer: null },
      ...{ last_seen: "2026-06-21T10:00:00.000Z", connection_status: "online" },
    });
  });

  it("says that the bridge runs, that a device is there, and what the bridge is", async () => {
    const { sink } = await start();
    sink.accept(available);
    await published(`${base}/availability`);
    expect(witness.of("cloudtap/bridge/state")).toEqual([
      { topic: "cloudtap/bridge/state", payload: "online", retained: true, qos: 1 },
    ]);
    expect(witness.newest(`${base}/availability`)).toMatchObject({ payload: "online", retained: true, qos: 1 });
    const info = witness.newest("cloudtap/bridge/info");
    expect(info?.retained).toBe(true);
    expect(JSON.parse(info?.payload ?? "")).toMatchObject({ version: "1.2.3", relays: [] });
  });

  it("refreshes what is known of the relays when one changes", async () => {
    const { sink, relays } = await start();
    const relay = {
      ...{
        name: "roof",
        protocol: "solarman",
        listen: "0.0.0.0:10000",
        upstream: "cloud:10000",
        cloud: "relay" as const,
      },
      ...{ sessionsOpen: 1, sessionsStarted: 1, sessionsEnded: 0, turnedAway: 0 },
    };
    relays.push({ ...relay, status: "active" });
    sink.accept({ type: "relay", relay: { ...relay, status: "active" } });
    await published("cloudtap/bridge/info", (payload) => JSON.parse(payload).relays[0]?.status === "active");
  });

  it("publishes events unretained: the device's own, anomalies and stored records", async () => {
    const { sink } = await start();
    const anomaly = { kind: "bad_checksum", direction: "device-to-cloud", detail: "found 1" } as const;
    const reading = { device: inverterId, measuredAt: at, receivedAt: (at + 1) as EpochMs, values: { ac_power: 3 } };
    sink.accept(eventOf(7));
    sink.accept({ type: "anomaly", session, anomaly, at });
    sink.accept({ type: "anomaly", session, anomaly: { ...anomaly, device: inverterId }, at });
    sink.accept({ type: "reading", session, reading: { ...reading, live: true } });
    sink.accept({ type: "reading", session, reading: { ...reading, live: false } });
    await published(`${base}/event`, (payload) => payload.includes("historic"));
    const messages = witness.of(`${base}/event`);
    expect(messages.every(({ retained }) => !retained)).toBe(true);
    expect(messages.map(({ payload }) => JSON.parse(payload))).toMatchObject([
      { event_type: "fault", number: 7, time: "2026-06-21T10:00:00.000Z" },
      { event_type: "anomaly", kind: "bad_checksum", relay: "roof", direction: "device-to-cloud" },
      { event_type: "historic_reading", measured_at: "2026-06-21T10:00:00.000Z", values: { ac_power: 3 } },
    ]);
  });

  it("announces devices, parents first", async () => {
    const { sink } = await start();
    const child = { ...inverter, viaDevice: bareDevice.id };
    sink.accept({ type: "described", description: child });
    sink.accept({ type: "described", description: bareDevice });
    await published(discoveryTopic);
    const documents = witness.messages.filter(({ topic }) => topic.startsWith("homeassistant/device/"));
    expect(documents.map(({ topic }) => topic)).toEqual(["homeassistant/device/envoy_1/config", discoveryTopic]);
    expect(documents.every(({ retained, qos }) => retained && qos === 1)).toBe(true);
  });

  it("announces nothing where discovery is off", async () => {
    const { sink } = await start({ discovery: false });
    for (const message of [described, stateOf({ ac_power: 1 })]) sink.accept(message);
    await published(`${base}/state`);
    await sink.stop();
    expect(witness.messages.some(({ topic }) => topic.startsWith("homeassistant/"))).toBe(false);
  });

  it("takes commands where control is on: live ones, and none that is retained", async () => {
    await witness.publish(`${base}/set/limit`, "10", true);
    const { written, recorder, sink } = await start({ control: true });
    expect(sink.connected()).toBe(true);
    await witness.publish(`${base}/set/limit`, "20", true);
    await witness.publish(`${base}/set/limit`, "30");
    await witness.publish("cloudtap/bridge/set/limit", "40");
    await witness.publish(`${base}/set/mode`, "auto");
    await expect.poll(() => written).toEqual([`${inverterId} limit 30`, `${inverterId} mode auto`]);
    expect(recorder.of("retained command ignored", "warn")).toHaveLength(1);
    await witness.publish(`${base}/set/limit`, "", true);
  });

  it("takes no commands where control is off", async () => {
    const { written, sink } = await start();
    await witness.publish(`${base}/set/limit`, "30");
    await witness.publish("homeassistant/status", "online");
    sink.accept(stateOf({ ac_power: 1 }));
    await published(`${base}/state`);
    expect(written).toEqual([]);
  });

  it.each([false, true])("is told whom to read again, once a message, with control %s", async (control) => {
    await witness.publish(`${base}/set/read_again`, "retained", true);
    const { readAgain, written } = await start({ control });
    await witness.publish(`${base}/set/read_again`, "PRESS");
    await witness.publish(`${base}/set/read_again`, "again");
    await expect.poll(() => readAgain).toEqual([`${inverterId} PRESS`, `${inverterId} again`]);
    expect(written).toEqual([]);
    await witness.publish(`${base}/set/read_again`, "", true);
  });

  it.each([false, true])("is asked for captures, once a message, with control %s", async (control) => {
    const topics = [`${base}/set/capture`, "cloudtap/bridge/set/capture", `cloudtap/${ownId}/set/capture_roof`];
    await witness.publish(`${base}/set/capture`, "retained", true);
    const { asked, written } = await start({ control });
    for (const topic of topics) await witness.publish(topic, "ON");
    await witness.publish("cloudtap/bridge/set/limit", "1");
    await witness.publish(`${base}/set/capture`, "OFF");
    await expect
      .poll(() => asked)
      .toEqual([
        `${inverterId} capture ON`,
        "bridge capture ON",
        `${ownId} capture_roof ON`,
        `${inverterId} capture OFF`,
      ]);
    expect(written).toEqual([]);
    await witness.publish(`${base}/set/capture`, "", true);
  });

  it("answers also who asked Cloudtap itself", async () => {
    const { sink } = await start();
    const request = { device: bridgeId, key: "capture", value: "ON" };
    sink.accept({ type: "write-result", request, result: { status: "applied", value: 600 } });
    expect(JSON.parse(await published("cloudtap/bridge/response"))).toEqual({
      ...{ key: "capture", value: 600, status: "applied" },
    });
  });

  it.each(["json", "topics"] as const)(
    "does not take up the state in which an earlier run left Cloudtap's own device, values %s",
    async (values) => {
      const description: DeviceDescription = {
        ...{ id: ownId, protocol: "cloudtap", name: "Cloudtap", isBridge: true, eventTypes: [] },
        entities: [{ key: "captures_running", platform: "sensor", name: "Captures running" }],
      };
      const first = await start({ values });
      first.sink.accept({ type: "described", description });
      first.sink.accept(stateOf({ captures_running: 1 }, ownId));
      await published(`homeassistant/device/${ownId}/config`);
      await first.sink.stop();
      const { restored, sink } = await start({ values });
      await sink.ready();
      expect(restored.filter(({ device }) => device === ownId)).toEqual([]);
    },
  );

  it("leaves nothing in the broker of a device that was removed, nor of one that was while it was away", async () => {
    const { sink } = await start({ values: "both" });
    const other: DeviceId = bareDevice.id;
    const toBareDevice = { type: "availability", device: other, available: true, status: "online" } as const;
    const both = [
      described,
      stateOf({ ac_power: 412 }),
      available,
      { type: "described", description: bareDevice } as const,
    ];
    for (const message of [...both, stateOf({}, other), toBareDevice]) sink.accept(message);
    await published(discoveryTopic);
    await published(`homeassistant/device/${other}/config`);
    sink.accept({ type: "removed", device: inverterId });
    await published(discoveryTopic, (payload) => payload === "");
    await published(`${base}/connection_status`, (payload) => payload === "");
    await broker.pause();
    await expect.poll(() => sink.connected()).toBe(false);
    sink.accept({ type: "removed", device: other });
    await broker.start();
    await expect
      .poll(async () => [...(await retainedMessages(broker.url)).keys()].toSorted())
      .toEqual(["cloudtap/bridge/info", "cloudtap/bridge/state"]);
  });

  it("tells how a write ended, not retained, and shows the old value again where it failed", async () => {
    const { sink } = await start({ values: "topics" });
    const request = { device: inverterId, key: "limit", value: 60 };
    sink.accept(stateOf({ limit: 80 }));
    await published(`${base}/limit`);
    const from = witness.messages.length;
    sink.accept({ type: "write-result", request, result: { status: "rejected", error: "the device refused" } });
    sink.accept(stateOf({ limit: 80 }));
    expect(await published(`${base}/limit`, undefined, from)).toBe("80");
    sink.accept({ type: "write-result", request, result: { status: "applied", value: 60 } });
    await published(`${base}/response`, (payload) => payload.includes("applied"));
    const responses = witness.of(`${base}/response`);
    expect(responses.map(({ payload }) => JSON.parse(payload))).toEqual([
      { key: "limit", value: 60, status: "rejected", error: "the device refused" },
      { key: "limit", value: 60, status: "applied" },
    ]);
    expect(responses.some(({ retained }) => retained)).toBe(false);
  });

  it("has a topic per value where that is wanted", async () => {
    const { sink } = await start({ values: "topics" });
    sink.accept(stateOf({ ac_power: 412, problem: true }));
    expect(await published(`${base}/ac_power`)).toBe("412");
    expect(await published(`${base}/problem`)).toBe("true");
    expect(witness.of(`${base}/state`)).toEqual([]);
  });

  it("says offline when it stops, after everything that was pending", async () => {
    const { sink } = await start();
    sink.accept(stateOf({ ac_power: 1 }));
    sink.accept(eventOf(1));
    await sink.stop();
    expect(sink.connected()).toBe(false);
    await published("cloudtap/bridge/state", (payload) => payload === "offline");
    const topics = witness.messages.map(({ topic }) => topic);
    expect(topics.filter((topic) => topic !== "cloudtap/bridge/restore")).toEqual([
      ...["cloudtap/bridge/state", "cloudtap/bridge/info", `${base}/state`, `${base}/event`, "cloudtap/bridge/state"],
    ]);
    const retained = await retainedMessages(broker.url);
    expect(retained.get("cloudtap/bridge/state")).toBe("offline");
    expect(retained.has(discoveryTopic)).toBe(false);
  });

  it("announces everything again after Home Assistant's birth message: documents, then availability and state", async () => {
    const { sink } = await start();
    for (const message of [described, stateOf({ ac_power: 1 }), available]) sink.accept(message);
    await published(discoveryTopic);
    const from = witness.messages.length;
    await witness.publish("homeassistant/status", "online");
    await published(`${base}/state`, undefined, from);
    const again = witness.messages.slice(from).filter(({ topic }) => topic !== "homeassistant/status");
    expect(again.map(({ topic }) => topic)).toEqual([discoveryTopic, `${base}/availability`, `${base}/state`]);
  });

  it("gives back what an earlier run left in the broker, before it publishes anything over it", async () => {
    const first = await start();
    for (const message of [described, stateOf({ ac_power: 412 }), available]) first.sink.accept(message);
    await first.sink.stop();
    setup = setUpSink(broker.url);
    setup.sink.accept(stateOf({ power: 1 }, "envoy_9" as DeviceId));
    await witness.publish("cloudtap/envoy_9/state", '{"power":0}', true);
    await setup.sink.start();
    await setup.sink.ready();
    expect(setup.restored).toEqual([{ device: inverterId, values: { ac_power: 412 }, lastSeen: at }]);
    await published("cloudtap/envoy_9/state", (payload) => JSON.parse(payload).power === 1);
  });

  it("removes components that an earlier run announced and that are gone", async () => {
    const first = await start();
    first.sink.accept(described);
    await published(discoveryTopic);
    await first.sink.stop();
    const from = witness.messages.length;
    const second = await start();
    const entities = inverter.entities.filter(({ key }) => key !== "pump");
    second.sink.accept({ type: "described", description: { ...inverter, entities } });
    const pump = (payload: string) => JSON.parse(payload).components.pump;
    expect(pump(await published(discoveryTopic, undefined, from))).toEqual({ platform: "binary_sensor" });
    await published(discoveryTopic, (payload) => pump(payload) === undefined, from);
  });
});

describe("a broker that is away", () => {
  let broker: Mosquitto;

  beforeAll(async () => {
    broker = await Mosquitto.start();
  });

  afterAll(async () => {
    await broker.stop();
  });

  it("gets the newest state of each device and every event, in order, when it is back", async () => {
    const { sink, recorder, queue } = setUpSink(broker.url);
    await sink.start();
    await sink.ready();
    sink.accept(described);
    await broker.pause();
    await expect.poll(() => sink.connected()).toBe(false);
    for (let number = 0; number < 100; number += 1) {
      sink.accept(eventOf(number));
      sink.accept(stateOf({ ac_power: number }));
    }
    expect(queue.size).toBe(100);
    await broker.start();
    const witness = await MqttWitness.connect(broker.url);
    await witness.waitForTopic(`${base}/event`, (payload) => JSON.parse(payload).number === 99);
    await witness.waitForTopic(discoveryTopic);
    expect(witness.of(`${base}/event`).map(({ payload }) => JSON.parse(payload).number)).toEqual(
      Array.from({ length: 100 }, (_unused, index) => index),
    );
    const states = witness.of(`${base}/state`).map(({ payload }) => JSON.parse(payload).ac_power);
    expect(states).toEqual([99]);
    expect(witness.newest("cloudtap/bridge/state")?.payload).toBe("online");
    await expect.poll(() => queue.size).toBe(0);
    expect(recorder.lines.filter(({ level }) => level >= 30).map(({ msg }) => msg)).toContain("broker back");
    await sink.stop();
    await witness.stop();
  });

  it("says that the bridge is offline when Cloudtap is cut off, and online when it is back", async () => {
    const stops: (() => Promise<unknown>)[] = [];
    const sockets: Socket[] = [];
    const url = await listen(stops, (socket) => {
      sockets.push(socket);
      const behind = connect(broker.port, "127.0.0.1");
      socket.pipe(behind).pipe(socket);
      for (const one of [socket, behind]) one.on("error", () => undefined);
      socket.once("close", () => behind.destroy());
    });
    const witness = await MqttWitness.connect(broker.url);
    const { sink } = setUpSink(url);
    await sink.start();
    await sink.ready();
    const from = witness.messages.length;
    for (const socket of sockets) socket.destroy();
    const offline = await witness.waitForTopic("cloudtap/bridge/state", (payload) => payload === "offline", from);
    expect(offline.retained).toBe(true);
    await witness.waitForTopic("cloudtap/bridge/state", (payload) => payload === "online", from);
    await sink.stop();
    await witness.stop();
    for (const stop of stops) await stop();
  });

  it("does not hold up the start, nor the stop", async () => {
    const { sink, recorder, queue } = setUpSink("mqtt://127.0.0.1:1", { password: "hunter2", username: "me" });
    await sink.start();
    for (const message of [described, stateOf({ ac_power: 1 }), eventOf(1)]) sink.accept(message);
    await expect.poll(() => recorder.of("broker not reachable")).toHaveLength(1);
    expect(sink.connected()).toBe(false);
    await sink.stop();
    expect(queue.size).toBe(1);
    expect(JSON.stringify(recorder.lines)).not.toContain("hunter2");
  });
});

describe("other kinds of brokers", () => {
  const stops: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    for (const stop of stops.splice(0).toReversed()) await stop();
  });

  /** Starts a sink, publishes a state through it and returns the log of it all. */
  async function publishThrough(url: string, changes: Partial<MqttOptions>, witnessOptions: IClientOptions = {}) {
    const witness = await MqttWitness.connect(url, witnessOptions);
    stops.push(() => witness.stop());
    const { sink, recorder } = setUpSink(url, changes);
    stops.push(() => sink.stop());
    await sink.start();
    await sink.ready();
    sink.accept(stateOf({ ac_power: 412 }));
    await witness.waitForTopic(`${base}/state`);
    return recorder;
  }

  const connectedWith = (recorder: LogRecorder) => recorder.of("broker connected")[0];

  it("the embedded one, with protocol 5; it says who throws us out where two share a client id", async () => {
    const broker = await startEmbeddedBroker({ host: "127.0.0.1", port: 0 }, silentLogger());
    stops.push(() => broker.stop());
    const url = `mqtt://127.0.0.1:${broker.address.port}`;
    const recorder = await publishThrough(url, {});
    expect(connectedWith(recorder)).toMatchObject({ broker: url, protocol: "5" });
    const other = await MqttWitness.connect(url, { clientId: "cloudtap", reconnectPeriod: 0 });
    stops.push(() => other.stop());
    await expect
      .poll(() => recorder.of("broker lost", "warn"))
      .toMatchObject([{ reason: "another client took over the client id", mqtt: 0x8e }]);
  });

  it("one that knows 3.1.1 only", async () => {
    const aedes = await Aedes.createBroker();
    stops.push(() => new Promise<void>((resolve) => aedes.close(resolve)));
    const url = await listen(stops, (socket) => handOverOldProtocol(socket, aedes));
    const recorder = await publishThrough(url, {}, { protocolVersion: 4 });
    expect(connectedWith(recorder)).toMatchObject({ protocol: "3.1.1" });
  });

  it("one that wants a password: refused without, accepted with it", async () => {
    const broker = await Mosquitto.start((folder) => {
      execFileSync("mosquitto_passwd", ["-b", "-c", `${folder}/passwords`, "me", "hunter2"]);
      return ["allow_anonymous false", `password_file ${folder}/passwords`];
    });
    stops.push(() => broker.stop());
    const { sink, recorder } = setUpSink(broker.url, { username: "me", password: "hunter3" });
    await sink.start();
    await expect
      .poll(() => recorder.of("broker refused the connection", "error"))
      .toMatchObject([
        {
          code: "BROKER_FAILED",
          reason: expect.stringMatching(/password|authorised/),
          hint: expect.stringMatching(/mqtt\.password/),
        },
      ]);
    await sink.stop();
    const given = { username: "me", password: "hunter2" };
    const accepted = await publishThrough(broker.url, given, given);
    expect(JSON.stringify([...recorder.lines, ...accepted.lines])).not.toMatch(/hunter/);
  });

  it("one with TLS, a certificate authority of its own and client certificates", async () => {
    let files: TlsFiles | undefined;
    const broker = await Mosquitto.start((folder) => {
      files = makeTlsFiles(folder);
      const { ca, serverCert, serverKey } = files;
      return [
        `cafile ${ca}`,
        `certfile ${serverCert}`,
        `keyfile ${serverKey}`,
        "require_certificate true",
        "allow_anonymous true",
      ];
    });
    stops.push(() => broker.stop());
    if (files === undefined) throw new Error("expected certificates");
    const { ca, clientCert, clientKey } = files;
    const url = `mqtts://localhost:${broker.port}`;
    const [caPem, cert, key] = [ca, clientCert, clientKey].map((path) => readFileSync(path, "utf8"));
    const witnessOptions = { ca: caPem ?? "", cert: cert ?? "", key: key ?? "" };
    await publishThrough(url, { ca: caPem ?? "", cert: clientCert, key: clientKey }, witnessOptions);

    const distrusting = setUpSink(url, { cert: clientCert, key: clientKey });
    await distrusting.sink.start();
    await expect
      .poll(() => distrusting.recorder.of("broker not reachable"))
      .toMatchObject([{ reason: "broker's certificate is not trusted", hint: expect.stringContaining("mqtt.ca") }]);
    await distrusting.sink.stop();
    const unknown = setUpSink(url, { ca });
    await unknown.sink.start();
    await expect
      .poll(() => unknown.recorder.lines.find(({ hint }) => String(hint).includes("mqtt.cert")))
      .toBeDefined();
    await unknown.sink.stop();
  });

  it("one behind WebSockets", async () => {
    const aedes = await Aedes.createBroker();
    stops.push(() => new Promise<void>((resolve) => aedes.close(resolve)));
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", path: "/mqtt" });
    stops.push(() => new Promise((resolve) => server.close(resolve)));
    server.on("connection", (socket) => aedes.handle(createWebSocketStream(socket)));
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const url = `ws://127.0.0.1:${port}/mqtt`;
    expect(connectedWith(await publishThrough(url, {}))).toMatchObject({ broker: url });
  });
});

async function listen(stops: (() => Promise<unknown>)[], onSocket: (socket: Socket) => void): Promise<string> {
  const server = createServer(onSocket);
  stops.push(() => new Promise((resolve) => server.close(resolve)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return `mqtt://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

/** Refuses protocol level 5 in the way of the old protocol and hands everything else to a real broker. */
function handOverOldProtocol(socket: Socket, aedes: Aedes): void {
  socket.once("data", (connect: Buffer) => {
    const level = connect[connect.indexOf("MQTT") + 4];
    if (level === 5) {
      socket.end(Buffer.of(0x20, 2, 0, 1));
      return;
    }
    socket.pause();
    socket.unshift(connect);
    aedes.handle(socket);
  });
}
