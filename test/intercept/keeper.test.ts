import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InterceptKeeper } from "../../src/intercept/keeper.js";
import { FakeClock } from "../support/fake-clock.js";
import { type LogRecorder, recordLog } from "../support/log-recorder.js";
import { type ApplySetup, redirect, setUpApply } from "./apply-setup.js";

describe("the keeper of the rules", () => {
  let setup: ApplySetup;
  let clock: FakeClock;
  let recorder: LogRecorder;
  let keeper: InterceptKeeper;

  beforeEach(() => {
    setup = setUpApply();
    clock = new FakeClock();
    recorder = recordLog();
    keeper = new InterceptKeeper(redirect, { ...setup, clock, log: recorder.log });
  });

  afterEach(async () => {
    await keeper.stop();
    setup.remove();
  });

  /** Lets time pass until the next turn, and that come to its end. */
  async function pass(ms: number): Promise<void> {
    clock.advance(ms);
    while (clock.pendingTimers === 0) await new Promise((resolve) => setImmediate(resolve));
  }

  it("holds them from start to stop", async () => {
    expect(keeper.status()).toMatchObject({ mode: "redirect", state: "lifted" });
    await keeper.start();
    expect(keeper.status()).toMatchObject({ state: "held", backend: "nft" });
    expect(recorder.of("interception begins")).toHaveLength(1);
    await keeper.stop();
    expect(keeper.status().state).toBe("lifted");
    expect(setup.filter.calls).toEqual(["load", "refresh", "release"]);
    expect(recorder.of("interception lifted")).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it("refreshes them every eight seconds, three times within their life of 25", async () => {
    await keeper.start();
    for (const round of [1, 2, 3]) {
      await pass(8_000);
      expect(setup.filter.calls.filter((call) => call === "refresh")).toHaveLength(1 + round);
    }
    expect(keeper.status().counters).toEqual([{ relay: "deye", family: 4, packets: 3, bytes: 180 }]);
  });

  it("puts them in place again when somebody removed them, and says so", async () => {
    await keeper.start();
    setup.filter.present = false;
    await pass(8_000);
    expect(keeper.status().state).toBe("held");
    expect(setup.filter.present).toBe(true);
    expect(recorder.of("interception was interrupted").map(({ reason }) => reason)).toEqual([
      "something removed the rules",
    ]);
  });

  it("starts also where nothing can be applied: it says why once, and tries again", async () => {
    setup.filter.refusal = new Error("Operation not permitted");
    await keeper.start();
    expect(keeper.status()).toMatchObject({ state: "failed", reason: "Operation not permitted" });
    await pass(60_000);
    expect(recorder.of("the devices are not led here", "warn")).toHaveLength(1);
    setup.filter.refusal = undefined;
    await pass(60_000);
    expect(keeper.status().state).toBe("held");
    expect(keeper.status().reason).toBeUndefined();
  });

  it("names what is in the way without being an obstacle", async () => {
    const finding = { check: "ip_forward", state: "problem", found: "IPv4 is not forwarded.", remedy: "…" } as const;
    const look = async () => ({ findings: [finding], obstacles: [], filter: setup.filter });
    keeper = new InterceptKeeper(redirect, { ...setup, look, clock, log: recorder.log });
    await keeper.start();
    expect(recorder.of("in the way of interception")).toMatchObject([{ check: "ip_forward", level: 40 }]);
    expect(keeper.status().findings).toEqual([finding]);
  });

  it("does not complain of what it has just changed", async () => {
    const remedy = "…";
    const forwarding = { check: "forwarding_v4", state: "problem", found: "IPv4 is not forwarded.", remedy } as const;
    const redirections = {
      check: "redirections",
      state: "problem",
      found: "Another table redirects.",
      remedy,
    } as const;
    const look = async () => ({ findings: [forwarding, redirections], obstacles: [], filter: setup.filter });
    keeper = new InterceptKeeper({ ...redirect, prepare: true }, { ...setup, look, clock, log: recorder.log });
    await keeper.start();
    expect(recorder.of("in the way of interception").map(({ check }) => check)).toEqual(["redirections"]);
  });

  it("has everybody who stops it wait until it has lifted", async () => {
    await keeper.start();
    const first = keeper.stop();
    await keeper.stop();
    expect(keeper.status().state).toBe("lifted");
    await first;
  });

  it("ends a refresh that runs before it lifts", async () => {
    await keeper.start();
    clock.advance(8_000);
    await keeper.stop();
    expect(clock.pendingTimers).toBe(0);
    expect(setup.filter.calls).toEqual(["load", "refresh", "refresh", "release"]);
  });

  it("lifts also what a start is still applying", async () => {
    const started = keeper.start();
    await keeper.stop();
    await started;
    expect(keeper.status().state).toBe("lifted");
    expect(setup.filter.calls.at(-1)).toBe("release");
    expect(clock.pendingTimers).toBe(0);
  });

  it("starts and stops once, however often it is told", async () => {
    await Promise.all([keeper.start(), keeper.start()]);
    await keeper.stop();
    await keeper.stop();
    expect(setup.filter.calls).toEqual(["load", "refresh", "release"]);
  });
});
