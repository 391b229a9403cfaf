import { describe, expect, it } from "vitest";
import { createIntake } from "../../src/devices/intake.js";
import type { Anomaly } from "../../src/model/anomaly.js";
import type { CloudCommand } from "../../src/model/command.js";
import type { DeviceId } from "../../src/model/device.js";
import type { DeviceEvent } from "../../src/model/event.js";
import type { BusMessage } from "../../src/model/ports.js";
import type { Decoded, Posting, PostingOutcome } from "../../src/model/protocol.js";
import type { Reading } from "../../src/model/reading.js";
import type { EpochMs } from "../../src/model/time.js";
import { createBus } from "../../src/runtime/bus.js";
import { createLedger } from "../../src/store/ledger.js";
import { inverter, testSession as session } from "../support/hub-setup.js";
import { recordLog } from "../support/log-recorder.js";
import { createMemoryDatabase } from "../support/memory-database.js";

const now = 5_000 as EpochMs;
const device = "acme_1" as DeviceId;
const reading: Reading = { device, measuredAt: now, receivedAt: now, live: true, values: { power: 1 } };
const event: DeviceEvent = { device, type: "restarted", at: now, attributes: {} };
const anomaly: Anomaly = { kind: "bad_checksum", direction: "device-to-cloud", detail: "found 1, expected 2" };
const update = { description: inverter("acme_1") };
const findings = { devices: [update], readings: [reading], events: [event], anomalies: [anomaly] };
const nothing: Decoded = {
  ...{ role: "other", label: "", seen: [], devices: [], readings: [], events: [], anomalies: [], postings: [] },
};

const limitCommand: CloudCommand = { classes: ["power"], text: "set power limit to 60 %", keys: [] };

function setUp() {
  const db = createMemoryDatabase();
  const logs = recordLog("info");
  const bus = createBus(logs.log);
  const messages: BusMessage[] = [];
  bus.subscribe("test", (message) => messages.push(message));
  const deliver = createIntake({ bus, ledger: createLedger(db), log: logs.log });
  return { db, logs, messages, deliver, types: () => messages.map((message) => message.type) };
}

function posting(account: string): Posting {
  return { account, apply: (): PostingOutcome => ({ books: "new", ...findings }) };
}

describe("intake", () => {
  it("puts what was decoded on the bus at once: the device first, its sign of life last", () => {
    const { deliver, types, messages } = setUp();
    expect(deliver(session, { ...nothing, ...findings, seen: [device] }, now)).toBeUndefined();
    expect(types()).toEqual(["device", "reading", "event", "anomaly", "seen"]);
    expect(messages.at(-1)).toEqual({ type: "seen", session, device, at: now });
    expect(messages[3]).toEqual({ type: "anomaly", session, anomaly, at: now });
  });

  it("publishes what follows from a posting only when the books are on disk", async () => {
    const { deliver, types, db } = setUp();
    const held = deliver(session, { ...nothing, seen: [device], postings: [posting("acme_1")] }, now);
    expect(types()).toEqual(["seen"]);
    await expect(held).resolves.toBe(true);
    expect(db.writes).toBe(1);
    expect(types()).toEqual(["seen", "device", "reading", "event", "anomaly"]);
  });

  it("holds the peer's answer until all postings of a frame are settled", async () => {
    const { deliver, types } = setUp();
    await deliver(session, { ...nothing, postings: [posting("a"), posting("b")] }, now);
    expect(types().filter((type) => type === "reading")).toHaveLength(2);
  });

  it("lets the relaying go on when the disk fails: publishes nothing, says so once, and once when it is over", async () => {
    const { deliver, types, db, logs } = setUp();
    const report = { ...nothing, postings: [posting("acme_1")] };
    db.failing = true;
    await expect(deliver(session, report, now)).resolves.toBe(false);
    await deliver(session, report, now);
    expect(types()).toEqual([]);
    db.failing = false;
    await deliver(session, report, now);
    await deliver(session, report, now);
    expect(logs.lines.map((line) => [line.msg, line.code, line.account])).toEqual([
      ["ledger failed, a report is not counted", "STORE_FAILED", "acme_1"],
      ["ledger works again", undefined, "acme_1"],
    ]);
    expect(types()).toHaveLength(8);
  });

  it("lets the relaying go on when a posting throws", async () => {
    const { deliver, logs } = setUp();
    const faulty: Posting = {
      account: "a",
      apply() {
        throw new Error("fault in a protocol");
      },
    };
    await expect(deliver(session, { ...nothing, postings: [faulty] }, now)).resolves.toBe(false);
    expect(logs.of("ledger failed, a report is not counted", "error")).toHaveLength(1);
  });

  it("says that not everything is on disk where one posting of a frame failed", async () => {
    const { deliver } = setUp();
    const faulty: Posting = {
      account: "a",
      apply() {
        throw new Error("fault in a protocol");
      },
    };
    await expect(deliver(session, { ...nothing, postings: [posting("b"), faulty] }, now)).resolves.toBe(false);
  });

  it("makes an event of a cloud's command, for the device that spoke in this session", () => {
    const { deliver, messages, logs } = setUp();
    void deliver(session, { ...nothing, seen: [device] }, now);
    void deliver(session, { ...nothing, role: "command", command: limitCommand }, now);
    const attributes = { text: "set power limit to 60 %", classes: ["power"], blocked: false };
    expect(messages.at(-1)).toEqual({
      type: "event",
      event: { device, type: "command", at: now, attributes: { ...attributes, direction: "cloud-to-device" } },
    });
    expect(logs.of("command from the cloud", "info")).toMatchObject([
      { device, text: "set power limit to 60 %", blocked: false },
    ]);
  });

  it("says of a command that did not reach the device, and why", () => {
    const { deliver, messages, logs } = setUp();
    void deliver(session, { ...nothing, seen: [device] }, now);
    void deliver(session, { ...nothing, role: "command", command: limitCommand, blocked: "commands: block" }, now);
    expect(messages.at(-1)).toMatchObject({ event: { attributes: { blocked: true, reason: "commands: block" } } });
    expect(logs.of("command from the cloud")).toMatchObject([{ blocked: true, reason: "commands: block" }]);
  });

  it("notes that the cloud answered at each of its frames, and makes no event of what is not told in words", () => {
    const { deliver, messages, logs } = setUp();
    void deliver(session, { ...nothing, seen: [device] }, now);
    void deliver(
      session,
      { ...nothing, role: "acknowledgement", command: { classes: ["ack", "time"], keys: [] } },
      now,
    );
    expect(messages.slice(1)).toEqual([{ type: "cloud-answered", device, at: now }]);
    expect(logs.lines).toEqual([]);
  });

  it("only logs a command while it is not known which device it is meant for", async () => {
    const { deliver, types, logs } = setUp();
    await deliver(session, { ...nothing, command: { classes: ["reboot"], text: "restart", keys: [] } }, now);
    expect(types()).toEqual([]);
    expect(logs.of("command from the cloud")).toHaveLength(1);
  });
});
