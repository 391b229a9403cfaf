import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/device.js";
import type { Frame } from "../../../src/model/protocol.js";
import type { CloudLeg, CloudLegOwner } from "../../../src/relay/cloud/cloud-leg.js";
import { LateAnswers } from "../../../src/relay/cloud/late-answers.js";
import { FakeClock } from "../../support/fake-clock.js";
import { recordLog } from "../../support/log-recorder.js";
import { createMemoryOutbox } from "../../support/memory-outbox.js";

const item = {
  ...{ relay: "test", device: "blueprint_7" as DeviceId, keptAt: new FakeClock().now() },
  ...{ bytes: Uint8Array.of(1), security: "plain" as const },
};
const answer = (verdict: number): Frame => ({
  direction: "cloud-to-device",
  bytes: Uint8Array.of(verdict),
  whole: true,
});

async function setUp() {
  const clock = new FakeClock();
  const outbox = createMemoryOutbox();
  const keys = [outbox.keep(item), outbox.keep(item)];
  await Promise.all(keys);
  let owner: CloudLegOwner | undefined;
  const told = { finished: 0 };
  const leg = {
    handOver: (to: CloudLegOwner) => {
      owner = to;
    },
    finish: () => {
      told.finished += 1;
    },
  } as unknown as CloudLeg;
  const delivery = {
    keeps: () => true,
    judge: ({ bytes }: Frame) =>
      bytes[0] === 200 ? ("delivered" as const) : bytes[0] === 100 ? ("interim" as const) : ("failed" as const),
  };
  const late = new LateAnswers({ outbox, delivery, clock, log: recordLog().log, waitMs: 20_000 });
  late.await(leg, keys);
  const say = async (frame: Frame): Promise<void> => {
    owner?.frames([frame]);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, outbox, told, late, say, owner: () => owner };
}

describe("late answers", () => {
  it("take what the cloud has after all out of the outbox, in order, and end then", async () => {
    const { outbox, told, say, clock } = await setUp();
    await say(answer(100));
    await say(answer(200));
    expect([...outbox.items.keys()]).toEqual(["0002"]);
    await say(answer(200));
    expect(outbox.items.size).toBe(0);
    expect([told.finished, clock.pendingTimers]).toEqual([1, 0]);
  });

  it("leave what the cloud could not take", async () => {
    const { outbox, say } = await setUp();
    await say(answer(503));
    await say(answer(200));
    expect([...outbox.items.keys()]).toEqual(["0001"]);
  });

  it("are waited for no longer than they may take", async () => {
    const { clock, told, outbox } = await setUp();
    clock.advance(20_000);
    expect([told.finished, outbox.items.size]).toEqual([1, 2]);
  });

  it("count what came with the end of the leg", async () => {
    const { owner, told, outbox } = await setUp();
    owner()?.ended([answer(200)]);
    await new Promise((resolve) => setImmediate(resolve));
    expect([told.finished, outbox.items.size]).toEqual([1, 1]);
  });

  it("are given up at a stop", async () => {
    const { late, told } = await setUp();
    late.stop();
    expect(told.finished).toBe(1);
  });
});
