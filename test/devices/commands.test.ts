import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Commands, createCommands } from "../../src/devices/commands.js";
import { createDeviceHub, type DeviceHub } from "../../src/devices/device-hub.js";
import type { WriteRequest, WriteResult } from "../../src/model/command.js";
import type { DeviceDescription, DeviceId } from "../../src/model/device.js";
import type { Bus, BusMessage } from "../../src/model/ports.js";
import type { Value } from "../../src/model/value.js";
import { createBus } from "../../src/runtime/bus.js";
import { FakeClock } from "../support/fake-clock.js";
import { inverter, testSession as session } from "../support/hub-setup.js";
import { type LogRecorder, recordLog } from "../support/log-recorder.js";
import { createMemoryDeviceStore } from "../support/memory-device-store.js";

const device = "acme_1" as DeviceId;
const minute = 60_000;
const replaced = "replaced by a newer value";
const silent = "the device did not call";

const writable: DeviceDescription = inverter(device, {
  intervalS: 30,
  entities: [
    { key: "power", platform: "sensor", name: "Power" },
    { key: "limit", platform: "number", name: "Limit", range: { min: 0, max: 100, step: 1 } },
    { key: "mode", platform: "select", name: "Mode", options: ["auto", "manual"] },
    { key: "restart", platform: "button", name: "Restart" },
  ],
});

interface Carried {
  readonly request: WriteRequest;
  readonly end: (result: WriteResult | undefined) => void;
}

interface Setup {
  readonly commands: Commands;
  readonly hub: DeviceHub;
  readonly bus: Bus;
  readonly clock: FakeClock;
  readonly logs: LogRecorder;
  /** What sessions were given, in order. */
  readonly carried: Carried[];
  /** Whether a session of the device is open. */
  session: boolean;
  control: boolean;
  protect: boolean;
  readonly messages: BusMessage[];
}

function setUp(): Setup {
  const logs = recordLog();
  const clock = new FakeClock();
  const bus = createBus(logs.log);
  const hub = createDeviceHub({
    ...{ bus, clock, log: logs.log, store: createMemoryDeviceStore() },
    offlineAfterMs: () => undefined,
    defaultIntervalS: () => 300,
  });
  const carried: Carried[] = [];
  const messages: BusMessage[] = [];
  bus.subscribe("test", (message) => messages.push(message));
  const commands = createCommands({
    ...{ bus, clock, log: logs.log, hub },
    carrier: {
      write: (request) =>
        setup.session ? new Promise((resolve) => carried.push({ request, end: resolve })) : undefined,
    },
    control: (relay) => setup.control && relay === session.relay,
    protectLocal: () => setup.protect,
  });
  const setup: Setup = {
    ...{ commands, hub, bus, clock, logs, carried, messages },
    ...{ session: true, control: true, protect: false },
  };
  bus.publish({ type: "device", session, update: { description: writable } });
  bus.publish({ type: "reading", session, reading: readingOf(clock, { limit: 80 }) });
  messages.length = 0;
  return setup;
}

function readingOf(clock: FakeClock, values: Readonly<Record<string, Value>>) {
  const now = clock.now();
  return { device, measuredAt: now, receivedAt: now, live: true, values };
}

function call({ bus, clock }: Setup): Promise<void> {
  bus.publish({ type: "seen", session, device, at: clock.now() });
  return settled();
}

/** Lets promises run that are due. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** In short: `limit=60 applied 60`, `limit=60 rejected why`. */
function results({ messages }: Setup): readonly string[] {
  return messages.flatMap((message) => {
    if (message.type !== "write-result") return [];
    const { request, result } = message;
    const told = result.status === "applied" ? result.value : result.error;
    return [`${request.key}=${request.value} ${result.status} ${told}`];
  });
}

function applied(value: Value): WriteResult {
  return { status: "applied", value };
}

