import { afterEach, describe, expect, it } from "vitest";
import type { BusMessage } from "../../src/model/ports.js";
import type { ListedSession } from "../../src/monitoring/listed-session.js";
import { createSessionList } from "../../src/monitoring/session-list.js";
import { createBus } from "../../src/runtime/bus.js";
import { systemClock } from "../../src/runtime/clock.js";
import { silentLogger } from "../../src/runtime/log.js";
import { inverter, legOpening, openedAt, sessionInfo } from "../support/capture-moments.js";
import { FakeClock } from "../support/fake-clock.js";
import { type RelaySetup, setUpRelay } from "../support/relay-setup.js";
import { anomalyOf, closedOf, frameOf, seenOf } from "../support/session-messages.js";

function setUp() {
  const clock = new FakeClock(openedAt);
  const log = silentLogger();
  const bus = createBus(log);
  const list = createSessionList({ bus, clock, log });
  const open = (id: string, given: Parameters<typeof sessionInfo>[1] = {}) => {
    const info = sessionInfo(id, given);
    const traffic = list.opened(info);
    bus.publish({ type: "session-opened", session: info });
    return { info, traffic };
  };
  const publish = (...messages: readonly BusMessage[]) => {
    for (const message of messages) bus.publish(message);
  };
  return { clock, list, open, publish };
}

const ids = (sessions: readonly ListedSession[]) => sessions.map(({ id }) => id);

describe("the list of sessions", () => {
  it("has the open ones, newest first, as many as are asked for", () => {
    const { list, open } = setUp();
    for (const id of ["s-1", "s-2", "s-3"]) open(id);
    expect(ids(list.open(2))).toEqual(["s-3", "s-2"]);
    expect(list.open(0)).toEqual([]);
    expect(list.openCount).toBe(3);
  });

  it("counts frames and anomalies, and keeps whose they are", () => {
    const { list, open, publish } = setUp();
    const { info } = open("s-1");
    publish(frameOf(info, "a"), frameOf(info, "b"), anomalyOf(info, "odd"), seenOf(info));
    expect(list.find("s-1")).toMatchObject({ frames: 2, anomalies: 1, devices: [inverter] });
    expect(list.find("s-2")).toBeUndefined();
  });

  it("has the last hundred that were closed, newest first, with the reason", () => {
    const { list, open, publish } = setUp();
    for (let at = 1; at <= 120; at += 1) {
      const { info } = open(`s-${at}`);
      publish(closedOf(info, { by: "cloud", how: "reset", detail: `the end of ${at}` }));
    }
    expect(list.openCount).toBe(0);
    expect(list.closed()).toHaveLength(100);
    expect(ids(list.closed()).slice(0, 2)).toEqual(["s-120", "s-119"]);
    expect(list.closed().at(-1)?.closed).toEqual({
      ...{ at: openedAt, by: "cloud", how: "reset", detail: "the end of 21" },
    });
    expect(list.find("s-21")?.closed?.how).toBe("reset");
    expect(list.find("s-20")).toBeUndefined();
  });

  it("knows the one that was opened last, also once it is closed", () => {
    const { list, open, publish } = setUp();
    expect(list.newest()).toBeUndefined();
    open("s-1");
    const { info } = open("s-2");
    publish(closedOf(info));
    expect(list.newest()).toMatchObject({ id: "s-2", closed: { how: "fin" } });
  });

  it("goes on counting where the cloud answers late, after the session is closed", () => {
    const { list, open, publish } = setUp();
    const { info, traffic } = open("s-1");
    publish(closedOf(info));
    traffic.legOpened(legOpening("cloud")).received(new Uint8Array(9));
    expect(list.find("s-1")?.cloud?.bytesReceived).toBe(9);
    expect(list.totals()).toMatchObject([{ side: "cloud", received: 9 }]);
  });

  it("gives what a capture of its frames needs", () => {
    const { list, open, publish } = setUp();
    const { info, traffic } = open("s-1");
    expect(list.facts("s-1")).toEqual({ info, devices: [], security: undefined });
    traffic.legOpened(legOpening("device", { security: "tls" }));
    publish(seenOf(info));
    expect(list.facts("s-1")).toEqual({ info, devices: [inverter], security: "tls" });
    expect(list.facts("s-2")).toBeUndefined();
  });

  it("ignores what comes of sessions that it does not know", () => {
    const { list, publish } = setUp();
    const info = sessionInfo("s-9");
    publish(frameOf(info, "a"), anomalyOf(info, "odd"), seenOf(info), closedOf(info));
    expect([list.openCount, list.closed()]).toEqual([0, []]);
  });
});

describe("watching sessions", () => {
  it("tells at once who opens and closes, and once a second what passed", () => {
    const { clock, list, open, publish } = setUp();
    const told: string[] = [];
    const leave = list.watch(({ id, closed, frames, device }) =>
      told.push(`${id} ${closed?.how ?? "open"} ${frames} ${device?.bytesReceived ?? 0}`),
    );
    const { info, traffic } = open("s-1");
    expect(told).toEqual(["s-1 open 0 0"]);
    const leg = traffic.legOpened(legOpening("device"));
    for (let at = 0; at < 10; at += 1) {
      leg.received(new Uint8Array(10));
      publish(frameOf(info, "a"));
    }
    expect(told).toHaveLength(1);
    clock.advance(1_000);
    expect(told.slice(1)).toEqual(["s-1 open 10 100"]);
    publish(closedOf(info));
    expect(told.slice(2)).toEqual(["s-1 fin 10 100"]);
    leave();
    open("s-2");
    expect(told).toHaveLength(3);
  });

  it("runs no timer without watchers", () => {
    const { clock, list, open } = setUp();
    const { traffic } = open("s-1");
    const leg = traffic.legOpened(legOpening("device"));
    leg.received(new Uint8Array(1));
    expect(clock.pendingTimers).toBe(0);
    const leave = list.watch(() => undefined);
    leg.received(new Uint8Array(1));
    expect(clock.pendingTimers).toBe(1);
    leave();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe("the list of a real relay's sessions", () => {
  let setup: RelaySetup | undefined;

  afterEach(() => setup?.stop());

  it("shows both legs, their bytes and their ends", async () => {
    const log = silentLogger();
    const bus = createBus(log);
    const list = createSessionList({ bus, clock: systemClock, log });
    setup = await setUpRelay({ ports: { traffic: list } });
    const device = await setup.device();
    await device.send(Buffer.from("hello"));
    const cloud = await setup.cloud.connection(0);
    await cloud.waitFor(5);
    await cloud.send(Buffer.from("welcome"));
    await device.waitFor(7);
    device.halfClose();
    await cloud.ending;
    cloud.halfClose();
    const { session } = await setup.message("session-closed");
    const found = list.find(session.id);
    expect(found?.device).toMatchObject({ bytesReceived: 5, bytesSent: 7, ended: { by: "peer", how: "fin" } });
    expect(found?.cloud).toMatchObject({ bytesReceived: 7, bytesSent: 5, ended: { by: "cloudtap", how: "fin" } });
    expect(found?.device?.local).toBe(`127.0.0.1:${setup.relay.port()}`);
    expect(found?.cloud?.remote).toBe(`127.0.0.1:${setup.cloud.port}`);
  });
});
