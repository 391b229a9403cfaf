import { describe, expect, it } from "vitest";
import { ParentChannel } from "../../src/cli/privileged-channel.js";
import { createParentInterception } from "../../src/cli/privileged-interception.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";
import { ParentEnd } from "./parent-end.js";

const held = { mode: "redirect", state: "held", since: new FakeClock().now(), findings: [], counters: [] } as const;

async function start() {
  const parent = new ParentEnd();
  const found = ParentChannel.find(parent, 60_000);
  parent.tell({ type: "cloudtap", interception: undefined });
  const channel = await found;
  if (channel === undefined) throw new Error("expected a channel");
  const recorder = recordLog();
  const ports = {
    channel,
    mode: "redirect",
    relays: ["deye", "pool"],
    clock: new FakeClock(),
    log: recorder.log,
  } as const;
  return { parent, recorder, interception: createParentInterception(ports) };
}

describe("interception by the parent", () => {
  it("tells it which relays listen", async () => {
    const { parent, interception } = await start();
    parent.answer = () => ({ type: "intercepting" });
    interception.serve(["pool"]);
    await interception.start();
    expect(parent.said).toEqual([{ type: "intercept", relays: ["pool"] }]);
  });

  it("begins and ends when this process says so", async () => {
    const { parent, interception } = await start();
    expect(interception.status()).toMatchObject({ state: "lifted" });
    parent.answer = (word) => {
      parent.tell({ type: "status", status: { ...held, state: word.type === "lift" ? "lifted" : "held" } });
      return { type: word.type === "lift" ? "lifted" : "intercepting" };
    };
    await interception.start();
    expect(interception.status().state).toBe("held");
    await interception.stop();
    expect(interception.status().state).toBe("lifted");
    expect(parent.said.map(({ type }) => type)).toEqual(["intercept", "lift"]);
  });

  it("is over when the parent dies, which is said once; this process goes on", async () => {
    const { parent, recorder, interception } = await start();
    parent.answer = () => ({ type: "intercepting" });
    await interception.start();
    parent.die();
    expect(interception.status()).toMatchObject({ state: "failed", reason: expect.stringContaining("is gone") });
    expect(recorder.of("interception is over", "error")).toHaveLength(1);
    await interception.stop();
  });

  it("ends in order also where the parent dies while it is asked", async () => {
    const { parent, interception } = await start();
    const stopped = interception.stop();
    parent.die();
    await stopped;
    expect(interception.status().state).toBe("failed");
  });
});
