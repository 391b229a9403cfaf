import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/device.js";
import type { Frame, Protocol } from "../../../src/model/protocol.js";
import type { CloudLeg } from "../../../src/relay/cloud/cloud-leg.js";
import type { LateAnswers } from "../../../src/relay/cloud/late-answers.js";
import { Safekeeping } from "../../../src/relay/cloud/safekeeping.js";
import { blueprint } from "../../support/blueprint/index.js";
import { FakeClock } from "../../support/fake-clock.js";
import { recordLog } from "../../support/log-recorder.js";
import { createMemoryOutbox } from "../../support/memory-outbox.js";

const device = "blueprint_7" as DeviceId;
const frame = (first: number): Frame => ({ direction: "device-to-cloud", bytes: Uint8Array.of(first), whole: true });
/** Its cloud takes what begins with 1. */
const protocol: Protocol = {
  ...blueprint,
  delivery: { keeps: ({ bytes }) => bytes[0] === 1, judge: () => "delivered" },
};

function setUp(known: Protocol = protocol) {
  const outbox = createMemoryOutbox();
  const logs = recordLog();
  const told = { kept: 0, awaited: [] as number[], finished: 0 };
  const lateAnswers = {
    await: (_leg: CloudLeg, keys: readonly unknown[]) => told.awaited.push(keys.length),
  } as unknown as LateAnswers;
  const leg = {
    finish: () => {
      told.finished += 1;
    },
  } as unknown as CloudLeg;
  const safekeeping = new Safekeeping({
    ...{ relay: "test", protocol: known, outbox, lateAnswers, security: "tls", clock: new FakeClock(), log: logs.log },
    kept: () => {
      told.kept += 1;
    },
  });
  return { outbox, logs, told, leg, safekeeping };
}

describe("safekeeping", () => {
  it("puts what the cloud must get on disk, with whose it is and how it was said", async () => {
    const { safekeeping, outbox, told } = setUp();
    expect(await safekeeping.keep(frame(1), device)).toBe(true);
    expect([...outbox.items.values()]).toMatchObject([{ relay: "test", device, security: "tls" }]);
    expect(told.kept).toBe(1);
  });

  it("keeps nothing that the cloud would not take, and cannot keep what nobody said", async () => {
    const { safekeeping, outbox } = setUp();
    expect(await safekeeping.keep(frame(2), device)).toBe(true);
    expect(await safekeeping.keep(frame(1), undefined)).toBe(false);
    expect(await setUp(blueprint).safekeeping.keep(frame(1), device)).toBe(true);
    expect(outbox.items.size).toBe(0);
  });

  it("says that it failed, so that the device keeps its report", async () => {
    const { safekeeping, outbox, logs, told } = setUp();
    outbox.failure = new Error("disk full");
    expect(await safekeeping.keep(frame(1), device)).toBe(false);
    expect(logs.of("a report could not be kept for the cloud", "error")).toHaveLength(1);
    expect(told.kept).toBe(0);
  });

  it("leaves a leg that may still answer to whom waits for it, and ends any other", async () => {
    const { safekeeping, told, leg } = setUp();
    safekeeping.takeLeg(undefined);
    safekeeping.takeLeg(leg);
    expect(told).toMatchObject({ finished: 1, awaited: [] });
    await safekeeping.keep(frame(1), device);
    safekeeping.takeLeg(leg);
    expect(told).toMatchObject({ finished: 1, awaited: [1] });
  });
});
