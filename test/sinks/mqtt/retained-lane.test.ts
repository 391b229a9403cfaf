import { beforeEach, describe, expect, it } from "vitest";
import { RetainedLane, type RetainedTopic } from "../../../src/sinks/mqtt/retained-lane.js";
import { recordLog } from "../../support/log-recorder.js";
import { FakeLink, microtasks } from "./fake-link.js";

describe("retained messages", () => {
  const recorder = recordLog();
  let lane: RetainedLane;
  let link: FakeLink;
  let value: number;
  const state: RetainedTopic = { topic: "a/state", render: () => String(value) };

  beforeEach(() => {
    lane = new RetainedLane(recorder.log);
    link = new FakeLink();
    lane.attach(link);
    value = 1;
  });

  it("sends once what is offered several times in one go, with the last value", async () => {
    lane.offer(state);
    value = 2;
    lane.offer(state);
    await microtasks();
    expect(link.sent).toEqual([{ topic: "a/state", payload: "2", retain: true }]);
  });

  it("keeps only the newest while one is under way", async () => {
    for (value = 1; value <= 5; value += 1) {
      lane.offer(state);
      await microtasks();
    }
    value = 5;
    expect(link.sent.map(({ payload }) => payload)).toEqual(["1"]);
    link.acknowledge();
    expect(link.sent.map(({ payload }) => payload)).toEqual(["1", "5"]);
  });

  it("has a bounded number under way, whatever is offered", async () => {
    for (let index = 0; index < 500; index += 1) lane.offer({ topic: `${index}/state`, render: () => "" });
    await microtasks();
    expect(link.underWay).toBe(64);
    while (link.underWay > 0) link.acknowledge();
    expect(link.sent).toHaveLength(500);
    expect(new Set(link.topics).size).toBe(500);
  });

  it("keeps nothing of a lost link", async () => {
    lane.offer(state);
    await microtasks();
    lane.detach();
    link.lose();
    const next = new FakeLink();
    lane.attach(next);
    await microtasks();
    expect(next.sent).toEqual([]);
    lane.offer(state);
    await microtasks();
    expect(next.topics).toEqual(["a/state"]);
    expect(recorder.of("broker refused a message")).toEqual([]);
  });

  it("goes on after a refusal and tells it once", async () => {
    const other: RetainedTopic = { topic: "b/state", render: () => "" };
    for (const topic of [state, other]) lane.offer(topic);
    await microtasks();
    link.acknowledge(new Error("Not authorized"));
    link.acknowledge(new Error("Not authorized"));
    lane.offer(other);
    await microtasks();
    expect(link.topics).toEqual(["a/state", "b/state", "b/state"]);
    expect(recorder.of("broker refused a message", "warn")).toHaveLength(1);
  });

  it("is idle once everything is with the broker", async () => {
    let isIdle = false;
    lane.offer(state);
    const idle = lane.idle().then(() => {
      isIdle = true;
    });
    await microtasks();
    expect(isIdle).toBe(false);
    link.acknowledgeAll();
    await idle;
  });
});
