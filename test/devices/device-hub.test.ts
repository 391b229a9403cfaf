import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CloudMode } from "../../src/model/command.js";
import type { DeviceId } from "../../src/model/device.js";
import type { BusMessage, DeviceRecord } from "../../src/model/ports.js";
import type { EpochMs } from "../../src/model/time.js";
import { FakeClock } from "../support/fake-clock.js";
import { inverter, outline, setUpHub, statesOf, testSession } from "../support/hub-setup.js";
import { createMemoryDeviceStore } from "../support/memory-device-store.js";

const minute = 60_000;
const hour = 60 * minute;
const sleep = { availableAsleep: false, powerKey: "power", lowPowerW: 5 };
const acme = "acme_1" as DeviceId;

function record(id: string, lastSeen: number, more: Partial<DeviceRecord> = {}): DeviceRecord {
  return {
    description: inverter(id),
    facts: { counter: 7 },
    values: { power: 100, energy: 50 },
    lastSeen: lastSeen as EpochMs,
    relay: "roof",
    ...more,
  };
}

const at = (ms: number) => ms as EpochMs;

function becoming(mode: CloudMode, device = acme): BusMessage {
  return { type: "cloud-mode", session: testSession, device, mode, reason: "why", at: at(7) };
}

function withoutTold(messages: readonly BusMessage[]): readonly BusMessage[] {
  return messages.filter(({ type }) => type !== "cloud-mode" && type !== "cloud-answered");
}

