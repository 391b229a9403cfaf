import { describe, expect, it } from "vitest";
import { OfflineMemory, OfflineSession } from "../../src/cli/offline-session.js";
import type { DeviceId } from "../../src/model/device.js";
import type { Conversation, Decoded, Protocol } from "../../src/model/protocol.js";
import type { EpochMs } from "../../src/model/time.js";
import { envoy } from "../../src/protocols/envoy/index.js";
import { encodePulses, encodeReport } from "../support/blueprint/encoder.js";
import { blueprint } from "../support/blueprint/index.js";

const now = 1_000 as EpochMs;
const report = encodeReport(1000, 1, { powerW: 400, temperatureC: 20, energyTotalWh: 5 });
const nothing: Decoded = {
  ...{ role: "other", label: "", seen: [], devices: [], readings: [], events: [], anomalies: [], postings: [] },
};

/** The blueprint with another conversation. */
function talking(createConversation: Protocol["createConversation"]): Protocol {
  return { ...blueprint, createConversation };
}

describe("OfflineSession", () => {
  it("gives out a frame with the chunk that completes it", () => {
    const session = new OfflineSession(blueprint, new OfflineMemory(), now);
    expect(session.push("device-to-cloud", report.subarray(0, 5), now)).toEqual([]);
    const frames = session.push("device-to-cloud", report.subarray(5), now);
    expect(frames).toMatchObject([
      { whole: true, bytes: Uint8Array.from(report), at: now, decoded: { role: "report" } },
    ]);
  });

  it("keeps the two directions apart", () => {
    const session = new OfflineSession(blueprint, new OfflineMemory(), now);
    session.push("cloud-to-device", report.subarray(0, 5), now);
    expect(session.push("device-to-cloud", report, now).map(({ whole }) => whole)).toEqual([true]);
  });

  it("gives out what is no frame, with its anomaly, at the end at the latest", () => {
    const session = new OfflineSession(blueprint, new OfflineMemory(), now);
    expect(session.push("device-to-cloud", report.subarray(0, 5), now)).toEqual([]);
    const [rest] = session.end(now);
    expect(rest).toMatchObject({
      whole: false,
      bytes: Uint8Array.from(report.subarray(0, 5)),
      decoded: { anomalies: [{ kind: "garbage" }] },
    });
  });

  it("D25: gives out what the conversation had collected", () => {
    const conversation: Conversation = {
      receive: () => nothing,
      settle: () => ({ ...nothing, label: "collected" }),
    };
    const session = new OfflineSession(
      talking(() => conversation),
      new OfflineMemory(),
      now,
    );
    expect(session.end(now).map(({ decoded }) => decoded.label)).toEqual(["collected"]);
  });
});

describe("the time of a recording", () => {
  const later = (ms: number): EpochMs => (now + ms) as EpochMs;
  const { staleAfterMs } = blueprint.createSplitter("device-to-cloud");

  it("gives up half a frame as a relay would, when its rest came too late", () => {
    const session = new OfflineSession(blueprint, new OfflineMemory(), now);
    session.push("device-to-cloud", report.subarray(0, 5), now);
    const frames = session.push("device-to-cloud", report, later(staleAfterMs + 500));
    expect(frames).toMatchObject([
      { whole: false, at: later(staleAfterMs) },
      { whole: true, at: later(staleAfterMs + 500) },
    ]);
  });

  it("waits for the rest of a frame as long as a relay does", () => {
    const session = new OfflineSession(blueprint, new OfflineMemory(), now);
    session.push("device-to-cloud", report.subarray(0, 5), now);
    const frames = session.push("device-to-cloud", report.subarray(5), later(staleAfterMs - 1));
    expect(frames).toMatchObject([{ whole: true }]);
  });

  it("gives out what was collected when there was silence, once", () => {
    const conversation: Conversation = {
      ...{ quietMs: 300, receive: () => nothing },
      settle: () => ({ ...nothing, label: "collected" }),
    };
    const session = new OfflineSession(
      talking(() => conversation),
      new OfflineMemory(),
      now,
    );
    session.push("device-to-cloud", report, now);
    const labels = session.push("device-to-cloud", report, later(1000)).map(({ at, decoded }) => [at, decoded.label]);
    expect(labels).toEqual([
      [later(300), "collected"],
      [later(1000), ""],
    ]);
    expect(session.end(later(1100)).map(({ at }) => at)).toEqual([later(1100)]);
    expect(session.end(later(9000))).toEqual([]);
  });

  it("finds the next message behind missing bytes of a long one", () => {
    const session = new OfflineSession(envoy, new OfflineMemory(), now);
    const head = "POST /emu_reports/x HTTP/1.1\r\nContent-Length: 5000\r\n\r\n";
    session.push("device-to-cloud", Buffer.from(head), now);
    session.skip("device-to-cloud", now);
    const next = Buffer.from("end of it\r\nPOST /emu_reports/x HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
    expect(session.push("device-to-cloud", next, now).map(({ whole }) => whole)).toContain(true);
  });

  it("holds nothing back behind missing bytes", () => {
    const session = new OfflineSession(blueprint, new OfflineMemory(), now);
    session.push("device-to-cloud", report.subarray(0, 5), now);
    expect(session.skip("device-to-cloud", now)).toMatchObject([
      { whole: false, bytes: Uint8Array.from(report.subarray(0, 5)) },
    ]);
  });
});

describe("OfflineMemory", () => {
  it("carries books from one session to the next", () => {
    const books: unknown[] = [];
    const posting: Decoded = {
      ...nothing,
      postings: [
        {
          account: "a",
          apply(before) {
            books.push(before);
            const total = (typeof before === "number" ? before : 0) + 1;
            return {
              books: total,
              devices: [],
              readings: [],
              events: [],
              anomalies: [{ kind: "k", direction: "device-to-cloud", detail: "" }],
            };
          },
        },
      ],
    };
    const memory = new OfflineMemory();
    const protocol = talking(() => ({ receive: () => posting }));
    for (const _ of [1, 2]) {
      const [frame] = new OfflineSession(protocol, memory, now).push("device-to-cloud", encodePulses(1, 1, 5), now);
      expect(frame?.decoded.anomalies).toHaveLength(1);
    }
    expect(books).toEqual([undefined, 1]);
  });

  it("recalls facts and live values, not stored ones", () => {
    const device = "blueprint_1" as DeviceId;
    const [description] = [{ id: device, protocol: "blueprint", name: "x", entities: [], eventTypes: [] }];
    const memory = new OfflineMemory();
    const reading = { device, measuredAt: now, receivedAt: now };
    memory.take({ ...nothing, devices: [{ description, facts: { seen: 1 } }] }, now);
    memory.take({ ...nothing, readings: [{ ...reading, live: true, values: { power: 1, total: 2 } }] }, now);
    memory.take({ ...nothing, readings: [{ ...reading, live: false, values: { power: 9 } }] }, now);
    memory.take(
      { ...nothing, devices: [{ description }], readings: [{ ...reading, live: true, values: { power: 3 } }] },
      now,
    );
    expect(memory.recall(device)).toEqual({ facts: { seen: 1 }, values: { power: 3, total: 2 } });
    expect(memory.recall("blueprint_2" as DeviceId)).toBeUndefined();
  });
});