describe("commands: what is refused at once", () => {
  it.each([
    ["acme_9", "limit", "5", "unknown device"],
    ["acme_1", "colour", "5", "the device has no colour"],
    ["acme_1", "power", "5", "power can only be read"],
    ["acme_1", "limit", "101", "expected a number from 0 to 100"],
  ])("%s %s %s: %s", async (id, key, payload, error) => {
    const setup = setUp();
    setup.commands.write(id as DeviceId, key, payload);
    expect(results(setup)).toEqual([`${key}=${payload} rejected ${error}`]);
    expect(setup.carried).toEqual([]);
  });

  it("everything on a relay without control", () => {
    const setup = setUp();
    setup.control = false;
    setup.commands.write(device, "limit", "5");
    expect(results(setup)).toEqual(["limit=5 rejected control is off for the relay roof"]);
  });

  it("everything for a device that is away: nothing is kept for it", async () => {
    const setup = setUp();
    setup.clock.advance(2 * minute);
    setup.commands.write(device, "limit", "5");
    expect(results(setup)).toEqual(["limit=5 rejected the device is offline"]);
    await call(setup);
    expect(setup.carried).toEqual([]);
  });

  it("more settings of a device than any has, and says so at debug only", () => {
    const setup = setUp();
    setup.session = false;
    const range = { min: 0, max: 1, step: 1 };
    const keys = Array.from({ length: 65 }, (_unused, index) => `key_${index}`);
    const entities = keys.map((key) => ({ key, platform: "number", name: key, range }) as const);
    setup.bus.publish({ type: "device", session, update: { description: { ...writable, entities } } });
    for (const key of keys) setup.commands.write(device, key, "1");
    expect(results(setup)).toEqual(["key_64=1 rejected too many writes are on their way already"]);
    expect(setup.logs.of("setting from outside refused", "info")).toEqual([]);
  });
});

describe("commands: the way to the device", () => {
  it("hands a value to the open session and tells what was read back", async () => {
    const setup = setUp();
    setup.commands.write(device, "limit", "60");
    expect(setup.carried.map(({ request }) => request)).toEqual([{ device, key: "limit", value: 60 }]);
    expect(results(setup)).toEqual([]);
    setup.carried[0]?.end(applied(59));
    await settled();
    expect(results(setup)).toEqual(["limit=60 applied 59"]);
    expect(setup.logs.of("setting from outside", "info")).toMatchObject([{ device, key: "limit", status: "applied" }]);
  });

  it("publishes the state again after a failure, so that front ends fall back to it", async () => {
    const setup = setUp();
    setup.commands.write(device, "limit", "60");
    setup.carried[0]?.end({ status: "rejected", error: "the device refused" });
    await settled();
    expect(setup.messages).toMatchObject([{ type: "write-result" }, { type: "state", values: { limit: 80 } }]);
  });

  it("waits for the next sign of life where no session is open", async () => {
    const setup = setUp();
    setup.session = false;
    setup.commands.write(device, "mode", "manual");
    await call(setup);
    setup.session = true;
    await call(setup);
    setup.carried[0]?.end(applied("manual"));
    await settled();
    expect(results(setup)).toEqual(["mode=manual applied manual"]);
  });

  it("tries again in the next session when one ended before it came to it", async () => {
    const setup = setUp();
    setup.commands.write(device, "limit", "60");
    setup.carried[0]?.end(undefined);
    await settled();
    expect(setup.carried).toHaveLength(1);
    await call(setup);
    setup.carried[1]?.end(applied(60));
    await settled();
    expect(results(setup)).toEqual(["limit=60 applied 60"]);
  });

  it("gives up after three minutes, or three intervals of the device where that is longer", async () => {
    for (const [intervalS, limitMs] of [
      [30, 3 * minute],
      [300, 15 * minute],
    ] as const) {
      const setup = setUp();
      setup.bus.publish({ type: "device", session, update: { description: { ...writable, intervalS } } });
      setup.session = false;
      setup.commands.write(device, "limit", "60");
      for (let waited = 0; waited < limitMs - minute; waited += minute) {
        setup.clock.advance(minute);
        await call(setup);
      }
      expect(results(setup)).toEqual([]);
      setup.clock.advance(minute);
      expect(results(setup)).toEqual([`limit=60 timeout ${silent}`]);
    }
  });

  it("counts the time that was lost in a session that never came to it", async () => {
    const setup = setUp();
    const pass = async (ms: number): Promise<void> => {
      setup.clock.advance(ms);
      await call(setup);
    };
    setup.session = false;
    setup.commands.write(device, "mode", "auto");
    await pass(minute);
    setup.session = true;
    setup.commands.write(device, "limit", "60");
    setup.session = false;
    await pass(minute);
    await pass(minute);
    expect(results(setup)).toEqual([`mode=auto timeout ${silent}`]);
    setup.carried[0]?.end(undefined);
    await settled();
    setup.clock.advance(minute - 1);
    expect(results(setup)).toHaveLength(1);
    setup.clock.advance(1);
    expect(results(setup).at(-1)).toBe(`limit=60 timeout ${silent}`);
  });

  it("gives up at once where the time had run out before the session ended", async () => {
    const setup = setUp();
    setup.commands.write(device, "limit", "60");
    for (let waited = 0; waited < 4 * minute; waited += minute) {
      setup.clock.advance(minute);
      await call(setup);
    }
    expect(results(setup)).toEqual([]);
    setup.carried[0]?.end(undefined);
    await settled();
    expect(results(setup)).toEqual([`limit=60 timeout ${silent}`]);
  });

  it("does not wait for a device that goes offline", async () => {
    const setup = setUp();
    setup.session = false;
    setup.commands.write(device, "limit", "60");
    setup.clock.advance(90_000);
    expect(results(setup)).toEqual(["limit=60 rejected the device is offline"]);
  });

  it("never goes back to an older value, not even when the newer one was refused meanwhile", async () => {
    const setup = setUp();
    setup.commands.write(device, "limit", "60");
    setup.commands.write(device, "limit", "70");
    setup.clock.advance(90_000);
    await call(setup);
    setup.carried[0]?.end(undefined);
    await settled();
    await call(setup);
    expect(setup.carried).toHaveLength(1);
    expect(results(setup)).toEqual(["limit=70 rejected the device is offline", `limit=60 rejected ${replaced}`]);
  });

  it("does not wait for it either when the session ended only after it was taken for offline", async () => {
    const setup = setUp();
    setup.commands.write(device, "limit", "60");
    setup.clock.advance(90_000);
    setup.carried[0]?.end(undefined);
    await settled();
    expect(results(setup)).toEqual(["limit=60 rejected the device is offline"]);
  });

  it("outlives a carrier that fails against its promise", async () => {
    const setup = setUp();
    const commands = createCommands({
      ...{ bus: setup.bus, clock: setup.clock, log: setup.logs.log, hub: setup.hub },
      carrier: { write: () => Promise.reject(new Error("fault")) },
      control: () => true,
      protectLocal: () => false,
    });
    commands.write(device, "limit", "60");
    await settled();
    expect(results(setup)).toEqual(["limit=60 timeout internal fault"]);
  });
});

