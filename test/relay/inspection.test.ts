import { describe, expect, it } from "vitest";
import type { BusMessage, Deliver } from "../../src/model/ports.js";
import type { Conversation, Decoded, Frame, Protocol } from "../../src/model/protocol.js";
import type { Direction, SessionId, SessionInfo } from "../../src/model/session.js";
import { Inspection } from "../../src/relay/inspection.js";
import { SessionDevices } from "../../src/relay/session-devices.js";
import { createBus } from "../../src/runtime/bus.js";
import { encodeAnswer, encodeReport } from "../support/blueprint/encoder.js";
import { blueprint } from "../support/blueprint/index.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";

const report = encodeReport(7, 1, { powerW: 400, temperatureC: 20, energyTotalWh: 1_000 });
const answer = encodeAnswer(7, 1, 1);

interface Setup {
  readonly protocol?: Protocol;
  readonly deliver?: Deliver;
}

function setUp(setup: Setup = {}) {
  const clock = new FakeClock();
  const logs = recordLog();
  const bus = createBus(logs.log);
  const messages: BusMessage[] = [];
  bus.subscribe("test", (message) => messages.push(message));
  const delivered: Decoded[] = [];
  const held: Direction[] = [];
  const counts = { reported: 0 };
  const device = { localAddress: "127.0.0.1", localPort: 1, remoteAddress: "127.0.0.1", remotePort: 2 };
  const session: SessionInfo = { id: "s" as SessionId, relay: "r", protocol: "p", openedAt: clock.now(), device };
  const devices = new SessionDevices({ bus, clock, session, sighted: () => undefined }, "relay", "no policy");
  const inspection = new Inspection({
    ...{ devices, offsetMinutes: () => 0, cloud: "relay", control: "off" },
    ...{ session, clock, bus, log: logs.log, protocol: setup.protocol ?? blueprint },
    memory: { recall: () => undefined },
    deliver: (info, decoded, now) => {
      delivered.push(decoded);
      return setup.deliver?.(info, decoded, now);
    },
    reported: () => {
      counts.reported += 1;
    },
    hold: (direction) => held.push(direction),
  });
  const look = (direction: Direction, bytes: Uint8Array) => inspection.look(direction, bytes, clock.now());
  const anomalies = () => messages.flatMap((message) => (message.type === "anomaly" ? [message.anomaly.kind] : []));
  return { clock, logs, messages, delivered, held, counts, inspection, look, anomalies };
}

function conversing(conversation: Conversation): Protocol {
  return { ...blueprint, createConversation: () => conversation };
}

const nothing: Decoded = {
  role: "other",
  label: "nothing",
  ...{ seen: [], devices: [], readings: [], events: [], anomalies: [], postings: [] },
};

