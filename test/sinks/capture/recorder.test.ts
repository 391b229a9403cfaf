import { describe, expect, it } from "vitest";
import type { CaptureTarget } from "../../../src/model/capture.js";
import type { EpochUs } from "../../../src/model/recording.js";
import type { SessionInfo } from "../../../src/model/session.js";
import type { LegTraffic, SessionTraffic } from "../../../src/model/traffic.js";
import { Guard } from "../../../src/runtime/guard.js";
import { silentLogger } from "../../../src/runtime/log.js";
import { Recorder } from "../../../src/sinks/capture/recorder.js";
import { Section } from "../../../src/sinks/capture/section.js";
import { StreamOutput } from "../../../src/sinks/capture/stream-output.js";
import { Take } from "../../../src/sinks/capture/take.js";
import {
  allParts,
  inverter,
  legOpening,
  openedAt,
  openedAtUs,
  sectionOptions,
  sessionInfo,
} from "../../support/capture-moments.js";
import { turn, Viewer } from "../../support/capture-setup.js";

const reason = { by: "device", how: "fin", detail: "" } as const;
const counters = { bytesFromDevice: 0, bytesFromCloud: 0, durationMs: 0 };
const device: CaptureTarget = { type: "device", device: inverter };

interface Call {
  readonly info: SessionInfo;
  readonly traffic: SessionTraffic;
  readonly leg: LegTraffic;
}

function setUp(given: { readonly keepsBeginning?: boolean } = {}) {
  const takes: Take[] = [];
  const closed: string[] = [];
  let passed = 0;
  const recorder = new Recorder({
    guard: new Guard(silentLogger(), "capture"),
    ...{ parts: allParts, wantsSecrets: true },
    now: () => {
      passed += 1;
      return (openedAtUs + passed) as EpochUs;
    },
    protocol: () => undefined,
    takes: () => takes,
    keepsBeginning: () => given.keepsBeginning ?? false,
    closed: ({ info }) => void closed.push(info.id),
  });
  return {
    ...{ recorder, takes, closed },
    /** A session whose device leg is up. */
    call(id: string): Call {
      const info = sessionInfo(id);
      const traffic = recorder.opened(info);
      const leg = traffic.legOpened(legOpening("device"));
      recorder.find(info.id)?.read();
      return { info, traffic, leg };
    },
    begin(target: CaptureTarget = { type: "all" }) {
      const viewer = new Viewer();
      const section = new Section({ ...sectionOptions, hasSecrets: true }, openedAtUs);
      const running = { id: String(takes.length), target, reason: "on demand", since: openedAt };
      const take = new Take(running, "demand", new StreamOutput(viewer, section), []);
      takes.push(take);
      recorder.begun(take);
      return { take, viewer };
    },
  };
}