describe("device hub: what it publishes", () => {
  it("announces a new device once, then one state a reading", () => {
    const { describe: announce, read, take, clock } = setUpHub();
    announce(inverter("acme_1"));
    expect(outline(take())).toEqual(["described acme_1", "availability acme_1 online"]);
    read("acme_1", { power: 100, energy: 50 });
    announce(inverter("acme_1"));
    clock.advance(minute);
    read("acme_1", { power: 100 });
    expect(take()).toMatchObject([
      { type: "state", values: { power: 100, energy: 50 }, lastSeen: clock.now() - minute },
      { type: "state", values: { power: 100, energy: 50 }, lastSeen: clock.now() },
    ]);
  });

  it("describes a device again when its description has changed in anything", () => {
    const { describe: announce, take } = setUpHub();
    announce(inverter("acme_1"));
    take();
    announce(inverter("acme_1", { swVersion: "2" }));
    expect(take()).toMatchObject([{ type: "described", description: { swVersion: "2" } }]);
  });

  it("announces a device only after the one through which it is reached", () => {
    const { describe: announce, read, take } = setUpHub();
    announce(inverter("panel_1", { viaDevice: "gateway" as DeviceId }));
    read("panel_1", { power: 5 });
    expect(take()).toEqual([]);
    announce(inverter("gateway"));
    expect(outline(take())).toEqual([
      "described gateway",
      "availability gateway online",
      "described panel_1",
      "state panel_1",
      "availability panel_1 online",
    ]);
  });

  it("announces everything again when asked to, parents first", () => {
    const { hub, describe: announce, read, take } = setUpHub();
    announce(inverter("gateway"));
    announce(inverter("panel_1", { viaDevice: "gateway" as DeviceId }));
    announce(inverter("alone"));
    announce(inverter("alone", { viaDevice: "panel_1" as DeviceId }));
    read("gateway", { power: 5 });
    take();
    hub.announceAll();
    expect(outline(take()).filter((line) => !line.startsWith("availability"))).toEqual([
      "described gateway",
      "state gateway",
      "described panel_1",
      "described alone",
    ]);
  });

  it("moves last_seen at a mere sign of life, but at most once a minute", () => {
    const { describe: announce, read, see, take, clock } = setUpHub();
    announce(inverter("acme_1"));
    read("acme_1", { power: 100 });
    take();
    for (let seconds = 0; seconds < 150; seconds += 10) {
      clock.advance(10_000);
      see("acme_1");
    }
    expect(take().map((message) => message.type)).toEqual(["state", "state"]);
  });

  it("does not show a stored record, nor take it for a sign of life", () => {
    const { describe: announce, read, take, hub, clock } = setUpHub();
    announce(inverter("acme_1"));
    read("acme_1", { power: 100, energy: 50 });
    take();
    clock.advance(minute);
    read("acme_1", { power: 7, energy: 60 }, { live: false });
    expect(take()).toEqual([]);
    expect(hub.devices()).toMatchObject([{ lastSeen: clock.now() - minute, values: { power: 100, energy: 50 } }]);
  });

  it("shows nothing of a late reading that is older than what is shown", () => {
    const { describe: announce, read, take, clock } = setUpHub();
    announce(inverter("acme_1"));
    read("acme_1", { power: 100 });
    take();
    clock.advance(1_000);
    read("acme_1", { power: 7 }, { measuredAt: (clock.now() - minute) as EpochMs });
    expect(take()).toEqual([]);
  });

  it("makes values unknown in one message when their time has come", () => {
    const { describe: announce, read, take, clock } = setUpHub();
    announce(inverter("acme_1"));
    const expiresAt = (clock.now() + 10 * minute) as EpochMs;
    read("acme_1", { power: 100, voltage: 230, energy: 50 }, { expiresAt, expiringKeys: ["power", "voltage"] });
    take();
    clock.advance(10 * minute - 1);
    expect(take()).toEqual([]);
    clock.advance(1);
    expect(statesOf(take())).toEqual([{ power: null, voltage: null, energy: 50 }]);
  });

  it("ignores readings of devices that nobody described", () => {
    const { read, see, take, logs } = setUpHub();
    read("unknown", { power: 1 });
    see("unknown");
    expect(take()).toEqual([]);
    expect(logs.of("reading of a device that was not described")).toHaveLength(1);
  });

  it("gives conversations the facts and values that it has", () => {
    const { hub, describe: announce, read } = setUpHub();
    expect(hub.recall(acme)).toBeUndefined();
    announce(inverter("acme_1"), { counter: 7 });
    announce(inverter("acme_1"));
    read("acme_1", { power: 1 });
    expect(hub.recall(acme)).toEqual({ facts: { counter: 7 }, values: { power: 1 } });
  });

  it("W21: counts what it reads", () => {
    const { hub, describe: announce, read, clock, logs } = setUpHub();
    announce(inverter("acme_1"));
    read("acme_1", { power: 1 });
    read("acme_1", { power: 2 });
    expect(hub.statistics(acme).get("power")).toEqual({ reads: 2, changes: 1, changedAt: clock.now() });
    expect(hub.statistics("unknown" as DeviceId).size).toBe(0);
    expect(logs.of("value changed")).toMatchObject([{ device: "acme_1", key: "power", from: 1, to: 2 }]);
  });

  it("tells when each shown value came in, but for those of an earlier run", async () => {
    const store = createMemoryDeviceStore();
    const before = setUpHub({ store });
    before.describe(inverter("acme_1"));
    before.read("acme_1", { power: 1, energy: 5 });
    await before.hub.stop();
    const { hub, read, clock } = setUpHub({ store });
    await hub.restore();
    expect(hub.receivedAt(acme).size).toBe(0);
    read("acme_1", { power: 2 });
    clock.advance(minute);
    expect([...hub.receivedAt(acme)]).toEqual([["power", clock.now() - minute]]);
    expect(hub.receivedAt("unknown" as DeviceId).size).toBe(0);
  });

  it("writes nothing at info for a device that reports each minute", () => {
    const { describe: announce, read, clock, logs } = setUpHub();
    announce(inverter("acme_1"));
    for (let index = 0; index < 60; index += 1) {
      clock.advance(minute);
      announce(inverter("acme_1"));
      read("acme_1", { power: index, energy: 0 });
    }
    expect(logs.lines.filter((line) => line.level >= 30).map((line) => line.msg)).toEqual(["new device"]);
  });

  it("refuses devices beyond its bound with one warning, and goes on with those it has", () => {
    const { hub, describe: announce, read, take, logs } = setUpHub();
    const description = inverter("acme");
    for (let index = 0; index < 20_003; index += 1) announce({ ...description, id: `acme_${index}` as DeviceId });
    expect(hub.devices()).toHaveLength(20_000);
    expect(logs.lines.filter((line) => line.level >= 40)).toHaveLength(1);
    take();
    read("acme_1", { power: 1 });
    expect(outline(take())).toEqual(["state acme_1"]);
  });
});

