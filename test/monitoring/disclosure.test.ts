import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../src/model/device.js";
import type { BusMessage } from "../../src/model/ports.js";
import type { SessionInfo } from "../../src/model/session.js";
import type { JsonObject } from "../../src/model/value.js";
import { createDisclosure } from "../../src/monitoring/disclosure.js";
import { createBus } from "../../src/runtime/bus.js";
import { silentLogger } from "../../src/runtime/log.js";
import { createOffsets } from "../../src/runtime/time-zone.js";
import { createDocumentStore } from "../../src/store/document-store.js";
import { inverter, legOpening, sessionInfo } from "../support/capture-moments.js";
import { FakeClock } from "../support/fake-clock.js";
import { createMemoryDatabase } from "../support/memory-database.js";
import { describedOf, modeOf, readingOf, seenOf } from "../support/session-messages.js";

const reason = { by: "device", how: "fin", detail: "the device closed" } as const;
const counters = { bytesFromDevice: 0, bytesFromCloud: 0, durationMs: 0 };
const offsets = createOffsets("Europe/Berlin");
const evening = Date.UTC(2026, 5, 21, 21, 59);
const envoy = "envoy_1" as DeviceId;
const microinverter = "envoy_pcu_1" as DeviceId;

function setUp(db = createMemoryDatabase()) {
  const clock = new FakeClock(evening);
  const bus = createBus(silentLogger());
  const saved: JsonObject[] = [];
  const store = createDocumentStore(db, "disclosure", silentLogger());
  const disclosure = createDisclosure({
    ...{ bus, clock },
    dayOf: (at) => new Date(at + offsets(at) * 60_000).toISOString().slice(0, 10),
    upstreamOf: (relay) => (relay === "deye" ? { host: "cloud.example", port: 443 } : undefined),
    store: {
      load: () => store.load(),
      save: (kept) => {
        saved.push(kept);
        return store.save(kept);
      },
    },
  });
  const publish = (...messages: readonly BusMessage[]) => {
    for (const message of messages) bus.publish(message);
  };
  /** A session with both legs, as the cloud sees it. */
  const call = (id: string, given: Partial<SessionInfo> = {}, security: "plain" | "splice" = "plain") => {
    const info = sessionInfo(id, given);
    const session = disclosure.opened(info);
    session.legOpened(legOpening("device", { security }));
    const leg = session.legOpened(legOpening("cloud", { security }));
    return {
      info,
      leg,
      send: (count: number) => leg.sent(new Uint8Array(count)),
      end: () => session.closed(reason, counters),
    };
  };
  return { db, clock, disclosure, saved, publish, call };
}

