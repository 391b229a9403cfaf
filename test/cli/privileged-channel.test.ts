import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { ParentChannel } from "../../src/cli/privileged-channel.js";
import { ParentEnd } from "./parent-end.js";

const longMs = 60_000;

async function channelTo(parent: ParentEnd): Promise<ParentChannel> {
  const found = ParentChannel.find(parent, longMs);
  parent.tell({ type: "cloudtap", interception: undefined });
  const channel = await found;
  if (channel === undefined) throw new Error("expected a channel");
  return channel;
}

describe("the channel to the privileged parent", () => {
  it("is there when Cloudtap itself started this process", async () => {
    expect((await channelTo(new ParentEnd())).open).toBe(true);
  });

  it("is not there when nobody, or somebody else, started it", async () => {
    expect(await ParentChannel.find(new EventEmitter(), longMs)).toBeUndefined();
    const other = new ParentEnd();
    const found = ParentChannel.find(other, 1);
    other.emit("message", { type: "shutdown" });
    expect(await found).toBeUndefined();
    expect(other.listenerCount("message") + other.listenerCount("disconnect")).toBe(0);
  });

  it("is not there when that process ends before it says who it is", async () => {
    const parent = new ParentEnd();
    const found = ParentChannel.find(parent, longMs);
    parent.die();
    expect(await found).toBeUndefined();
  });

  it("hands out the answer that fits", async () => {
    const parent = new ParentEnd();
    const channel = await channelTo(parent);
    const answer = channel.next((word) => word.type === "yours" && word.id === 2);
    parent.tell({ type: "yours", id: 1 });
    parent.tell({ type: "yours", id: 2 });
    expect((await answer).word).toEqual({ type: "yours", id: 2 });
  });

  it("fails every question, open or new, once the parent is gone, and says so once", async () => {
    const parent = new ParentEnd();
    const channel = await channelTo(parent);
    let ends = 0;
    channel.atEnd(() => {
      ends += 1;
    });
    const answer = channel.next(() => true);
    parent.die();
    await expect(answer).rejects.toThrow("the privileged process of Cloudtap is gone");
    await expect(channel.say({ type: "lift" })).rejects.toThrow("gone");
    await expect(channel.next(() => true)).rejects.toThrow("gone");
    expect([channel.open, ends]).toEqual([false, 1]);
  });
});