describe("device hub: totals", () => {
  it("keeps a total over a zero and reports it once, with the session that brought it", () => {
    const { describe: announce, read, take, clock } = setUpHub();
    announce(inverter("acme_1"));
    read("acme_1", { power: 1, energy: 181.2 });
    take();
    for (let index = 0; index < 3; index += 1) {
      clock.advance(5 * minute);
      read("acme_1", { power: index, energy: 0 });
    }
    const messages = take();
    expect(statesOf(messages).map((values) => values.energy)).toEqual([181.2, 181.2, 181.2]);
    expect(messages.filter((message) => message.type === "anomaly")).toMatchObject([
      {
        session: { relay: "roof" },
        anomaly: { kind: "total_refused", device: "acme_1", detail: expect.stringMatching(/^energy: found 0, /) },
      },
    ]);
  });

  it("lets a daily counter fall as it does", () => {
    const { describe: announce, read, take } = setUpHub();
    announce(inverter("acme_1"));
    read("acme_1", { energy_today: 12 });
    read("acme_1", { energy_today: 0 });
    expect(statesOf(take()).map((values) => values.energy_today)).toEqual([12, 0]);
  });

  it("accepts a replaced device after a day, over a restart, and says so", async () => {
    const clock = new FakeClock();
    const store = createMemoryDeviceStore();
    const first = setUpHub({ clock, store });
    first.describe(inverter("acme_1"));
    first.read("acme_1", { energy: 500 });
    clock.advance(hour);
    first.read("acme_1", { energy: 2 });
    await first.hub.stop();
    const second = setUpHub({ clock, store });
    await second.hub.restore();
    clock.advance(24 * hour);
    second.take();
    second.read("acme_1", { energy: 3 });
    expect(statesOf(second.take())).toEqual([{ energy: 3 }]);
    expect(second.logs.of("total accepted from a replaced device")).toMatchObject([{ from: 500, to: 3 }]);
  });

  const step = fc.record({
    pauseS: fc.integer({ min: 0, max: 4 * 3600 }),
    energy: fc.oneof(fc.constantFrom(0, 3, 500, null), fc.double({ min: 0, max: 1_000, noNaN: true })),
    lateS: fc.integer({ min: -600, max: 4_000 }),
    live: fc.boolean(),
    restart: fc.boolean(),
  });

  it("never lets a published lifetime total step back, whatever comes in whatever order, restarts included", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const clock = new FakeClock();
        const store = createMemoryDeviceStore();
        let setup = setUpHub({ clock, store });
        setup.describe(inverter("acme_1"));
        let shown = Number.NEGATIVE_INFINITY;
        for (const { pauseS, energy, lateS, live, restart } of steps) {
          clock.advance(pauseS * 1_000);
          if (restart) {
            await setup.hub.stop();
            setup = setUpHub({ clock, store });
            await setup.hub.restore();
          }
          const replacements = (): number => setup.logs.of("total accepted from a replaced device").length;
          const before = replacements();
          const measuredAt = (clock.now() - lateS * 1_000) as EpochMs;
          setup.read("acme_1", { energy }, { live, measuredAt });
          const replaced = replacements() > before;
          for (const values of statesOf(setup.take())) {
            if (typeof values.energy !== "number") continue;
            if (!replaced) expect(values.energy).toBeGreaterThanOrEqual(shown);
            shown = values.energy;
          }
        }
      }),
    );
  });
});

