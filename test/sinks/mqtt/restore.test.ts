import { connect } from "mqtt";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/device.js";
import { systemClock } from "../../../src/runtime/clock.js";
import { deviceDocument } from "../../../src/sinks/mqtt/homeassistant/discovery.js";
import { type Link, openLink } from "../../../src/sinks/mqtt/link.js";
import { Restore, readState } from "../../../src/sinks/mqtt/restore.js";
import { Topics } from "../../../src/sinks/mqtt/topics.js";
import { FakeClock } from "../../support/fake-clock.js";
import { Mosquitto, MqttWitness } from "../../support/mosquitto.js";
import { bareDevice } from "./descriptions.js";
import { FakeLink, microtasks } from "./fake-link.js";

const topics = new Topics("cloudtap", "homeassistant");

describe("restoring from a broker", () => {
  let broker: Mosquitto;
  let other: MqttWitness;
  let link: Link | undefined;

  beforeAll(async () => {
    broker = await Mosquitto.start();
    other = await MqttWitness.connect(broker.url);
  });

  afterEach(() => link?.end());

  afterAll(async () => {
    await other.stop();
    await broker.stop();
  });

  async function run() {
    const restore = new Restore(topics, true);
    const opened = await new Promise<Link>((resolve) => {
      const client = { protocol: "mqtt", host: "127.0.0.1", port: broker.port, clientId: "restore" } as const;
      openLink((options) => connect(options), client, "5", {
        opened: resolve,
        message: (topic, payload, retained) => restore.message(topic, payload, retained),
        closed: () => undefined,
      });
    });
    link = opened;
    return restore.run(opened, systemClock);
  }

  it("ends at once where the broker holds nothing", async () => {
    const { states, announcements } = await run();
    expect([states.size, announcements.size]).toEqual([0, 0]);
  });

  it("finds every retained state and every document of ours, and nothing else", async () => {
    const ids = Array.from({ length: 200 }, (_unused, index) => `solarman_${index}`);
    await Promise.all(ids.map((id, power) => other.publish(`cloudtap/${id}/state`, JSON.stringify({ power }), true)));
    await other.publish("cloudtap/bridge/state", "offline", true);
    await other.publish("cloudtap/solarman_broken/state", "{", true);
    const document = deviceDocument(bareDevice, { topics, values: "json", version: "1.0.0" });
    await other.publish(topics.discovery(bareDevice.id), JSON.stringify(document), true);
    await other.publish("homeassistant/device/other/config", '{"origin":{"name":"Other"}}', true);
    const { states, announcements } = await run();
    expect([...states.keys()].toSorted()).toEqual(ids.toSorted());
    expect(states.get("solarman_7" as DeviceId)?.values).toEqual({ power: 7 });
    expect([...announcements.keys()]).toEqual([bareDevice.id]);
  });
});

describe("a broker that does not give the marker back", () => {
  it("holds the start up for five seconds at most", async () => {
    const clock = new FakeClock();
    const restore = new Restore(topics, false);
    const link = new FakeLink(true);
    let isDone = false;
    const done = restore.run(link, clock).then(() => {
      isDone = true;
    });
    await microtasks();
    expect(link.subscribed).toEqual(["cloudtap/+/state", "cloudtap/bridge/restore"]);
    clock.advance(4_999);
    await microtasks();
    expect(isDone).toBe(false);
    clock.advance(1);
    await done;
    expect(clock.pendingTimers).toBe(0);
  });
});

describe("reading a state object back", () => {
  it("separates the device's values from what the bridge added", () => {
    const payload = Buffer.from(
      '{"power":1,"mode":"auto","on":true,"unknown":null,"odd":{},"last_seen":"2026-06-21T10:00:00.000Z","connection_status":"online","cloud_mode":"relay","cloud_last_answer":"2026-06-21T10:00:00.000Z"}',
    );
    expect(readState(payload)).toEqual({
      values: { power: 1, mode: "auto", on: true },
      lastSeen: Date.UTC(2026, 5, 21, 10),
    });
    expect(readState(Buffer.from('{"last_seen":"yesterday"}'))).toEqual({ values: {}, lastSeen: undefined });
    expect(readState(Buffer.from("offline"))).toBeUndefined();
  });
});