describe("inspection", () => {
  it("gives each whole frame to the conversation and on, in the order of the wire", () => {
    const { look, delivered, messages, counts } = setUp();
    look("device-to-cloud", report.subarray(0, 5));
    look("device-to-cloud", Buffer.concat([report.subarray(5), report]));
    look("cloud-to-device", answer);
    expect(delivered.map((one) => one.role)).toEqual(["report", "report", "acknowledgement"]);
    expect(messages.filter(({ type }) => type === "frame")).toMatchObject([
      { type: "frame", direction: "device-to-cloud", role: "report", bytes: report.length },
      { type: "frame", direction: "device-to-cloud" },
      { type: "frame", direction: "cloud-to-device", label: "answer 1, 11 bytes" },
    ]);
    expect(counts.reported).toBe(2);
  });

  it("asks to hold the peer's answer while the delivery is pending", () => {
    const { look, held } = setUp({ deliver: () => Promise.resolve(true) });
    look("device-to-cloud", report);
    expect(held).toEqual(["device-to-cloud"]);
  });

  it("D14: tells a fault of the framing once a run, and finds the next frame", () => {
    const unframed: Frame[] = [];
    const protocol = conversing({ receive: () => nothing, receiveUnframed: (frame) => unframed.push(frame) });
    const { look, anomalies, delivered } = setUp({ protocol });
    const spoilt = Buffer.from(report);
    spoilt[12] = 99;
    look("device-to-cloud", Buffer.concat([spoilt, report]));
    expect(anomalies()).toEqual(["bad_checksum"]);
    expect(delivered).toHaveLength(1);
    expect(unframed.reduce((sum, frame) => sum + frame.bytes.length, 0)).toBe(report.length);
  });

  it("gives half a frame up when its rest does not come", () => {
    const { look, clock, anomalies, inspection } = setUp();
    look("device-to-cloud", report.subarray(0, 10));
    clock.advance(4_000);
    look("device-to-cloud", report.subarray(10, 11));
    clock.advance(4_999);
    expect(inspection.hasHalfFrame).toBe(true);
    clock.advance(1);
    expect(inspection.hasHalfFrame).toBe(false);
    expect(anomalies()).toEqual(["garbage"]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("needs no timer where nothing waits", () => {
    const { look, clock } = setUp();
    for (let i = 0; i < 5; i += 1) look("device-to-cloud", report);
    expect(clock.pendingTimers).toBe(0);
  });

  it("settles after the conversation's silence, once, with one timer whatever the chunks", () => {
    const settled: number[] = [];
    const { look, clock } = setUp({
      protocol: conversing({
        receive: () => nothing,
        quietMs: 2_000,
        settle: (now) => {
          settled.push(now);
          return nothing;
        },
      }),
    });
    const from = clock.now();
    for (let i = 0; i < 10; i += 1) {
      look("device-to-cloud", report);
      expect(clock.pendingTimers).toBe(1);
      clock.advance(500);
    }
    clock.advance(60_000);
    expect(settled.map((at) => at - from)).toEqual([9 * 500 + 2_000]);
  });

  it("ends in order: what is pending, then the settlement, then nothing more", () => {
    const order: string[] = [];
    const { look, inspection, clock } = setUp({
      protocol: conversing({
        receive: () => nothing,
        receiveUnframed: (frame) => order.push(frame.direction),
        quietMs: 9_000,
        settle: () => {
          order.push("settled");
          return undefined;
        },
      }),
    });
    look("cloud-to-device", answer.subarray(0, 5));
    look("device-to-cloud", report.subarray(0, 5));
    inspection.ended("cloud-to-device", clock.now());
    expect(order).toEqual(["cloud-to-device"]);
    inspection.close(clock.now());
    inspection.close(clock.now());
    expect(order).toEqual(["cloud-to-device", "device-to-cloud", "settled"]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("counts what the conversation throws, logs it once, and stops looking after three", () => {
    let calls = 0;
    const { look, anomalies, logs, clock, inspection } = setUp({
      protocol: conversing({
        receive: () => {
          calls += 1;
          throw new Error("broken");
        },
      }),
    });
    look("device-to-cloud", Buffer.concat([report, report]));
    for (let i = 0; i < 5; i += 1) look("device-to-cloud", report);
    look("device-to-cloud", report.subarray(0, 3));
    inspection.close(clock.now());
    expect(calls).toBe(3);
    expect(anomalies()).toEqual(["decoder_fault", "decoder_fault", "decoder_fault"]);
    expect(logs.of("internal fault", "error")).toHaveLength(1);
    expect(logs.of("bytes relayed without being decoded", "warn")).toMatchObject([
      { direction: "device-to-cloud", bytes: report.length, gaveUp: false },
      { gaveUp: true },
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("survives a splitter that throws, and one that never gives its bytes out", () => {
    const throwing: Protocol = {
      ...blueprint,
      createSplitter: () => ({
        pendingBytes: 4,
        staleAfterMs: 100,
        push: () => [],
        end: () => {
          throw new Error("broken splitter");
        },
      }),
    };
    const broken = setUp({ protocol: throwing });
    broken.look("device-to-cloud", report);
    broken.clock.advance(60_000);
    expect(broken.anomalies()).toEqual(["decoder_fault", "decoder_fault", "decoder_fault"]);
    expect(broken.clock.pendingTimers).toBe(0);
    const keeping: Protocol = {
      ...blueprint,
      createSplitter: () => ({ pendingBytes: 4, staleAfterMs: 100, push: () => [], end: () => [] }),
    };
    const stuck = setUp({ protocol: keeping });
    stuck.look("device-to-cloud", report);
    stuck.clock.advance(1_000);
    expect(stuck.clock.pendingTimers).toBe(1);
  });
});