describe("commands: more than one for a setting", () => {
  it("the newest of those that wait is written", async () => {
    const setup = setUp();
    setup.session = false;
    for (const payload of ["60", "70", "80"]) setup.commands.write(device, "limit", payload);
    expect(results(setup)).toEqual([`limit=60 rejected ${replaced}`, `limit=70 rejected ${replaced}`]);
    setup.session = true;
    await call(setup);
    expect(setup.carried.map(({ request }) => request.value)).toEqual([80]);
  });

  it("one waits until the one before is done, and replaces it where that was not sent", async () => {
    const setup = setUp();
    setup.commands.write(device, "limit", "60");
    setup.commands.write(device, "limit", "70");
    expect(setup.carried).toHaveLength(1);
    setup.carried[0]?.end(undefined);
    await settled();
    expect(results(setup)).toEqual([`limit=60 rejected ${replaced}`]);
    setup.carried[1]?.end(applied(70));
    await settled();
    expect(results(setup).at(-1)).toBe("limit=70 applied 70");
  });

  it("the same value is written once and everybody gets the outcome", async () => {
    const setup = setUp();
    for (let count = 0; count < 3; count += 1) setup.commands.write(device, "limit", "60");
    setup.carried[0]?.end(applied(60));
    await settled();
    expect(setup.carried).toHaveLength(1);
    expect(results(setup)).toEqual(Array.from({ length: 3 }, () => "limit=60 applied 60"));
    setup.commands.write(device, "limit", "60");
    expect(setup.carried).toHaveLength(2);
  });

  it("going back to the value that is under way takes back the one that waits", async () => {
    const setup = setUp();
    for (const payload of ["60", "70", "60"]) setup.commands.write(device, "limit", payload);
    expect(results(setup)).toEqual([`limit=70 rejected ${replaced}`]);
    setup.carried[0]?.end(applied(60));
    await settled();
    expect(setup.carried).toHaveLength(1);
    expect(results(setup).slice(1)).toEqual(["limit=60 applied 60", "limit=60 applied 60"]);
  });

  it("other settings do not wait for it", () => {
    const setup = setUp();
    setup.commands.write(device, "limit", "60");
    setup.commands.write(device, "mode", "auto");
    setup.commands.write(device, "restart", "PRESS");
    expect(setup.carried.map(({ request }) => request.key)).toEqual(["limit", "mode", "restart"]);
  });
});

