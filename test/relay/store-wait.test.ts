import { describe, expect, it } from "vitest";
import type { BusMessage } from "../../src/model/ports.js";
import { waitForStore } from "../../src/relay/store-wait.js";
import { createBus } from "../../src/runtime/bus.js";
import { conversationOptions } from "../support/conversation-options.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";

function setUp() {
  const clock = new FakeClock();
  const logs = recordLog();
  const bus = createBus(logs.log);
  const messages: BusMessage[] = [];
  bus.subscribe("test", (message) => messages.push(message));
  const done: (boolean | undefined)[] = [];
  const { session } = conversationOptions();
  const wait = (stored: Promise<boolean>) =>
    waitForStore({ session, log: logs.log, clock, bus }, "device-to-cloud", stored, (ok) => done.push(ok));
  return { clock, logs, messages, done, wait };
}

describe("waiting for the store", () => {
  it("gives on what the store says, once, and a failure as false", async () => {
    const { clock, done, wait } = setUp();
    wait(Promise.resolve(true));
    wait(Promise.resolve(false));
    wait(Promise.reject(new Error("disk full")));
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(20_000);
    expect(done).toEqual([true, false, false]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("ends after ten seconds with a report, and ignores what comes later", async () => {
    const { clock, logs, messages, done, wait } = setUp();
    let late: (ok: boolean) => void = () => undefined;
    wait(
      new Promise((resolve) => {
        late = resolve;
      }),
    );
    clock.advance(9_999);
    expect(done).toEqual([]);
    clock.advance(1);
    late(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toEqual([undefined]);
    expect(messages).toMatchObject([{ type: "anomaly", anomaly: { kind: "ledger_late" } }]);
    expect(logs.of("totals not on disk in time", "warn")).toHaveLength(1);
  });
});