describe("device hub: availability", () => {
  it("shows a device as away after three usual intervals, warns once, and brings it back with its new state", () => {
    const { describe: announce, read, take, clock, logs } = setUpHub();
    announce(inverter("acme_1"));
    read("acme_1", { power: 100 });
    take();
    clock.advance(15 * minute - 1);
    expect(take()).toEqual([]);
    clock.advance(1);
    expect(outline(take())).toEqual(["availability acme_1 offline unavailable"]);
    expect(logs.of("device away", "warn")).toHaveLength(1);
    clock.advance(3 * hour);
    expect(take()).toEqual([]);
    read("acme_1", { power: 120 });
    expect(outline(take())).toEqual(["state acme_1", "availability acme_1 online"]);
    expect(logs.of("device back", "info")).toHaveLength(1);
  });

  it.each([
    ["the relay's setting", 2 * minute, 60, 2 * minute],
    ["the interval that the device told", undefined, 60, 3 * minute],
    ["the protocol's usual interval", undefined, undefined, 15 * minute],
  ])("goes by %s", (_what, configured, intervalS, limit) => {
    const { describe: announce, take, clock } = setUpHub({ offlineAfterMs: () => configured });
    announce(inverter("acme_1", intervalS === undefined ? {} : { intervalS }));
    take();
    clock.advance(limit - 1);
    expect(take()).toEqual([]);
    clock.advance(1);
    expect(outline(take())).toEqual(["availability acme_1 offline unavailable"]);
  });

  it("shows a solar device as asleep after dusk, not as a fault, and as away when it sleeps longer than a day", () => {
    const { describe: announce, read, take, clock, logs } = setUpHub();
    announce(inverter("acme_1", { sleep }));
    read("acme_1", { power: 2 });
    take();
    clock.advance(15 * minute);
    expect(outline(take())).toEqual(["availability acme_1 asleep unavailable"]);
    expect(logs.lines.filter((line) => line.level >= 40)).toEqual([]);
    clock.advance(24 * hour);
    expect(outline(take())).toEqual(["availability acme_1 offline unavailable"]);
  });

  it("keeps a device available that sleeps behind a powered gateway", () => {
    const { describe: announce, read, take, clock } = setUpHub();
    announce(inverter("acme_1", { sleep: { ...sleep, availableAsleep: true } }));
    read("acme_1", { power: 2 });
    clock.advance(15 * minute);
    expect(outline(take()).at(-1)).toBe("availability acme_1 asleep");
  });

  it("watches thousands of devices with one timer, beside that for saving", () => {
    const { describe: announce, read, take, clock } = setUpHub();
    for (let index = 0; index < 3_000; index += 1) {
      announce(inverter(`acme_${index}`));
      read(`acme_${index}`, { power: index });
    }
    expect(clock.pendingTimers).toBe(2);
    take();
    clock.advance(15 * minute);
    expect(take()).toHaveLength(3_000);
  });
});

describe("device hub: the cloud of a device", () => {
  it("stands in the state of the device, and a change of mode is an event and a new state", () => {
    const { describe: announce, read, tell, take } = setUpHub();
    announce(inverter("acme_1"));
    read("acme_1", { power: 1 });
    take();
    for (let count = 0; count < 2; count += 1) tell(becoming("relay"));
    expect(withoutTold(take())).toMatchObject([{ type: "state", cloud: { mode: "relay" } }]);
    tell(becoming("local"));
    expect(withoutTold(take())).toMatchObject([
      { type: "event", event: { type: "cloud_mode", attributes: { mode: "local", reason: "why" } } },
      { type: "state", cloud: { mode: "local" } },
    ]);
  });

  it("is told with the next state when the cloud has merely answered", () => {
    const { hub, describe: announce, read, tell, take } = setUpHub();
    announce(inverter("acme_1"));
    read("acme_1", { power: 1 });
    take();
    tell({ type: "cloud-answered", device: acme, at: at(5) });
    expect(withoutTold(take())).toEqual([]);
    read("acme_1", { power: 2 });
    expect(take()).toMatchObject([{ type: "state", cloud: { mode: "relay", lastAnswerAt: 5 } }]);
    expect(hub.find(acme)?.cloud).toEqual({ mode: "relay", lastAnswerAt: 5 });
  });

  it("is kept for a device that is described only afterwards, and makes no state of its own", () => {
    const { describe: announce, read, tell, take } = setUpHub();
    tell(becoming("local"));
    announce(inverter("acme_1"));
    tell(becoming("local"));
    expect(statesOf(take())).toEqual([]);
    read("acme_1", { power: 1 });
    expect(take()).toMatchObject([{ type: "state", cloud: { mode: "local" } }]);
  });

  it("is that of its parent for a device behind another one", () => {
    const { hub, describe: announce, read, tell, take } = setUpHub();
    const panel = "panel_1" as DeviceId;
    tell(becoming("relay", panel));
    announce(inverter("gateway"));
    announce(inverter(panel, { viaDevice: "gateway" as DeviceId }));
    read(panel, { power: 1 });
    take();
    tell(becoming("local", panel));
    expect(withoutTold(take())).toEqual([]);
    expect(hub.find(panel)).not.toHaveProperty("cloud");
  });

  it("comes back after a restart, so that a change while Cloudtap was away is told", async () => {
    const clock = new FakeClock();
    const store = createMemoryDeviceStore([record("acme_1", clock.now(), { cloud: { mode: "relay" } })]);
    const { hub, tell, take } = setUpHub({ clock, store });
    await hub.restore();
    expect(take()).toMatchObject([{ type: "described" }, { cloud: { mode: "relay" } }, { type: "availability" }]);
    tell(becoming("local"));
    expect(withoutTold(take()).map(({ type }) => type)).toEqual(["event", "state"]);
  });
});

