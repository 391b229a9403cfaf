import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/device.js";
import type { EpochUs } from "../../../src/model/recording.js";
import { LegRecord } from "../../../src/sinks/capture/leg-record.js";
import type { Moment } from "../../../src/sinks/capture/moment.js";
import { SessionRecord } from "../../../src/sinks/capture/session-record.js";
import { PayloadSums } from "../../../src/wire/payload-sums.js";
import { allParts, inverter, legOpening, openedAtUs, sessionInfo } from "../../support/capture-moments.js";

const reason = { by: "cloud", how: "reset", detail: "the cloud hung up" } as const;
const counters = { bytesFromDevice: 12, bytesFromCloud: 34, durationMs: 1_500 };
const goodbye =
  "session closed by cloud, reset: the cloud hung up; 12 bytes from the device, 34 from the cloud, 1.500 s";

function setUp(notesEnd = true) {
  const moments: Moment[] = [];
  const told = { secrets: [""], closed: 0, isWanted: true };
  told.secrets = [];
  const sums = new PayloadSums();
  let number = 0;
  const session = new SessionRecord(sessionInfo("s-1"), {
    ...{ wantsSecrets: true, notesEnd },
    createLeg(record, opening) {
      number += 1;
      return new LegRecord({
        ...{ opening, destination: undefined, protocol: undefined, parts: allParts, sums, number },
        now: () => (openedAtUs + moments.length) as EpochUs,
        isWanted: () => told.isWanted,
        take: (moment) => record.take(moment),
      });
    },
    moment: (_session, moment) => void moments.push(moment),
    secret: (_session, line) => void told.secrets.push(Buffer.from(line).toString()),
    closed: () => {
      told.closed += 1;
    },
  });
  /** Payloads that were handed on, with the comments beside them. */
  const spoken = (): readonly (readonly [string, readonly string[]])[] =>
    moments
      .filter(({ packet }) => packet.payload.length > 0)
      .map(({ packet }) => [Buffer.from(packet.payload).toString(), packet.comments]);
  return { session, moments, told, spoken };
}

