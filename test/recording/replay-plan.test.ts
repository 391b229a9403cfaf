import { describe, expect, it } from "vitest";
import type { EpochUs, RecordedEvent, RecordedLeg } from "../../src/model/recording.js";
import type { Direction } from "../../src/model/session.js";
import { raw } from "../../src/protocols/raw/index.js";
import { answerCounter, ReplayPlan } from "../../src/recording/replay-plan.js";
import { encodeAnswer, encodeReport } from "../support/blueprint/encoder.js";
import { blueprint } from "../support/blueprint/index.js";

const report = encodeReport(1_000, 1, { powerW: 1, temperatureC: 2, energyTotalWh: 3 });
const answer = encodeAnswer(1_000, 1, 0x01);
const us = (ms: number): EpochUs => (ms * 1000) as EpochUs;

function leg(id: string): RecordedLeg {
  return { id, client: { address: "10.0.0.5", port: Number(id) }, server: { address: "10.0.0.1", port: 9999 } };
}

function data(of: RecordedLeg, direction: Direction, bytes: Uint8Array, ms: number): RecordedEvent {
  return { type: "data", leg: of, direction, bytes, at: us(ms), place: 1 };
}

function planOf(events: readonly RecordedEvent[], given = blueprint) {
  const plan = new ReplayPlan({ protocols: [blueprint], given });
  for (const event of events) plan.take(event);
  return { sessions: plan.end(), bytes: plan.bytes };
}

describe("ReplayPlan", () => {
  it("tells what the device did, after how many answers and how long after them", () => {
    const one = leg("1");
    const { sessions, bytes } = planOf([
      { type: "opened", leg: one, at: us(0), complete: true },
      data(one, "device-to-cloud", report, 50),
      data(one, "cloud-to-device", answer.subarray(0, 4), 80),
      data(one, "cloud-to-device", answer.subarray(4), 90),
      data(one, "device-to-cloud", report.subarray(0, 3), 190),
      data(one, "device-to-cloud", report.subarray(3), 200),
      { type: "ended", leg: one, direction: "cloud-to-device", at: us(250), place: 5 },
      { type: "ended", leg: one, direction: "device-to-cloud", at: us(300), place: 6 },
      { type: "closed", leg: one, at: us(300) },
    ]);
    expect(sessions).toHaveLength(1);
    expect(sessions[0]?.steps).toEqual([
      { action: { type: "send", bytes: report }, awaits: 0, pauseUs: 50_000 },
      { action: { type: "send", bytes: report.subarray(0, 3) }, awaits: 1, pauseUs: 100_000 },
      { action: { type: "send", bytes: report.subarray(3) }, awaits: 1, pauseUs: 10_000 },
      { action: { type: "end" }, awaits: 1, pauseUs: 100_000 },
    ]);
    expect(sessions[0]).toMatchObject({ number: 1, answers: 1, lostBytes: 0, beganAt: us(0), endedAt: us(300) });
    expect(bytes).toBe(2 * report.length + answer.length);
  });

  it("numbers sessions in the order in which they began, closed or not", () => {
    const [one, two] = [leg("1"), leg("2")];
    const { sessions } = planOf([
      { type: "opened", leg: one, at: us(0), complete: true },
      { type: "opened", leg: two, at: us(10), complete: true },
      data(two, "device-to-cloud", report, 20),
      { type: "reset", leg: two, direction: "device-to-cloud", at: us(30), place: 2 },
      { type: "closed", leg: two, at: us(30) },
      data(one, "device-to-cloud", report, 40),
    ]);
    expect(sessions.map((session) => [session.number, session.leg.id])).toEqual([
      [1, "1"],
      [2, "2"],
    ]);
    expect(sessions[1]?.steps.at(-1)?.action).toEqual({ type: "reset" });
  });

  it("counts what the recording lacks of the device", () => {
    const one = leg("1");
    const { sessions } = planOf([
      { type: "opened", leg: one, at: us(0), complete: true },
      { type: "lost", leg: one, direction: "device-to-cloud", bytes: 7, at: us(1), place: 1 },
      { type: "lost", leg: one, direction: "cloud-to-device", bytes: 9, at: us(1), place: 1 },
    ]);
    expect(sessions[0]?.lostBytes).toBe(7);
  });
});

describe("answerCounter", () => {
  it("counts whole frames where there are frames, and bytes elsewhere", () => {
    const frames = answerCounter({ type: "known", protocol: blueprint });
    expect([answer.subarray(0, 5), answer.subarray(5), Buffer.concat([answer, answer])].map(frames)).toEqual([0, 1, 2]);
    expect(answerCounter({ type: "known", protocol: raw })(answer)).toBe(answer.length);
    expect(answerCounter({ type: "unknown" })(answer)).toBe(answer.length);
  });
});