describe("device hub: settings that were written from here", () => {
  it("remembers whose they are, over a restart", async () => {
    const store = createMemoryDeviceStore();
    const first = setUpHub({ store });
    first.describe(inverter("acme_1"));
    for (const id of [acme, "unknown" as DeviceId]) first.hub.own(id, "limit");
    await first.hub.stop();
    const second = setUpHub({ store });
    await second.hub.restore();
    expect(second.hub.owns(acme, "limit")).toBe(true);
    expect(second.hub.owns(acme, "mode")).toBe(false);
    expect(second.hub.owns("unknown" as DeviceId, "limit")).toBe(false);
  });

  it("publishes a state again on demand, where there is one", () => {
    const { hub, describe: announce, read, take } = setUpHub();
    announce(inverter("acme_1"));
    take();
    for (const id of [acme, "unknown" as DeviceId]) hub.republish(id);
    expect(take()).toEqual([]);
    read("acme_1", { power: 1 });
    take();
    hub.republish(acme);
    expect(statesOf(take())).toEqual([{ power: 1 }]);
  });

  it("tells of one device what is known of it", () => {
    const { hub, describe: announce } = setUpHub();
    announce(inverter("acme_1"));
    expect(hub.find(acme)).toMatchObject({ status: "online", relay: "roof", intervalS: 300 });
    announce(inverter("acme_1", { intervalS: 60 }));
    expect(hub.find(acme)).toEqual(hub.devices()[0]);
    expect(hub.find(acme)?.intervalS).toBe(60);
    expect(hub.find("unknown" as DeviceId)).toBeUndefined();
  });
});

