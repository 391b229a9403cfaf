import { describe, expect, it } from "vitest";
import type { EpochUs } from "../../../src/model/recording.js";
import type { LegOpening, LegSide } from "../../../src/model/traffic.js";
import { LegRecord, type LegRecordPorts } from "../../../src/sinks/capture/leg-record.js";
import type { Moment } from "../../../src/sinks/capture/moment.js";
import { Section } from "../../../src/sinks/capture/section.js";
import { PayloadSums } from "../../../src/wire/payload-sums.js";
import { encodePulses, encodeReport } from "../../support/blueprint/encoder.js";
import { blueprint } from "../../support/blueprint/index.js";
import {
  allParts,
  capturedSession,
  legOpening,
  openedAtUs,
  partsWithout,
  sectionOptions,
} from "../../support/capture-moments.js";
import { readCapture, type WrittenPacket } from "../../support/written-capture.js";

const headBytes = 10;
const report = encodeReport(1, 1, { powerW: 412, temperatureC: 20, energyTotalWh: 5_000 });
const pulses = encodePulses(1, 2, 7);

function setUp(side: LegSide, opening: Partial<LegOpening> = {}, given: Partial<LegRecordPorts> = {}) {
  const moments: Moment[] = [];
  const wanted = { isWanted: true };
  const record = new LegRecord({
    ...{ opening: legOpening(side, opening), destination: undefined, protocol: blueprint, parts: allParts },
    ...{ sums: new PayloadSums(), number: 1 },
    now: () => (openedAtUs + moments.length) as EpochUs,
    isWanted: () => wanted.isWanted,
    take: (moment) => void moments.push(moment),
    ...given,
  });
  const written = (): readonly WrittenPacket[] => {
    const section = new Section(sectionOptions, openedAtUs);
    const begin = section.begin();
    return readCapture([...begin, ...moments.flatMap((moment) => section.packet(capturedSession(), moment))]).packets;
  };
  return { record, moments, wanted, written };
}

/** Kept and left out bytes of the packets with a payload. */
function kept(packets: readonly WrittenPacket[]): readonly (readonly [number, number])[] {
  return packets
    .filter(({ payload, missing }) => payload.length + missing > 0)
    .map(({ payload, missing }) => [payload.length, missing]);
}

describe("a leg that is captured", () => {
  it("goes from the device to Cloudtap, on the first interface", () => {
    const { record, written } = setUp("device");
    record.received(Buffer.from("hello"));
    record.sent(Buffer.from("hi"));
    expect(written().map(({ leg, from, to, flags, payload }) => [leg, from, to, flags, payload.toString()])).toEqual([
      ["device", "192.0.2.10:40000", "192.0.2.1:10000", "S", ""],
      ["device", "192.0.2.1:10000", "192.0.2.10:40000", "SA", ""],
      ["device", "192.0.2.10:40000", "192.0.2.1:10000", "A", ""],
      ["device", "192.0.2.10:40000", "192.0.2.1:10000", "A", "hello"],
      ["device", "192.0.2.1:10000", "192.0.2.10:40000", "A", "hi"],
    ]);
  });

  it("goes from Cloudtap to the cloud, on the second", () => {
    const { record, written } = setUp("cloud");
    record.received(Buffer.from("from the cloud"));
    const packets = written();
    expect(packets[0]).toMatchObject({ leg: "cloud", from: "192.0.2.1:50000", to: "203.0.113.5:443", flags: "S" });
    expect(packets.at(-1)).toMatchObject({ from: "203.0.113.5:443", to: "192.0.2.1:50000" });
  });

  it("goes to where the device was heading before a gateway led it here", () => {
    const destination = { address: "203.0.113.9", port: 10_443 };
    const { written, record } = setUp("device", {}, { destination });
    expect(written()[0]).toMatchObject({ from: "192.0.2.10:40000", to: "203.0.113.9:10443" });
    expect(record.truePort).toBeUndefined();
    expect(setUp("cloud", {}, { destination }).written()[0]).toMatchObject({ to: "203.0.113.5:443" });
  });

  it("is shown at the protocol's port in the clear where it was TLS, and tells the true one", () => {
    const tls = setUp("cloud", { security: "tls" });
    expect(tls.written()[0]).toMatchObject({ from: "192.0.2.1:50000", to: "203.0.113.5:9999" });
    expect(tls.record.truePort).toBe(443);
    const unknown = setUp("cloud", { security: "tls" }, { protocol: undefined });
    expect(unknown.written()[0]).toMatchObject({ to: "203.0.113.5:80" });
    const sealed = setUp("cloud", { security: "splice" });
    expect(sealed.written()[0]).toMatchObject({ to: "203.0.113.5:443" });
    expect(sealed.record.truePort).toBeUndefined();
  });

  it("ends as it did: each end says goodbye once, and is over when both have", () => {
    const { record, written } = setUp("device");
    record.ended("peer");
    record.ended("peer");
    expect(record.isOver).toBe(false);
    record.sent(Buffer.from("last words"));
    record.ended("cloudtap");
    expect(record.isOver).toBe(true);
    record.reset("peer");
    expect(
      written()
        .slice(3)
        .map(({ flags }) => flags),
    ).toEqual(["FA", "A", "A", "FA", "A"]);
  });

  it("ends with a reset by whoever sent it, and nothing follows", () => {
    const { record, written } = setUp("cloud");
    record.reset("peer");
    record.received(Buffer.from("too late"));
    record.ended("cloudtap");
    expect(record.isOver).toBe(true);
    expect(written().slice(3)).toMatchObject([{ flags: "RA", from: "203.0.113.5:443" }]);
  });

  it("copies small chunks, so that the large buffers in which they lie are not kept", () => {
    const { record, moments } = setUp("device");
    const buffer = Buffer.alloc(65_536, "x");
    record.received(buffer.subarray(0, 10));
    expect(moments.at(-1)?.packet.payload.buffer.byteLength).toBe(10);
    record.received(buffer);
    expect(moments.at(-1)?.packet.payload.buffer).toBe(buffer.buffer);
  });

  it("is not kept while nobody wants it, and goes on at the right place when somebody does", () => {
    const { record, wanted, written } = setUp("device");
    record.received(Buffer.from("12345"));
    const [, , , before] = written();
    wanted.isWanted = false;
    record.received(Buffer.alloc(1_000));
    wanted.isWanted = true;
    record.received(Buffer.from("67890"));
    const after = written().at(-1);
    expect(written()).toHaveLength(5);
    expect((after?.sequence ?? 0) - (before?.sequence ?? 0)).toBe(1_005);
  });

  it("is over also when nobody saw its end", () => {
    const { record, wanted, moments } = setUp("device");
    wanted.isWanted = false;
    record.ended("peer");
    record.ended("cloudtap");
    expect(record.isOver).toBe(true);
    expect(moments).toHaveLength(3);
  });
});

