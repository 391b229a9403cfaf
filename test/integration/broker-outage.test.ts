import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Broker, Observer } from "./broker.js";
import { connectDevice, type DeviceSocket } from "./delivery.js";
import { type CloudConnection, type FakeCloud, startFakeCloud } from "./fake-cloud.js";
import { Program, temporaryFolder } from "./program.js";
import { deviceStream } from "./simulated-device.js";

const devices = 5;

/** One stream a device, as it reports at this hour of its day. */
function streamsAt(start: string): readonly Buffer[] {
  return Array.from({ length: devices }, (_unused, index) =>
    Buffer.concat(deviceStream("solarman", { index, extra: { start } })),
  );
}

describe("a broker that goes away under load", () => {
  const folder = temporaryFolder();
  const streams = streamsAt("10");
  const later = streamsAt("13");
  let broker: Broker;
  let observer: Observer;
  let cloud: FakeCloud;
  let program: Program;
  let sessions: readonly { readonly device: DeviceSocket; readonly connection: CloudConnection }[];

  beforeAll(async () => {
    broker = await Broker.start(folder.path);
    observer = await Observer.connect(broker.url);
    cloud = await startFakeCloud();
    const relay = { name: "deye", protocol: "solarman", upstream: `127.0.0.1:${cloud.port}` };
    program = await Program.start({ folder: folder.path, mqttUrl: broker.url, relays: [relay] });
    const opened: { device: DeviceSocket; connection: CloudConnection }[] = [];
    for (const stream of streams) {
      const device = await connectDevice(program.port("deye"));
      device.send(stream);
      opened.push({ device, connection: await cloud.connection(opened.length) });
    }
    sessions = opened;
    await observer.waitForMessage(() => states().length === devices);
  });

  afterAll(async () => {
    for (const { device } of sessions) device.socket.destroy();
    expect(await program.end()).toBe(0);
    await observer.stop();
    await cloud.stop();
    await broker.stop();
    folder.remove();
  });

  function states(): readonly string[] {
    return [...observer.newest.keys()].filter((topic) => /^cloudtap\/solarman_\d+\/state$/.test(topic));
  }

  function powerOf(topic: string): unknown {
    const state: Record<string, unknown> = JSON.parse(observer.newest.get(topic) ?? "{}");
    return state.power;
  }

  it("no session notices, and every device is back with its newest values", async () => {
    await program.waitForLog((line) => line.msg === "broker connected");
    await broker.stop();
    const before = new Map(states().map((topic) => [topic, powerOf(topic)]));
    for (let round = 0; round < 20; round += 1) {
      for (const [index, { device, connection }] of sessions.entries()) {
        const stream = (round < 19 ? streams : later)[index] ?? Buffer.alloc(0);
        const expected = connection.received().length + stream.length;
        device.send(stream);
        await connection.waitFor(expected);
      }
    }
    await broker.start();
    await observer.waitForMessage(() => states().every((topic) => powerOf(topic) !== before.get(topic)));
    for (const { device } of sessions) expect(device.socket.destroyed).toBe(false);
    const closed = program.logs.filter((line) => line.msg === "session closed");
    expect(closed).toEqual([]);
  });

  it("everything is announced again after Home Assistant's birth message", async () => {
    const before = observer.messages.length;
    await observer.publish("homeassistant/status", "online");
    const again = () =>
      observer.messages.slice(before).filter((one) => /^homeassistant\/device\/solarman/.test(one.topic));
    await observer.waitForMessage(() => again().length >= devices);
    const topics = () => new Set(observer.messages.slice(before).map((message) => message.topic));
    await observer.waitForMessage(() => states().every((topic) => topics().has(topic)));
  });
});
