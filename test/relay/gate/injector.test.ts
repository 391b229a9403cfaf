import { describe, expect, it } from "vitest";
import type { WriteRequest } from "../../../src/model/command.js";
import type { DeviceId } from "../../../src/model/device.js";
import type { Conversation, Frame, Injection } from "../../../src/model/protocol.js";
import { Injector } from "../../../src/relay/gate/injector.js";
import { FakeClock } from "../../support/fake-clock.js";

const answer: Frame = { direction: "device-to-cloud", bytes: Uint8Array.of(9), whole: true };
const request = (key: string): WriteRequest => ({ device: "blueprint_7" as DeviceId, key, value: 1 });

/** A write is one frame and a question back; its value is the number of answers it got. */
function injection(name: string): Injection {
  let answers = 0;
  return {
    frame: Buffer.from(name),
    asks: name,
    next() {
      answers += 1;
      if (answers === 1) return { type: "wait" };
      if (answers === 2) return { type: "send", frame: Buffer.from("read back"), asks: "back" };
      return { type: "done", result: { status: "applied", value: answers } };
    },
  };
}

function setUp(given: Partial<Conversation> = {}, asksItself = false) {
  const clock = new FakeClock();
  const conversation = {
    mayAsk: true,
    encode: ({ key }: WriteRequest) => (key === "odd" ? "odd cannot be written" : injection(key)),
    ...given,
  } as Conversation;
  return { clock, injector: new Injector(conversation, asksItself) };
}

describe("an injector", () => {
  it("takes a write from its frame over the answers to its result", async () => {
    const { injector, clock } = setUp();
    const result = injector.write(request("limit"), clock.now());
    expect(injector.isWaiting).toBe(true);
    expect(injector.begin(clock.now())).toMatchObject({ asks: "limit" });
    expect(injector.answered(answer, clock.now())).toBe("wait");
    expect(injector.answered(answer, clock.now())).toMatchObject({ asks: "back" });
    expect(injector.answered(answer, clock.now())).toBeUndefined();
    expect(await result).toEqual({ status: "applied", value: 3 });
  });

  it("rejects what cannot be encoded and goes on with the next", async () => {
    const { injector, clock } = setUp();
    const odd = injector.write(request("odd"), clock.now());
    const next = injector.write(request("limit"), clock.now());
    expect(injector.begin(clock.now())).toMatchObject({ asks: "limit" });
    expect(await odd).toEqual({ status: "rejected", error: "odd cannot be written" });
    injector.expired();
    expect(await next).toMatchObject({ status: "timeout" });
  });

  it("waits until the device may be asked, and gives a write up after half a minute", async () => {
    const { injector, clock } = setUp({ mayAsk: false });
    const result = injector.write(request("limit"), clock.now());
    expect([injector.isWaiting, injector.begin(clock.now())]).toEqual([false, undefined]);
    clock.advance(injector.expiresAt - clock.now());
    injector.expirePending(clock.now());
    expect(await result).toMatchObject({ status: "timeout", error: expect.stringContaining("busy") });
    expect(injector.expiresAt).toBe(Number.POSITIVE_INFINITY);
  });

  it("asks on its own account where that is wanted, after all writes", () => {
    const { injector, clock } = setUp({ wants: () => injection("what is it?") }, true);
    void injector.write(request("limit"), clock.now());
    expect(injector.begin(clock.now())).toMatchObject({ asks: "limit" });
    injector.expired();
    expect(injector.begin(clock.now())).toMatchObject({ asks: "what is it?" });
  });

  it("tells apart what was sent and what was not when the session ends", async () => {
    const { injector, clock } = setUp();
    const sent = injector.write(request("limit"), clock.now());
    const unsent = injector.write(request("other"), clock.now());
    injector.begin(clock.now());
    injector.end();
    expect(await sent).toMatchObject({ status: "timeout" });
    expect(await unsent).toBeUndefined();
  });
});
