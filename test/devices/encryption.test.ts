import { describe, expect, it } from "vitest";
import { createDeviceHub } from "../../src/devices/device-hub.js";
import { createDeviceEncryption, type SpliceMatch } from "../../src/devices/encryption.js";
import type { DeviceId } from "../../src/model/device.js";
import type { BusMessage, DeviceStore } from "../../src/model/ports.js";
import type { SessionId, SessionInfo } from "../../src/model/session.js";
import type { SpliceRecord } from "../../src/model/splice.js";
import { createBus } from "../../src/runtime/bus.js";
import { FakeClock } from "../support/fake-clock.js";
import { inverter } from "../support/hub-setup.js";
import { recordLog } from "../support/log-recorder.js";
import { createMemoryDeviceStore } from "../support/memory-device-store.js";

const minute = 60_000;
const cloud = "cloud.example.com";
const home = "192.168.1.50";
const acme = "acme_1" as DeviceId;
const nameless = "acme_at_192_168_1_50" as DeviceId;
let sessions = 0;

/** A hub and what watches over encryption on one bus, with a memory of refusals that the test fills. */
async function setUp(store: DeviceStore = createMemoryDeviceStore(), clock = new FakeClock()) {
  const { log, of } = recordLog();
  const bus = createBus(log);
  const hub = createDeviceHub({
    ...{ bus, store, clock, log },
    offlineAfterMs: () => undefined,
    defaultIntervalS: () => 300,
  });
  let records: readonly SpliceRecord[] = [];
  const asked: SpliceMatch[] = [];
  const forget = (match: SpliceMatch): readonly SpliceRecord[] => {
    asked.push(match);
    const isMeant = (one: SpliceRecord) =>
      (match.relay ?? one.relay) === one.relay && (match.address ?? one.address) === one.address;
    const forgotten = records.filter(isMeant);
    records = records.filter((one) => !isMeant(one));
    return forgotten;
  };
  const encryption = createDeviceEncryption({ bus, clock, log, hub, forget });
  let messages: BusMessage[] = [];
  bus.subscribe("test", (message) => messages.push(message));
  await hub.restore();
  await encryption.start();

  function take(): readonly BusMessage[] {
    const taken = messages;
    messages = [];
    return taken;
  }

  function open(address = home, serverName = cloud): SessionInfo {
    sessions += 1;
    return {
      ...{ id: `session-${sessions}` as SessionId, relay: "roof", protocol: "acme", openedAt: clock.now(), serverName },
      device: { localAddress: "192.168.1.2", localPort: 1, remoteAddress: address, remotePort: 2 },
    };
  }
  return {
    ...{ bus, hub, clock, encryption, asked, of, open },
    /** What was published since the last call. */
    take,
    events(): readonly string[] {
      return take().flatMap((one) => (one.type === "event" ? [`${one.event.type} ${one.event.device}`] : []));
    },
    /** The device sends a frame that is read. */
    read(id: string, session = open()): void {
      const description = inverter(id, { swVersion: "1.2" });
      bus.publish({ type: "device", session, update: { description } });
      bus.publish({ type: "seen", session, device: description.id, at: clock.now() });
      const now = clock.now();
      const reading = { device: description.id, measuredAt: now, receivedAt: now, live: true };
      bus.publish({ type: "reading", session, reading: { ...reading, values: { power: 100, energy: 50 } } });
    },
    /** The device has refused twice, and calls again. */
    refuse(session = open()): SessionInfo {
      const key = { relay: "roof", address: session.device.remoteAddress, target: session.serverName ?? "" };
      const known = records.find((one) => one.address === key.address && one.target === key.target);
      const splice = known ?? { ...key, since: clock.now(), reason: "alert unknown ca" };
      if (known === undefined) records = [...records, splice];
      const reason = `it refused Cloudtap's certificate: ${splice.reason}`;
      bus.publish({ type: "encrypted", session, target: splice.target, reason, splice, at: clock.now() });
      return session;
    },
    close(session: SessionInfo): void {
      const counters = { bytesFromDevice: 0, bytesFromCloud: 0, durationMs: 0 };
      const reason = { by: "device", how: "fin", detail: "" } as const;
      bus.publish({ type: "session-closed", session, reason, counters });
    },
    shown: (id: DeviceId) => hub.find(id)?.encryption?.state,
  };
}

