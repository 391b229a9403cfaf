import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDeviceHub, type DeviceHub } from "../../src/devices/device-hub.js";
import { createDeviceEncryption } from "../../src/devices/encryption.js";
import type { Bus } from "../../src/model/ports.js";
import type { SessionId, SessionInfo } from "../../src/model/session.js";
import type { SpliceRecord } from "../../src/model/splice.js";
import { createBus } from "../../src/runtime/bus.js";
import { systemClock } from "../../src/runtime/clock.js";
import { silentLogger } from "../../src/runtime/log.js";
import { createMqttSink, type MqttOptions, type MqttSink } from "../../src/sinks/mqtt/mqtt-sink.js";
import { openDatabase } from "../../src/store/database.js";
import { createDeviceStore } from "../../src/store/device-store.js";
import { inverter } from "../support/hub-setup.js";
import { createMemoryQueue } from "../support/memory-queue.js";
import { Broker, Observer } from "./broker.js";
import { checkDiscovery, withoutRules } from "./discovery-rules.js";
import { waitForEvents } from "./events.js";

const cloud = "cloud.example.com";

/** Everything from the bus to a broker, with one refusal that is remembered. */
async function startBridge(folder: string, url: string) {
  const log = silentLogger();
  const bus = createBus(log);
  const database = await openDatabase(folder);
  const store = createDeviceStore(database, log);
  const hub: DeviceHub = createDeviceHub({
    ...{ bus, store, clock: systemClock, log },
    offlineAfterMs: () => undefined,
    defaultIntervalS: () => 300,
  });
  const memory = new Set<SpliceRecord>();
  const forget = (): readonly SpliceRecord[] => {
    const records = [...memory];
    memory.clear();
    return records;
  };
  const encryption = createDeviceEncryption({ bus, clock: systemClock, log, hub, forget });
  const options: MqttOptions = {
    ...{ url, clientId: "cloudtap", protocolVersion: "auto", baseTopic: "cloudtap" },
    ...{ discovery: true, discoveryPrefix: "homeassistant", values: "json", control: false },
  };
  const sink: MqttSink = createMqttSink(options, {
    ...{ log, clock: systemClock, version: "1.2.3", startedAt: systemClock.now(), events: createMemoryQueue() },
    relays: () => [],
    restored: (device, restored, lastSeen) => hub.seed(device, restored, lastSeen),
    write: () => expect.fail("nothing is written to a device"),
    readAgain: (device, payload) => encryption.readAgain(device, payload),
  });
  bus.subscribe(sink.name, (message) => sink.accept(message));
  await hub.restore();
  await encryption.start();
  await sink.start();
  await sink.ready();
  const stop = async (): Promise<void> => {
    await sink.stop();
    await encryption.stop();
    await hub.stop();
    await database.close();
  };
  return { bus, memory, stop };
}

function sessionFrom(address: string): SessionInfo {
  return {
    ...{ id: `session-${address}` as SessionId, relay: "roof", protocol: "acme", openedAt: systemClock.now() },
    ...{ serverName: cloud },
    device: { localAddress: "192.168.1.2", localPort: 1, remoteAddress: address, remotePort: 2 },
  };
}

function read(bus: Bus, session: SessionInfo): void {
  const description = inverter("acme_1", { swVersion: "1.2" });
  bus.publish({ type: "device", session, update: { description } });
  const at = systemClock.now();
  bus.publish({ type: "seen", session, device: description.id, at });
  const reading = { device: description.id, measuredAt: at, receivedAt: at, live: true, values: { power: 412 } };
  bus.publish({ type: "reading", session, reading });
}

function refuse(bus: Bus, memory: Set<SpliceRecord>, session: SessionInfo): void {
  const at = systemClock.now();
  const place = { relay: "roof", address: session.device.remoteAddress, target: cloud };
  const splice: SpliceRecord = { ...place, since: at, reason: "alert unknown ca" };
  memory.add(splice);
  const reason = `it refused Cloudtap's certificate: ${splice.reason}`;
  bus.publish({ type: "encrypted", session, target: cloud, reason, splice, at });
}

describe("a device that refuses Cloudtap's certificate, in Home Assistant", () => {
  let folder: string;
  let broker: Broker;
  let observer: Observer;
  let bridge: Awaited<ReturnType<typeof startBridge>>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "cloudtap-encrypted-"));
    broker = await Broker.start(folder);
    observer = await Observer.connect(broker.url);
    bridge = await startBridge(folder, broker.url);
  });

  afterEach(async () => {
    await bridge.stop();
    await observer.stop();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is shown with why and what can be done, and is read again at the press of a button", async () => {
    const { bus, memory } = bridge;
    const session = sessionFrom("192.168.1.50");
    read(bus, session);
    await observer.waitForState("acme_1", ({ power }) => power === 412);
    refuse(bus, memory, session);
    expect(await observer.waitForState("acme_1", ({ encryption }) => encryption === "refused")).toMatchObject({
      ...{ power: 412, connection_status: "online", encryption_target: cloud, encryption_firmware: "1.2" },
      encryption_detail: expect.stringContaining("alert unknown ca"),
    });
    const document = await observer.waitFor("homeassistant/device/acme_1/config", (text) =>
      text.includes("read_again"),
    );
    const button = JSON.parse(document).components.read_again;
    expect(button).toMatchObject({ platform: "button", name: "Read again", payload_press: "PRESS" });
    expect(await waitForEvents(observer, "acme_1", "encrypted", 1)).toMatchObject([{ target: cloud, firmware: "1.2" }]);
    await observer.publish(button.command_topic, button.payload_press);
    expect(JSON.parse(await observer.waitFor("cloudtap/acme_1/response"))).toEqual({
      ...{ key: "read_again", value: "PRESS", status: "applied" },
    });
    read(bus, session);
    await observer.waitForState("acme_1", ({ encryption }) => encryption === "readable");
    expect(await waitForEvents(observer, "acme_1", "readable_again", 1)).toHaveLength(1);
  });

  it("has a device of its own where nobody knows it, which goes once it is known", async () => {
    const { bus, memory } = bridge;
    const session = sessionFrom("192.168.1.50");
    const config = "homeassistant/device/acme_at_192_168_1_50/config";
    refuse(bus, memory, session);
    expect(JSON.parse(await observer.waitFor(config)).device.name).toBe("Encrypted device 192.168.1.50");
    await observer.waitForState("acme_at_192_168_1_50", ({ encryption }) => encryption === "refused");
    await bridge.stop();
    bridge = await startBridge(folder, broker.url);
    read(bridge.bus, session);
    for (const topic of [config, "state", "availability"])
      await observer.waitFor(
        topic === config ? config : `cloudtap/acme_at_192_168_1_50/${topic}`,
        (text) => text === "",
      );
    await observer.waitForState("acme_1", ({ encryption }) => encryption === "readable");
  });

  it.skipIf(withoutRules)("is announced as Home Assistant wants it", async () => {
    const { bus, memory } = bridge;
    read(bus, sessionFrom("192.168.1.50"));
    refuse(bus, memory, sessionFrom("192.168.1.50"));
    refuse(bus, memory, sessionFrom("192.168.1.51"));
    await observer.waitFor("homeassistant/device/acme_1/config", (text) => text.includes("read_again"));
    await observer.waitFor("homeassistant/device/acme_at_192_168_1_51/config", (text) => text.includes("read_again"));
    const checked = checkDiscovery(observer);
    expect(checked).toHaveLength(2);
    expect(checked.flatMap(({ faults }) => faults)).toEqual([]);
  });
});