describe("parts of what passes", () => {
  const twoFrames = Buffer.concat([report, pulses]);
  const bodyBytes = report.length - headBytes;
  const shortBytes = pulses.length - headBytes;

  it("are the heads alone: of each frame the rest is cut, and how long it was is kept", () => {
    const { record, written } = setUp("device", {}, { parts: partsWithout("C", "E") });
    record.received(twoFrames);
    record.sent(pulses);
    expect(kept(written())).toEqual([
      ...[
        [headBytes, 0],
        [0, bodyBytes],
        [headBytes, 0],
        [0, shortBytes],
        [headBytes, 0],
        [0, shortBytes],
      ],
    ]);
  });

  it("are the payloads alone", () => {
    const { record, written } = setUp("device", {}, { parts: partsWithout("B", "F") });
    record.received(pulses);
    expect(kept(written())).toEqual([
      [0, headBytes],
      [shortBytes, 0],
    ]);
  });

  it("are one direction alone, on either leg", () => {
    for (const side of ["device", "cloud"] as const) {
      const { record, written } = setUp(side, {}, { parts: partsWithout("E", "F") });
      if (side === "device") record.received(report);
      else record.sent(report);
      if (side === "device") record.sent(pulses);
      else record.received(pulses);
      expect(kept(written())).toEqual([
        ...[
          [headBytes, 0],
          [bodyBytes, 0],
          [0, headBytes],
          [0, shortBytes],
        ],
      ]);
    }
  });

  it("are found whatever the chunks are", () => {
    const { record, written } = setUp("device", {}, { parts: partsWithout("C") });
    for (const byte of twoFrames) record.received(Uint8Array.of(byte));
    expect(kept(written())).toEqual([
      ...[
        [headBytes, 0],
        [0, bodyBytes],
        [headBytes, 0],
        [0, shortBytes],
      ],
    ]);
  });

  it("keep the numbers of the stream right", () => {
    const { record, written } = setUp("device", {}, { parts: partsWithout("C") });
    record.received(twoFrames);
    record.received(report);
    const data = written().slice(3);
    const [first] = data;
    let next = first?.sequence ?? 0;
    for (const { sequence, payload, missing } of data) {
      expect(sequence).toBe(next);
      next += payload.length + missing;
    }
    expect(next).toBe((first?.sequence ?? 0) + twoFrames.length + report.length);
  });

  it("hold half a frame once the stream has ended, as bytes that are no frame", () => {
    const { record, written } = setUp("device", {}, { parts: partsWithout("B") });
    record.received(report.subarray(0, 12));
    expect(kept(written())).toEqual([]);
    record.ended("peer");
    expect(kept(written())).toEqual([[12, 0]]);
    expect(written().at(-2)?.flags).toBe("FA");
  });

  it("hold half a frame before a reset", () => {
    const { record, written } = setUp("device", {}, { parts: partsWithout("B") });
    record.received(report.subarray(0, 12));
    record.reset("peer");
    expect(kept(written())).toEqual([[12, 0]]);
    expect(written().at(-1)?.flags).toBe("RA");
  });

  it("are all of it where nobody knows the protocol's frames", () => {
    const { record, written } = setUp("device", {}, { protocol: undefined, parts: partsWithout("C") });
    record.received(report);
    expect(kept(written())).toEqual([[report.length, 0]]);
  });

  it("do not change with what others do to the buffers meanwhile", () => {
    const { record, written } = setUp("device", {}, { parts: partsWithout("K", "E") });
    const first = Buffer.from(report.subarray(0, 5));
    record.received(first);
    record.received(report.subarray(5));
    expect(Buffer.concat(written().map(({ payload }) => payload))).toEqual(report);
  });
});
