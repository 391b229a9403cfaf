import { beforeEach, describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/device.js";
import type { MessageQueue } from "../../../src/model/ports.js";
import { EventLane } from "../../../src/sinks/mqtt/event-lane.js";
import { recordLog } from "../../support/log-recorder.js";
import { createMemoryQueue } from "../../support/memory-queue.js";
import { inverterId } from "./descriptions.js";
import { FakeLink, microtasks } from "./fake-link.js";

const topicOf = {
  event: (device: DeviceId) => `cloudtap/${device}/event`,
  response: (device: DeviceId) => `cloudtap/${device}/response`,
};

describe("events", () => {
  let queue: MessageQueue;
  let lane: EventLane;
  const recorder = recordLog();

  beforeEach(() => {
    queue = createMemoryQueue();
    lane = new EventLane(queue, topicOf, recorder.log);
  });

  function fill(count: number): void {
    for (let number = 0; number < count; number += 1) lane.accept(inverterId, { number });
  }

  const numbers = (link: FakeLink) => link.sent.map(({ payload }) => JSON.parse(payload).number);

  it("are published, not retained, and leave the queue once the broker has them", async () => {
    const link = new FakeLink();
    lane.attach(link);
    fill(1);
    await microtasks();
    expect(link.sent).toEqual([{ topic: `cloudtap/${inverterId}/event`, payload: '{"number":0}', retain: false }]);
    expect(queue.size).toBe(1);
    link.acknowledgeAll();
    await lane.idle();
    expect(queue.size).toBe(0);
  });

  it("wait while there is no link and then go in order", async () => {
    fill(100);
    await lane.idle();
    expect(queue.size).toBe(100);
    const link = new FakeLink(true);
    lane.attach(link);
    await lane.idle();
    expect(numbers(link)).toEqual(Array.from({ length: 100 }, (_unused, index) => index));
    expect(queue.size).toBe(0);
  });

  it("go again from the first that the broker did not confirm", async () => {
    fill(5);
    const link = new FakeLink();
    lane.attach(link);
    await microtasks();
    link.acknowledge();
    link.acknowledge();
    lane.detach();
    link.lose();
    await lane.idle();
    expect(queue.size).toBe(3);
    const next = new FakeLink(true);
    lane.attach(next);
    await lane.idle();
    expect(numbers(next)).toEqual([2, 3, 4]);
  });

  it("are given up where the broker refuses them, so that the others pass", async () => {
    fill(2);
    const link = new FakeLink();
    lane.attach(link);
    await microtasks();
    link.acknowledge(Object.assign(new Error("Not authorized"), { code: 135 }));
    link.acknowledge();
    await lane.idle();
    expect(queue.size).toBe(0);
    expect(recorder.of("broker refused an event", "warn")).toHaveLength(1);
  });

  it("that come while the queue is being emptied are not left behind", async () => {
    const link = new FakeLink(true);
    lane.attach(link);
    for (let round = 0; round < 20; round += 1) {
      fill(3);
      for (let turn = 0; turn < round; turn += 1) await Promise.resolve();
    }
    await lane.idle();
    expect(link.sent).toHaveLength(60);
    expect(queue.size).toBe(0);
  });

  it("keep their place among the responses to writes, which have a topic of their own", async () => {
    lane.accept(inverterId, { number: 1 });
    lane.accept(inverterId, { number: 2 }, "response");
    lane.accept(inverterId, { number: 3 });
    await lane.idle();
    const link = new FakeLink(true);
    lane.attach(link);
    await lane.idle();
    expect(link.topics.map((topic) => topic.split("/").at(-1))).toEqual(["event", "response", "event"]);
    expect(numbers(link)).toEqual([1, 2, 3]);
  });

  it("that the disk does not take are lost with a word, and nothing else breaks", async () => {
    const failing: MessageQueue = { ...createMemoryQueue(), push: () => Promise.reject(new Error("disk full")) };
    const broken = new EventLane(failing, topicOf, recorder.log);
    for (let round = 0; round < 3; round += 1) broken.accept(inverterId, {});
    await broken.idle();
    expect(recorder.of("event lost", "error")).toHaveLength(1);
  });

  it("do not pile up in memory when the disk hangs", async () => {
    let pushes = 0;
    const hanging: MessageQueue = {
      ...createMemoryQueue(),
      push: () => {
        pushes += 1;
        return new Promise(() => undefined);
      },
    };
    const stuck = new EventLane(hanging, topicOf, recorder.log);
    for (let round = 0; round < 5_000; round += 1) stuck.accept(inverterId, {});
    expect(pushes).toBe(1_000);
  });
});