describe("a device that can no longer be read", () => {
  it("says so on its own entities, with its last known firmware, and once as an event", async () => {
    const { read, refuse, take, events, clock, shown } = await setUp();
    read("acme_1");
    take();
    clock.advance(minute);
    refuse();
    const messages = take();
    const described = messages.findLast((one) => one.type === "described");
    expect(described?.description.entities.map(({ key }) => key)).toContain("read_again");
    expect(messages.findLast((one) => one.type === "state")?.values).toMatchObject({
      ...{ power: 100, encryption: "refused", encryption_target: cloud, encryption_firmware: "1.2" },
    });
    expect(messages.filter((one) => one.type === "event")).toMatchObject([
      { event: { device: acme, type: "encrypted", attributes: { address: home, firmware: "1.2" } } },
    ]);
    refuse();
    expect(events()).toEqual([]);
    expect(shown(acme)).toBe("refused");
  });

  it("is online as long as a connection is open, while its measurements become unknown and its totals stay", async () => {
    const { read, refuse, close, hub, clock } = await setUp();
    read("acme_1");
    const session = refuse();
    clock.advance(60 * minute);
    expect(hub.find(acme)).toMatchObject({ status: "online", values: { power: null, energy: 50 } });
    close(session);
    clock.advance(14 * minute);
    expect(hub.find(acme)?.status).toBe("online");
    clock.advance(2 * minute);
    expect(hub.find(acme)?.status).toBe("offline");
  });

  it("is shown as such after a restart, too, on the device that was last seen there", async () => {
    const store = createMemoryDeviceStore();
    const first = await setUp(store);
    first.read("acme_1");
    await first.hub.stop();
    const second = await setUp(store, first.clock);
    second.refuse();
    expect(second.shown(acme)).toBe("refused");
    await second.hub.stop();
    const third = await setUp(store, first.clock);
    expect(third.shown(acme)).toBe("refused");
    third.refuse();
    expect(third.events()).toEqual([]);
    third.read("acme_1");
    expect(third.events()).toEqual(["readable_again acme_1"]);
  });

  it("goes on with new values once it is read again", async () => {
    const { read, refuse, take, hub, clock } = await setUp();
    read("acme_1");
    refuse();
    clock.advance(60 * minute);
    take();
    read("acme_1");
    const messages = take();
    expect(messages.filter((one) => one.type === "event")).toMatchObject([{ event: { type: "readable_again" } }]);
    expect(messages.findLast((one) => one.type === "state")?.values).toMatchObject({
      ...{ power: 100, encryption: "readable", encryption_detail: "Its traffic is read." },
    });
    clock.advance(10 * minute);
    expect(hub.find(acme)?.values).toMatchObject({ power: 100 });
  });

  it("does not change to and fro while it is read at one place and refuses at another", async () => {
    const { read, refuse, open, events, shown, close } = await setUp();
    const other = open(home, "time.example.com");
    read("acme_1", other);
    for (const _round of [1, 2, 3]) {
      close(refuse());
      read("acme_1", other);
    }
    expect(events()).toEqual(["encrypted acme_1"]);
    expect(shown(acme)).toBe("refused");
  });

  it("is not the microinverter behind the gateway, but the gateway", async () => {
    const { bus, read, refuse, open, shown } = await setUp();
    const session = open();
    read("acme_1", session);
    const description = inverter("panel_1", { viaDevice: acme });
    bus.publish({ type: "device", session, update: { description } });
    bus.publish({ type: "seen", session, device: description.id, at: session.openedAt });
    refuse();
    expect([shown(acme), shown(description.id)]).toEqual(["refused", undefined]);
  });
});