describe("device hub: restarts", () => {
  it("brings back devices with state and availability, parents first", async () => {
    const clock = new FakeClock();
    const child = inverter("a_panel", { viaDevice: "gateway" as DeviceId });
    const store = createMemoryDeviceStore([
      record("a_panel", clock.now() - minute, { description: child }),
      record("gateway", clock.now() - hour),
    ]);
    const { hub, take, describe: announce } = setUpHub({ clock, store });
    await hub.restore();
    expect(outline(take())).toEqual([
      "described gateway",
      "state gateway",
      "availability gateway offline unavailable",
      "described a_panel",
      "state a_panel",
      "availability a_panel online",
    ]);
    expect(hub.recall("a_panel" as DeviceId)?.facts).toEqual({ counter: 7 });
    announce(child);
    expect(take()).toEqual([]);
  });

  it("does not bring back values that expired meanwhile", async () => {
    const clock = new FakeClock();
    const expiries = { power: (clock.now() - minute) as EpochMs };
    const store = createMemoryDeviceStore([record("acme_1", clock.now() - hour, { expiries })]);
    const { hub, take } = setUpHub({ clock, store });
    await hub.restore();
    expect(statesOf(take())).toEqual([{ power: null, energy: 50 }]);
  });

  it("has everything on disk once it is stopped, and no timer left", async () => {
    const store = createMemoryDeviceStore();
    const { hub, describe: announce, read, clock } = setUpHub({ store });
    announce(inverter("acme_1"), { counter: 8 });
    read("acme_1", { power: 1 });
    await hub.stop();
    expect(await store.load()).toMatchObject([{ facts: { counter: 8 }, values: { power: 1 }, relay: "roof" }]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("never shows a total smaller than before a crash, when the broker still holds the larger one", async () => {
    const clock = new FakeClock();
    const store = createMemoryDeviceStore();
    const first = setUpHub({ clock, store });
    first.describe(inverter("acme_1"));
    first.read("acme_1", { power: 1, energy: 50 });
    clock.advance(5_000);
    first.read("acme_1", { power: 2, energy: 50.1 });
    const retained = statesOf(first.take()).at(-1) ?? {};
    const lastSeen = clock.now();
    // Killed here: the last reading was published but not saved.
    const second = setUpHub({ clock, store });
    await second.hub.restore();
    second.hub.seed(acme, retained, lastSeen);
    expect(statesOf(second.take()).at(-1)).toEqual({ power: 2, energy: 50.1 });
    second.read("acme_1", { energy: 50 });
    expect(statesOf(second.take()).every((values) => values.energy === 50.1)).toBe(true);
  });

  it("takes only larger totals from a retained state that is older than its own", async () => {
    const { hub, describe: announce, read, take, clock } = setUpHub();
    announce(inverter("acme_1"));
    read("acme_1", { power: 1, energy: 50 });
    take();
    hub.seed(acme, { power: 9, energy: 40 }, (clock.now() - hour) as EpochMs);
    expect(take()).toEqual([]);
    hub.seed(acme, { power: 9, energy: 60 }, (clock.now() - hour) as EpochMs);
    expect(statesOf(take())).toEqual([{ power: 1, energy: 60 }]);
  });

  it("remembers the retained state of a device that it does not know until that is described", () => {
    const { hub, describe: announce, read, take, clock } = setUpHub();
    hub.seed(acme, { power: 9, energy: 60 }, (clock.now() - hour) as EpochMs);
    expect(take()).toEqual([]);
    announce(inverter("acme_1"));
    expect(statesOf(take())).toEqual([{ power: 9, energy: 60 }]);
    read("acme_1", { power: 1, energy: 0 });
    expect(statesOf(take())).toEqual([{ power: 1, energy: 60 }]);
  });
});

describe("device hub: devices that cannot be read", () => {
  const place = { relay: "roof", address: "127.0.0.1", target: "" };
  const refused = { state: "refused", since: at(5), ...place, reason: "alert unknown ca" } as const;

  it("knows from where a device was last seen, also after a restart", async () => {
    const store = createMemoryDeviceStore();
    const first = setUpHub({ store });
    first.describe(inverter("acme_1"));
    await first.hub.stop();
    const second = setUpHub({ store });
    await second.hub.restore();
    expect(second.hub.find(acme)).toMatchObject({ relay: "roof", address: "127.0.0.1" });
  });

  it("describes a device again when it is first known that it cannot be read, then only tells its state", () => {
    const { hub, describe: announce, take } = setUpHub();
    announce(inverter("acme_1"));
    take();
    hub.setEncryption(acme, refused);
    expect(outline(take())).toEqual(["described acme_1", "state acme_1"]);
    hub.setEncryption(acme, { ...refused, state: "readable" });
    expect(outline(take())).toEqual(["state acme_1"]);
    expect(hub.find(acme)?.encryption).toMatchObject({ state: "readable" });
  });

  it("takes up a device that no session described, and lets it go without a trace", async () => {
    const store = createMemoryDeviceStore();
    const { hub, clock, take, see } = setUpHub({ store });
    hub.introduce(inverter("acme_1"), testSession);
    expect(outline(take())).toEqual(["described acme_1", "availability acme_1 online"]);
    hub.remove(acme);
    hub.remove(acme);
    see("acme_1");
    clock.advance(hour);
    expect(take()).toEqual([{ type: "removed", device: acme }]);
    await hub.stop();
    expect(await store.load()).toEqual([]);
    expect(hub.devices()).toEqual([]);
  });
});