describe("commands: whose setting it is", () => {
  it("is ours once the device confirmed it, where that is wanted", async () => {
    const setup = setUp();
    setup.protect = true;
    for (const [key, payload] of [
      ["limit", "60"],
      ["mode", "auto"],
      ["restart", "PRESS"],
    ] as const)
      setup.commands.write(device, key, payload);
    setup.carried[0]?.end(applied(60));
    setup.carried[1]?.end({ status: "timeout", error: "the device did not answer" });
    setup.carried[2]?.end(applied(true));
    await settled();
    expect(["limit", "mode", "restart"].map((key) => setup.hub.owns(device, key))).toEqual([true, false, false]);
  });

  it("stays the cloud's where it is not", async () => {
    const setup = setUp();
    setup.commands.write(device, "limit", "60");
    setup.carried[0]?.end(applied(60));
    await settled();
    expect(setup.hub.owns(device, "limit")).toBe(false);
  });
});

describe("commands: the end", () => {
  it("tells of what has not ended yet, whether it was sent or not, and takes nothing more", async () => {
    const setup = setUp();
    setup.commands.write(device, "limit", "60");
    setup.commands.write(device, "limit", "70");
    setup.commands.stop();
    setup.commands.write(device, "limit", "80");
    setup.carried[0]?.end(applied(60));
    await settled();
    expect(results(setup)).toEqual([
      "limit=60 timeout Cloudtap stops before the device answered",
      "limit=70 rejected Cloudtap stops",
      "limit=80 rejected Cloudtap stops",
    ]);
  });

  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ type: fc.constant("write"), key: fc.constantFrom("limit", "mode"), value: fc.nat(2) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant("end"),
        which: fc.nat(1),
        how: fc.constantFrom("applied", "timeout", "unsent"),
      }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("call") }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("session"), open: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("pause"), ms: fc.integer({ min: 1, max: 200_000 }) }) },
  );
  const payloads: Readonly<Record<string, readonly string[]>> = {
    limit: ["10", "20", "30"],
    mode: ["auto", "manual", "rubbish"],
  };

  it("is one result for every call, whatever happens in whatever order, with one write at a time and the newest first", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: "max" }), async (steps) => {
        const setup = setUp();
        const asked: string[] = [];
        const newest = new Map<string, string>();
        const open = new Set<Carried>();
        let looked = 0;
        const look = (): void => {
          for (const one of setup.carried.slice(looked)) {
            expect([...open].some(({ request }) => request.key === one.request.key)).toBe(false);
            expect(String(one.request.value)).toBe(newest.get(one.request.key));
            open.add(one);
          }
          looked = setup.carried.length;
        };
        for (const one of steps) {
          if ("key" in one) {
            const payload = payloads[one.key]?.[one.value] ?? "";
            asked.push(`${one.key}=${payload}`);
            const before = results(setup).length;
            setup.commands.write(device, one.key, payload);
            // What is refused at once, for the device is away, replaces nothing.
            const wasRefused = results(setup)
              .slice(before)
              .some((line) => line.startsWith(`${one.key}=${payload} rejected the device`));
            if (payload !== "rubbish" && !wasRefused) newest.set(one.key, payload);
          } else if ("how" in one) {
            const [ending] = [...open].slice(one.which);
            if (ending === undefined) continue;
            open.delete(ending);
            const { value } = ending.request;
            const failed: WriteResult = { status: "timeout", error: "no answer" };
            ending.end(one.how === "unsent" ? undefined : one.how === "applied" ? applied(value) : failed);
            await settled();
          } else if ("open" in one) setup.session = one.open;
          else if ("ms" in one) setup.clock.advance(one.ms);
          else await call(setup);
          look();
        }
        setup.commands.stop();
        for (const { end } of open) end(applied(0));
        await settled();
        const told = results(setup).map((line) => line.split(" ")[0]);
        expect(told.toSorted()).toEqual(asked.toSorted());
      }),
    );
  });
});
