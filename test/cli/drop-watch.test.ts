import { describe, expect, it } from "vitest";
import { DropWatch } from "../../src/cli/drop-watch.js";
import { CloudtapError } from "../../src/runtime/errors.js";
import { FakeCaptures } from "../support/fake-captures.js";
import { FakeClock } from "../support/fake-clock.js";

function setUp() {
  const clock = new FakeClock();
  const control = new FakeCaptures();
  const said: string[] = [];
  const state = { fault: undefined as Error | undefined, asked: 0 };
  const watch = new DropWatch({
    clock,
    err: { write: (text) => said.push(text) },
    async ask() {
      state.asked += 1;
      if (state.fault !== undefined) throw state.fault;
      return JSON.parse(JSON.stringify({ ...control.status(), files: [] }));
    },
  });
  const fiveSeconds = async (): Promise<void> => {
    const before = state.asked;
    clock.advance(5_000);
    await expect.poll(() => state.asked).toBe(before + 1);
    await expect.poll(() => clock.pendingTimers).toBe(1);
  };
  return { watch, clock, control, said, state, fiveSeconds };
}

describe("packets that were dropped during a tap", () => {
  it("are said as they come, without those from before", async () => {
    const { watch, control, said, fiveSeconds, clock } = setUp();
    control.dropped = 100;
    await watch.begin();
    await fiveSeconds();
    expect(said).toEqual([]);
    control.dropped = 107;
    await fiveSeconds();
    await fiveSeconds();
    control.dropped = 109;
    await watch.end();
    expect(said).toEqual([
      "cloudtap: 7 packets were dropped; what reads them is too slow\n",
      "cloudtap: 2 packets were dropped; what reads them is too slow\n",
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("are not known once nobody can be asked, which is no reason to stop", async () => {
    const { watch, state, said, fiveSeconds } = setUp();
    await watch.begin();
    state.fault = new CloudtapError("NOT_RUNNING", "gone");
    await fiveSeconds();
    await watch.end();
    expect(said).toEqual([]);
    state.fault = new Error("a fault");
    await watch.end();
    expect(said).toEqual(["cloudtap: internal fault: Error: a fault\n"]);
  });
});