describe("what passes on all sessions", () => {
  it("is handed on once a turn, so that what is read meanwhile stands beside it", async () => {
    const { call, begin, recorder } = setUp();
    const { viewer } = begin();
    const { leg, info } = call("s-1");
    leg.received(Buffer.from("report"));
    expect(viewer.seen.packets).toEqual([]);
    recorder.find(info.id)?.comment("device-to-cloud", false, "what it was");
    await turn();
    expect(viewer.seen.texts).toEqual(["report"]);
    expect(viewer.seen.packets.at(-1)?.comments).toEqual(["what it was"]);
  });

  it("is handed on at once where very much comes in one turn", () => {
    const { call, begin } = setUp();
    const { viewer } = begin();
    const { leg } = call("s-1");
    for (let count = 0; count < 80; count += 1) leg.received(Buffer.alloc(60_000));
    expect(viewer.seen.packets.length).toBeGreaterThan(60);
  });

  it("is in the order in which it came, whichever session it is of", async () => {
    const { call, begin } = setUp();
    const { viewer } = begin();
    const [one, other] = [call("s-1"), call("s-2")];
    for (const [at, word] of ["a", "b", "c", "d"].entries()) {
      (at % 2 === 0 ? one : other).leg.received(Buffer.from(word));
      if (at === 1) await turn();
    }
    await turn();
    expect(viewer.seen.texts).toEqual(["a", "b", "c", "d"]);
    const times = viewer.seen.packets.map(({ atUs }) => atUs);
    expect(times).toEqual(times.toSorted());
  });

  it("goes to each capture that wants it", async () => {
    const { call, begin } = setUp();
    const [all, deye, pool] = [begin(), begin({ type: "relay", relay: "deye" }), begin({ type: "relay", relay: "x" })];
    call("s-1").leg.received(Buffer.from("hello"));
    await turn();
    expect([all, deye, pool].map(({ viewer }) => viewer.seen.texts)).toEqual([["hello"], ["hello"], []]);
  });

  it("is forgotten where nobody wants it: who comes later begins in the middle, without a handshake", async () => {
    const { call, begin } = setUp();
    const { leg } = call("s-1");
    leg.received(Buffer.from("before"));
    await turn();
    const { viewer } = begin();
    leg.received(Buffer.from("after"));
    await turn();
    expect(viewer.seen.packets.map(({ flags }) => flags)).toEqual(["A"]);
    expect(viewer.seen.texts).toEqual(["after"]);
    expect(viewer.seen.notes).toMatchObject([{ session: "s-1" }]);
  });

  it("is kept for whoever may want it later, from the handshake on", async () => {
    const { call, begin, recorder } = setUp({ keepsBeginning: true });
    const { leg } = call("s-1");
    leg.received(Buffer.from("before"));
    await turn();
    leg.received(Buffer.from("in this turn"));
    recorder.flush();
    const { viewer } = begin();
    leg.received(Buffer.from("after"));
    await turn();
    expect(viewer.seen.packets[0]?.flags).toBe("S");
    expect(viewer.seen.texts).toEqual(["before", "in this turn", "after"]);
  });

  it("is kept within a bound, the newest, so that who comes later may begin in the middle", async () => {
    const { call, begin } = setUp({ keepsBeginning: true });
    const { leg } = call("s-1");
    for (let count = 0; count < 100; count += 1) {
      leg.received(Buffer.alloc(10_000, String(count % 10)));
      await turn();
    }
    const { viewer } = begin();
    const { packets, texts } = viewer.seen;
    expect(packets[0]?.flags).toBe("A");
    expect(texts.length).toBeGreaterThan(20);
    expect(texts.join("").length).toBeLessThanOrEqual(256 * 1024);
    expect(texts.at(-1)?.[0]).toBe("9");
  });

  it("joins the capture of a device once its session has shown whose it is", async () => {
    const { call, begin, recorder } = setUp({ keepsBeginning: true });
    const { viewer } = begin(device);
    const { leg, info } = call("s-1");
    leg.received(Buffer.from("hello"));
    await turn();
    expect(viewer.seen.packets).toEqual([]);
    const record = recorder.find(info.id);
    if (record === undefined) throw new Error("expected a session");
    recorder.named(record, inverter);
    recorder.named(record, inverter);
    await turn();
    expect(viewer.seen.texts).toEqual(["hello"]);
    expect(viewer.seen.notes).toMatchObject([{ device: inverter }]);
  });

  it("is let go of by a capture that ends, with what had come up to then", async () => {
    const { call, begin, recorder } = setUp();
    const { viewer, take } = begin();
    const { leg } = call("s-1");
    leg.received(Buffer.from("before"));
    expect(recorder.ended(take)).toHaveLength(1);
    leg.received(Buffer.from("after"));
    await turn();
    expect(viewer.seen.texts).toEqual(["before"]);
  });

  it("is let go of with the beginning that was held back for a device's name", () => {
    const { begin, recorder } = setUp();
    const { viewer, take } = begin();
    recorder.opened(sessionInfo("s-1")).legOpened(legOpening("device")).received(Buffer.from("half a frame"));
    recorder.ended(take);
    expect(viewer.seen.texts).toEqual(["half a frame"]);
  });

  it("joins several captures at once, each with what is kept of its beginning", async () => {
    const { call, begin, recorder } = setUp({ keepsBeginning: true });
    const [one, other] = [begin(device), begin(device)];
    const { leg, info } = call("s-1");
    leg.received(Buffer.from("hello"));
    await turn();
    const record = recorder.find(info.id);
    if (record !== undefined) recorder.named(record, inverter);
    expect([one, other].map(({ viewer }) => viewer.seen.texts)).toEqual([["hello"], ["hello"]]);
  });

  it("is complete once its session is closed, and then the session is forgotten", () => {
    const { call, begin, recorder, closed } = setUp();
    const { viewer } = begin();
    const { leg, traffic, info } = call("s-1");
    leg.received(Buffer.from("hello"));
    leg.ended("peer");
    leg.ended("cloudtap");
    traffic.closed(reason, counters);
    expect(viewer.seen.packets.map(({ flags }) => flags)).toEqual(["S", "SA", "A", "A", "FA", "A", "FA", "A"]);
    expect(recorder.find(info.id)).toBeUndefined();
    expect(closed).toEqual(["s-1"]);
  });

  it("includes a late answer of the cloud to a session that is closed", async () => {
    const { call, begin } = setUp();
    const { viewer } = begin();
    const { traffic } = call("s-1");
    traffic.closed(reason, counters);
    traffic.legOpened(legOpening("cloud")).received(Buffer.from("thanks, at last"));
    await turn();
    expect(viewer.seen.texts).toEqual(["thanks, at last"]);
  });

  it("brings its secrets to the captures that have the session", async () => {
    const { call, begin } = setUp();
    const { viewer } = begin();
    const { leg, traffic } = call("s-1");
    traffic.secret(Buffer.from("CLIENT_RANDOM 1\n"));
    leg.received(Buffer.from("hello"));
    await turn();
    traffic.secret(Buffer.from("CLIENT_RANDOM 2\n"));
    expect(viewer.seen.secrets).toEqual(["CLIENT_RANDOM 1\n", "CLIENT_RANDOM 2\n"]);
  });

  it("of before is kept for nobody once nobody needs beginnings any more", async () => {
    const { call, begin, recorder } = setUp({ keepsBeginning: true });
    const { leg } = call("s-1");
    leg.received(Buffer.from("before"));
    await turn();
    recorder.forgetBeginnings();
    const { viewer } = begin();
    await turn();
    expect(viewer.seen.packets).toEqual([]);
  });
});