describe("a session that is captured", () => {
  it("holds back its beginning until the first frame was read, so that the first packet can name the device", () => {
    const { session, moments } = setUp();
    const device = session.legOpened(legOpening("device"));
    device.received(Buffer.from("hello"));
    expect(moments).toEqual([]);
    session.addDevice(inverter);
    session.read();
    expect(moments).toHaveLength(4);
    device.received(Buffer.from("more"));
    expect(moments).toHaveLength(5);
  });

  it("holds nothing back once the cloud is reached", () => {
    const { session, spoken } = setUp();
    const device = session.legOpened(legOpening("device"));
    device.received(Buffer.from("hello"));
    session.legOpened(legOpening("cloud"));
    expect(spoken()).toEqual([["hello", []]]);
  });

  it("holds back so much at most", () => {
    const { session, moments } = setUp();
    const device = session.legOpened(legOpening("device"));
    for (let count = 0; count < 4; count += 1) device.received(Buffer.alloc(40_000));
    expect(moments).toHaveLength(7);
  });

  it("has comments beside the packet that brought the frame: the device's own, and the cloud's own", () => {
    const { session, spoken } = setUp();
    const device = session.legOpened(legOpening("device"));
    const cloud = session.legOpened(legOpening("cloud"));
    device.received(Buffer.from("report"));
    cloud.sent(Buffer.from("report"));
    session.comment("device-to-cloud", false, "from the device");
    cloud.received(Buffer.from("thanks"));
    device.sent(Buffer.from("thanks"));
    session.comment("cloud-to-device", false, "from the cloud");
    expect(spoken()).toEqual([
      ["report", ["from the device"]],
      ["report", []],
      ["thanks", ["from the cloud"]],
      ["thanks", []],
    ]);
  });

  it("has what Cloudtap says by itself beside the packet with which it is sent", () => {
    const { session, spoken } = setUp();
    const device = session.legOpened(legOpening("device"));
    session.read();
    device.received(Buffer.from("report"));
    session.comment("cloud-to-device", true, "acknowledgement in the cloud's place");
    device.sent(Buffer.from("thanks"));
    device.sent(Buffer.from("more"));
    expect(spoken()).toEqual([
      ["report", []],
      ["thanks", ["acknowledgement in the cloud's place"]],
      ["more", []],
    ]);
  });

  it("has only so many comments beside one packet, and says that there were more", () => {
    const { session, spoken } = setUp();
    const device = session.legOpened(legOpening("device"));
    session.read();
    device.received(Buffer.from("thousands of frames"));
    for (let count = 0; count < 5_000; count += 1) session.comment("device-to-cloud", false, `frame ${count}`);
    const [, comments = []] = spoken()[0] ?? [];
    expect(comments.slice(0, 2)).toEqual(["frame 0", "frame 1"]);
    expect(comments).toHaveLength(201);
    expect(comments.at(-1)).toMatch(/left out/);
    for (let count = 0; count < 50; count += 1) session.comment("device-to-cloud", false, "x".repeat(2_000));
    expect(comments).toHaveLength(201);
  });

  it("holds nothing back where it is let go of, neither its beginning nor its goodbye", () => {
    const { session, moments } = setUp();
    const device = session.legOpened(legOpening("device"));
    session.letGo();
    expect(moments).toHaveLength(3);
    device.reset("peer");
    session.letGo();
    expect(moments).toHaveLength(4);
  });

  it("ends with why, beside the last packet of its last leg", () => {
    const { session, moments, told } = setUp();
    const device = session.legOpened(legOpening("device"));
    const cloud = session.legOpened(legOpening("cloud"));
    cloud.reset("peer");
    const before = moments.length;
    device.reset("cloudtap");
    expect(moments).toHaveLength(before);
    session.closed(reason, counters);
    expect(moments).toHaveLength(before + 1);
    expect(moments.at(-1)?.packet.comments).toEqual([goodbye]);
    expect(told.closed).toBe(1);
  });

  it("does not say why it ended where that is not wanted", () => {
    const { session, moments } = setUp(false);
    session.legOpened(legOpening("device")).reset("peer");
    session.closed(reason, counters);
    expect(moments.flatMap(({ packet }) => packet.comments)).toEqual([]);
  });

  it("is handed on as a whole though no frame was ever read", () => {
    const { session, moments } = setUp();
    session.legOpened(legOpening("device")).ended("peer");
    session.closed(reason, counters);
    expect(moments).toHaveLength(5);
    expect(moments.at(-1)?.packet.comments).toEqual([goodbye]);
  });

  it("goes on where the cloud is reached again after both legs seemed over", () => {
    const { session, moments } = setUp();
    const first = session.legOpened(legOpening("cloud"));
    first.ended("cloudtap");
    first.ended("peer");
    const held = moments.length;
    session.legOpened(legOpening("cloud"));
    expect(moments.length).toBe(held + 2 + 3);
    const times = moments.map(({ packet }) => packet.at);
    expect(times).toEqual(times.toSorted());
  });

  it("knows which leg was the last though others ended while nobody looked", () => {
    const { session, moments, told } = setUp();
    const device = session.legOpened(legOpening("device"));
    told.isWanted = false;
    for (let count = 0; count < 3; count += 1) session.legOpened(legOpening("cloud")).reset("peer");
    told.isWanted = true;
    device.received(Buffer.from("report"));
    device.reset("peer");
    session.closed(reason, counters);
    expect(moments.at(-1)?.packet.comments).toEqual([goodbye]);
  });

  it("hands on late answers of the cloud that come after its end", () => {
    const { session, spoken } = setUp();
    session.legOpened(legOpening("device")).ended("peer");
    session.closed(reason, counters);
    const late = session.legOpened(legOpening("cloud"));
    late.received(Buffer.from("thanks, at last"));
    late.reset("peer");
    expect(spoken()).toEqual([["thanks, at last", []]]);
  });

  it("keeps its secrets as they were when they came", () => {
    const { session, told } = setUp();
    const line = Buffer.from("CLIENT_RANDOM 1\n");
    session.secret(line);
    line.fill("x");
    expect(session.wantsSecrets).toBe(true);
    expect(told.secrets).toEqual(["CLIENT_RANDOM 1\n"]);
    expect(session.secrets.map((kept) => Buffer.from(kept).toString())).toEqual(["CLIENT_RANDOM 1\n"]);
  });

  it("remembers so many devices at most", () => {
    const { session } = setUp();
    for (let number = 0; number < 2_000; number += 1) session.addDevice(`envoy_pcu_${number}` as DeviceId);
    expect(session.devices.size).toBe(1_000);
  });
});