describe("disclosure", () => {
  it("tells of each device whom it told what, by the days of its time zone", async () => {
    const { clock, disclosure, publish, call } = setUp();
    await disclosure.start();
    const { info, leg, send } = call("s-1");
    send(100);
    publish(readingOf(info, { power: 5 }), seenOf(info), modeOf(info, "relay"));
    clock.advance(120_000);
    send(10);
    leg.received(new Uint8Array(3));
    expect(disclosure.devices()).toEqual([
      {
        ...{ id: inverter, fields: ["power"], unread: false },
        destinations: [
          {
            ...{ host: "cloud.example", port: 443, security: "plain", lastAt: evening + 120_000 },
            days: [
              { day: "2026-06-22", sent: 10, received: 3 },
              { day: "2026-06-21", sent: 100, received: 0 },
            ],
          },
        ],
      },
    ]);
  });

  it("counts for a gateway what it says of the devices behind it", async () => {
    const { disclosure, publish, call } = setUp();
    const { info, send } = call("s-1");
    send(100);
    publish(describedOf(envoy), modeOf(info, "relay", envoy), describedOf(microinverter, envoy));
    publish(readingOf(info, { production: 5 }, envoy), readingOf(info, { power: 2 }, microinverter));
    publish(seenOf(info, microinverter), seenOf(info, envoy));
    expect(disclosure.devices()).toMatchObject([
      { id: envoy, fields: ["production", "power"], destinations: [{ days: [{ sent: 100 }] }] },
    ]);
  });

  it("learns from what a session tells who is behind whom, before anybody announces it", () => {
    const { disclosure, publish, call } = setUp();
    const { info } = call("s-1");
    const described = describedOf(microinverter, envoy);
    if (described.type !== "described") throw new Error("expected a description");
    publish({ type: "device", session: info, update: { description: described.description } });
    publish(seenOf(info, microinverter));
    expect(disclosure.devices()).toEqual([]);
    publish(describedOf(microinverter), seenOf(info, microinverter));
    expect(disclosure.devices().map(({ id }) => id)).toEqual([microinverter]);
  });

  it("counts what passes unread for the device that called last from that address", () => {
    const { disclosure, publish, call } = setUp();
    const first = call("s-1");
    publish(seenOf(first.info));
    first.end();
    const { send } = call("s-2", {}, "splice");
    send(50);
    call("s-3", { device: { ...first.info.device, remoteAddress: "192.0.2.77" } }, "splice").send(7);
    expect(disclosure.devices()).toMatchObject([
      { id: inverter, unread: true, destinations: [{ security: "splice", days: [{ sent: 50 }] }] },
      { id: "address 192.0.2.77", unread: true, destinations: [{ days: [{ sent: 7 }] }] },
    ]);
  });

  it("does not show an address from which no byte passed", () => {
    const { disclosure, call } = setUp();
    call("s-1", {}, "splice");
    expect(disclosure.devices()).toEqual([]);
  });

  it("forgets a device that is removed, and begins anew when it is seen again in the same session", () => {
    const { disclosure, publish, call } = setUp();
    const { info, send } = call("s-1");
    publish(modeOf(info, "relay"), seenOf(info), readingOf(info, { power: 5 }));
    send(100);
    publish({ type: "removed", device: inverter });
    expect(disclosure.devices()).toEqual([]);
    publish(seenOf(info));
    send(10);
    expect(disclosure.devices()).toMatchObject([{ fields: [], destinations: [{ days: [{ sent: 10 }] }] }]);
  });

  it("ignores what comes of sessions that are over", () => {
    const { disclosure, publish, call } = setUp();
    const { info, end } = call("s-1");
    end();
    publish(modeOf(info, "relay"), seenOf(info), readingOf(info, { power: 5 }));
    expect(disclosure.devices()).toEqual([]);
  });
});

describe("disclosure between runs", () => {
  it("is what it was, and goes on", async () => {
    const { db, disclosure, publish, call } = setUp();
    await disclosure.start();
    const { info, send } = call("s-1");
    publish(seenOf(info), modeOf(info, "relay"), readingOf(info, { power: 5 }));
    send(100);
    await disclosure.stop();
    const before = disclosure.devices();
    const next = setUp(db);
    await next.disclosure.start();
    expect(next.disclosure.devices()).toEqual(before);
    next.call("s-2", {}, "splice").send(1);
    expect(next.disclosure.devices()).toMatchObject([{ id: inverter, unread: true }]);
    await next.disclosure.stop();
  });

  it("is saved every five minutes where anything changed, and at the stop", async () => {
    const { clock, disclosure, saved, publish, call } = setUp();
    await disclosure.start();
    clock.advance(600_000);
    expect(saved).toEqual([]);
    const { info, send } = call("s-1");
    publish(seenOf(info));
    send(1);
    clock.advance(299_999);
    expect(saved).toHaveLength(0);
    clock.advance(1);
    expect(saved).toHaveLength(1);
    clock.advance(600_000);
    expect(saved).toHaveLength(1);
    send(1);
    await disclosure.stop();
    expect(saved).toHaveLength(2);
    expect(clock.pendingTimers).toBe(0);
    await disclosure.stop();
    expect(saved).toHaveLength(2);
  });

  it("lets go of addresses that were silent for thirty days", async () => {
    const { clock, disclosure, call } = setUp();
    await disclosure.start();
    const { send, end } = call("s-1", {}, "splice");
    send(1);
    end();
    clock.advance(30 * 86_400_000);
    expect(disclosure.devices()).toHaveLength(1);
    clock.advance(300_000);
    expect(disclosure.devices()).toEqual([]);
    await disclosure.stop();
  });
});