describe("a device that could never be read", () => {
  it("is announced by its address", async () => {
    const { refuse, take, hub } = await setUp();
    refuse();
    expect(hub.find(nameless)).toMatchObject({
      ...{ status: "online", address: home, relay: "roof", encryption: { state: "refused" } },
      description: { name: `Encrypted device ${home}` },
    });
    const types = take().flatMap((one) => (one.type === "described" || one.type === "state" ? [one.type] : []));
    expect(types).toContain("state");
  });

  it("becomes the device that it turns out to be, also after a restart", async () => {
    const store = createMemoryDeviceStore();
    const first = await setUp(store);
    first.refuse();
    await first.hub.stop();
    const { read, take, hub, shown } = await setUp(store, first.clock);
    expect(shown(nameless)).toBe("refused");
    take();
    read("acme_1");
    expect(take()).toContainEqual({ type: "removed", device: nameless });
    expect(hub.devices().map(({ description }) => description.id)).toEqual([acme]);
    expect(shown(acme)).toBe("readable");
    await hub.stop();
    expect((await store.load()).map(({ description }) => description.id)).toEqual([acme]);
  });

  it("is forgotten at a start when it has not called for a month", async () => {
    const store = createMemoryDeviceStore();
    const first = await setUp(store);
    first.refuse();
    await first.encryption.stop();
    await first.hub.stop();
    first.clock.advance(31 * 24 * 60 * minute);
    const { hub, take } = await setUp(store, first.clock);
    expect(hub.devices()).toEqual([]);
    expect(take()).toContainEqual({ type: "removed", device: nameless });
  });

  it("is one of at most 256, however many addresses there are", async () => {
    const { refuse, open, hub, of } = await setUp();
    for (let index = 0; index < 300; index += 1) refuse(open(`10.0.${index >> 8}.${index & 255}`));
    expect(hub.devices()).toHaveLength(256);
    expect(of("too many encrypted devices, further ones are not shown")).toHaveLength(1);
  });
});

describe("forgetting", () => {
  it("takes an address, a device or all, and one relay where it is named", async () => {
    const { read, refuse, encryption, asked } = await setUp();
    read("acme_1");
    refuse();
    for (const what of ["10.0.0.1", "acme_1", "all", "FE80::1"]) encryption.forget(what);
    encryption.forget("all", "roof");
    encryption.forget("10.0.0.1", "roof");
    expect(asked).toEqual([
      { address: "10.0.0.1" },
      { relay: "roof", address: home },
      {},
      { address: "fe80::1" },
      { relay: "roof" },
      { relay: "roof", address: "10.0.0.1" },
    ]);
    expect(encryption.forget("acme_1", "cellar")).toEqual([]);
    expect(asked).toHaveLength(6);
  });

  it("tells everybody, and shows that the device is tried again", async () => {
    const { read, refuse, encryption, take, hub } = await setUp();
    read("acme_1");
    refuse();
    take();
    const [record] = encryption.forget(home);
    expect(record).toMatchObject({ address: home, target: cloud });
    const messages = take();
    expect(messages).toContainEqual(expect.objectContaining({ type: "splice-forgotten", splice: record }));
    expect(messages.findLast((one) => one.type === "state")?.values.encryption_detail).toContain("tried again");
    expect(hub.find(acme)?.encryption).toMatchObject({ state: "refused", retried: true });
  });

  it("is an event again where the device refuses once more", async () => {
    const { read, refuse, encryption, events, clock, hub } = await setUp();
    read("acme_1");
    refuse();
    encryption.forget("all");
    events();
    clock.advance(minute);
    refuse();
    expect(events()).toEqual(["encrypted acme_1"]);
    expect(hub.find(acme)?.encryption?.retried).toBeUndefined();
  });

  it("comes over MQTT as well, and ends in one result", async () => {
    const { read, refuse, encryption, take } = await setUp();
    read("acme_1");
    refuse();
    take();
    for (const [device, payload] of [
      [acme, ""],
      [acme, "PRESS"],
      [acme, "PRESS"],
      [nameless, "PRESS"],
    ] as const)
      encryption.readAgain(device, payload);
    const results = take().flatMap((one) => (one.type === "write-result" ? [one] : []));
    expect(results.map(({ result }) => result)).toEqual([
      { status: "rejected", error: "expected anything but nothing" },
      { status: "applied", value: "PRESS" },
      { status: "rejected", error: "it is not remembered that this device refused a certificate" },
      { status: "rejected", error: "unknown device" },
    ]);
    expect(results[1]?.request).toEqual({ device: acme, key: "read_again", value: "PRESS" });
  });
});

describe("the end", () => {
  it("leaves no timer behind", async () => {
    const { refuse, encryption, hub, clock } = await setUp();
    refuse();
    await encryption.stop();
    await hub.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});
