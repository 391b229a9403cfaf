import { describe, expect, it } from "vitest";
import type { CaptureTarget } from "../../../src/model/capture.js";
import type { EpochMs } from "../../../src/model/time.js";
import { Guard } from "../../../src/runtime/guard.js";
import { silentLogger } from "../../../src/runtime/log.js";
import type { PacketOutput, Take } from "../../../src/sinks/capture/take.js";
import { Takes } from "../../../src/sinks/capture/takes.js";
import { capturedSession, inverter, momentOf } from "../../support/capture-moments.js";
import { FakeClock } from "../../support/fake-clock.js";
import { recordLog } from "../../support/log-recorder.js";

const all: CaptureTarget = { type: "all" };
const device: CaptureTarget = { type: "device", device: inverter };

/** Counts, and ends when it is told to. */
class SlowOutput implements PacketOutput {
  captured = 0;
  dropped = 0;
  readonly #stopped: Promise<void>;
  #finish: () => void = () => undefined;

  constructor() {
    this.#stopped = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  write(): void {
    this.captured += 1;
  }

  secret(): void {}

  stop(): Promise<void> {
    return this.#stopped;
  }

  finish(): void {
    this.#finish();
  }
}

function setUp() {
  const clock = new FakeClock();
  const logs = recordLog();
  const ended: string[] = [];
  const written: string[] = [];
  const takes = new Takes({
    guard: new Guard(silentLogger(), "capture"),
    ...{ clock, log: logs.log },
    ended: ({ id }) => void ended.push(id),
    written: ({ id }) => void written.push(id),
  });
  const output = new SlowOutput();
  const begin = (target: CaptureTarget = all, seconds?: number): Take => {
    const until = seconds === undefined ? undefined : ((clock.now() + seconds * 1_000) as EpochMs);
    return takes.begin({ cause: "demand", target, reason: "on demand", relays: [], output, until });
  };
  return { clock, logs, takes, output, begin, ended, written };
}

describe("captures that go on", () => {
  it("are numbered, and told when they begin and end", async () => {
    const { takes, begin, output, logs, written } = setUp();
    const take = begin(device);
    take.write(capturedSession(), momentOf("hello"));
    expect(take.id).toBe(`1-${inverter}`);
    expect(begin().id).toBe("2-all");
    output.finish();
    await takes.end(take);
    expect(takes.all.map(({ id }) => id)).toEqual(["2-all"]);
    expect(logs.of("capture begins", "info")).toMatchObject([{ capture: take.id, reason: "on demand" }, {}]);
    expect(logs.of("capture ends", "info")).toMatchObject([{ capture: take.id, captured: 1, dropped: 0 }]);
    expect(written).toEqual([take.id]);
  });

  it("end by themselves when their time has come, and let go of their sessions at once", () => {
    const { takes, begin, clock, ended } = setUp();
    begin(all, 60);
    clock.advance(59_999);
    expect(takes.all).toHaveLength(1);
    clock.advance(1);
    expect(takes.all).toHaveLength(0);
    expect(ended).toEqual(["1-all"]);
  });

  it("go on for ever where no end is given", () => {
    const { takes, begin, clock } = setUp();
    begin();
    clock.advance(100 * 86_400_000);
    expect(takes.all).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it("end at another time once renewed, later or sooner", () => {
    const { takes, begin, clock } = setUp();
    const [late, soon] = [begin(all, 60), begin(device, 60)];
    takes.renew(late, (clock.now() + 90_000) as EpochMs);
    takes.renew(soon, (clock.now() + 30_000) as EpochMs);
    clock.advance(30_000);
    expect(takes.all).toEqual([late]);
    clock.advance(59_999);
    expect(takes.all).toEqual([late]);
    clock.advance(1);
    expect(takes.all).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("are found by why and what of", () => {
    const { takes, begin } = setUp();
    const take = begin(device);
    expect(takes.find("demand", { ...device })).toBe(take);
    expect(takes.find("anomaly", device)).toBeUndefined();
    expect(takes.find("demand", all)).toBeUndefined();
  });

  it("need what passed before where one waits for a device to show itself", async () => {
    const { takes, begin, output } = setUp();
    begin();
    expect(takes.needRing).toBe(false);
    const take = begin(device);
    expect(takes.needRing).toBe(true);
    output.finish();
    await takes.end(take);
    expect(takes.needRing).toBe(false);
  });

  it("end once, however often they are ended", async () => {
    const { takes, begin, output, ended } = setUp();
    const take = begin();
    output.finish();
    await Promise.all([takes.end(take), takes.end(take)]);
    await takes.end(take);
    expect(ended).toEqual(["1-all"]);
  });

  it("are over when all is where it belongs, also what ended before", async () => {
    const { takes, begin, output, written } = setUp();
    void takes.end(begin());
    begin(device);
    let isOver = false;
    const stopped = takes.stop().then(() => {
      isOver = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    output.finish();
    await stopped;
    expect(written).toHaveLength(2);
  });

  it("take nothing after their end, such as late answers of the cloud", async () => {
    const { takes, begin, output } = setUp();
    const take = begin();
    output.finish();
    await takes.end(take);
    take.write(capturedSession(), momentOf("late"));
    expect(output.captured).toBe(0);
  });
});
