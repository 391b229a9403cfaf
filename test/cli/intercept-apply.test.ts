import { describe, expect, it } from "vitest";
import type { CommandContext } from "../../src/cli/context.js";
import { describeApplied, describeLifetime, hold } from "../../src/cli/intercept-apply.js";
import type { Interception, InterceptStatus } from "../../src/intercept/interception.js";
import { protocols } from "../../src/protocols/registry.js";
import { FakeFilter } from "../intercept/fake-filter.js";
import { FakeClock } from "../support/fake-clock.js";
import { runCommand } from "./test-context.js";

const missing = { check: "ip_forward", state: "problem", found: "IPv4 is not forwarded.", remedy: "Set it." } as const;

function fakeInterception(state: InterceptStatus["state"]): Interception & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    ...{ calls, name: "interception" },
    serve: () => undefined,
    start: async () => void calls.push("start"),
    stop: async () => void calls.push("stop"),
    status: () => ({ mode: "redirect", state, since: new FakeClock().now(), findings: [], counters: [] }),
  };
}

function contextOf(interruption: AbortController): CommandContext {
  const unused = (): never => {
    throw new Error("not used here");
  };
  const out = { write: () => undefined };
  return {
    ...{ version: "1.2.3", environment: {}, terminal: false, optionsFile: "", clock: new FakeClock(), out, err: out },
    ...{ input: unused, bytes: unused, protocols: unused, interruption: () => interruption.signal },
  };
}

describe("cloudtap intercept apply", () => {
  it("does nothing where no gateway leads anybody here", async () => {
    const run = runCommand(["intercept", "apply"], { protocols: async () => protocols });
    expect(await run.exitCode).toBe(0);
    expect(run.out()).toBe("Nothing is applied: intercept.mode is none.\n");
  });

  it("says what is in the way, what could not be done, and what was", () => {
    const filter = new FakeFilter();
    const findings = [missing, { check: "mark", state: "ok", found: "Nobody uses the mark." } as const];
    expect(describeApplied({ filter, findings, problems: ["EROFS"], done: ["loaded the rules with nft"] })).toBe(
      "in the way: IPv4 is not forwarded. Set it.\nnot done: EROFS\nloaded the rules with nft\n",
    );
  });

  it("says how long it lasts", () => {
    const filter = new FakeFilter();
    expect(describeLifetime({ filter })).toContain("after 25 seconds");
    filter.lapses = false;
    expect(describeLifetime({ filter })).toContain("removed as this command ends");
  });

  it("holds until it is told to end, then lifts", async () => {
    const interruption = new AbortController();
    const interception = fakeInterception("held");
    const code = hold(interception, contextOf(interruption));
    interruption.abort();
    expect(await code).toBe(0);
    expect(interception.calls).toEqual(["start", "stop"]);
  });

  it("holds while nobody tells it to end", async () => {
    const interruption = new AbortController();
    const interception = fakeInterception("held");
    const code = hold(interception, contextOf(interruption));
    await new Promise((resolve) => setImmediate(resolve));
    expect(interception.calls).toEqual(["start"]);
    interruption.abort();
    expect(await code).toBe(0);
  });

  it("ends with 1 where there is nothing to hold", async () => {
    const interception = fakeInterception("failed");
    expect(await hold(interception, contextOf(new AbortController()))).toBe(1);
    expect(interception.calls).toEqual(["start", "stop"]);
  });
});
