import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { ParentChannel } from "../../src/cli/privileged-channel.js";
import { createParentListeners } from "../../src/cli/privileged-listeners.js";
import { ParentEnd } from "./parent-end.js";

async function start() {
  const parent = new ParentEnd();
  const found = ParentChannel.find(parent, 60_000);
  parent.tell({ type: "cloudtap", interception: undefined });
  const channel = await found;
  if (channel === undefined) throw new Error("expected a channel");
  return { parent, listen: createParentListeners(channel) };
}

describe("ports that the parent opens", () => {
  it("come as a socket that listens", async () => {
    const { parent, listen } = await start();
    const server = createServer();
    const opened = listen({ host: undefined, port: 443 });
    expect(parent.said).toEqual([{ type: "listen", id: 1, host: undefined, port: 443 }]);
    parent.tell({ type: "listening", id: 1 }, server);
    expect(await opened).toBe(server);
  });

  it("are left to this process where no rights are needed", async () => {
    const { parent, listen } = await start();
    parent.answer = (word) => ("id" in word ? { type: "yours", id: word.id } : undefined);
    expect(await listen({ host: undefined, port: 10_000 })).toBeUndefined();
  });

  it("fail as they would here", async () => {
    const { parent, listen } = await start();
    parent.answer = (word) =>
      "id" in word ? { type: "refused", id: word.id, code: "EADDRINUSE", message: "in use" } : undefined;
    await expect(listen({ host: undefined, port: 443 })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("are told apart when several are asked for at a time", async () => {
    const { parent, listen } = await start();
    const [first, second] = [listen({ host: undefined, port: 443 }), listen({ host: undefined, port: 10_000 })];
    const server = createServer();
    parent.tell({ type: "yours", id: 2 });
    parent.tell({ type: "listening", id: 1 }, server);
    expect([await first, await second]).toEqual([server, undefined]);
  });

  it("are this process's own business once the parent is gone", async () => {
    const { parent, listen } = await start();
    parent.die();
    expect(await listen({ host: undefined, port: 443 })).toBeUndefined();
  });
});
