import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { askRunning } from "../../src/admin/client.js";
import { CloudtapError } from "../../src/runtime/errors.js";
import { setUpServer, socketFolder } from "./socket-setup.js";

const limitMs = 10_000;

/** Something that listens and does as it is told, until the test has ended. */
async function listener(serve: (socket: Socket) => void): Promise<string> {
  const path = join(socketFolder(), "a.sock");
  const sockets = new Set<Socket>();
  const server = createServer((socket) => serve(socket.on("error", () => undefined) && socket));
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return path;
}

describe("asking the running program", () => {
  it("gives the result", async () => {
    const { path } = await setUpServer(new Map([["echo", async (args) => args]]));
    expect(await askRunning(path, "echo", { text: "a\nb" }, limitMs)).toEqual({ text: "a\nb" });
  });

  it("passes on why it was refused", async () => {
    const refusal = new CloudtapError("STORE_FAILED", "the disk is full");
    const { path } = await setUpServer(new Map([["save", () => Promise.reject(refusal)]]));
    await expect(askRunning(path, "save", {}, limitMs)).rejects.toMatchObject({
      code: "REQUEST_FAILED",
      message: "the disk is full",
      details: { reason: "STORE_FAILED" },
    });
  });

  it("says that nobody listens, with what to look at", async () => {
    const path = join(socketFolder(), "a.sock");
    await expect(askRunning(path, "echo", {}, limitMs)).rejects.toMatchObject({
      code: "NOT_RUNNING",
      message: `nobody listens on ${path}; is Cloudtap running, with this data_dir?`,
    });
  });

  it("says that the path is too long", async () => {
    const path = join(socketFolder(), "a".repeat(100));
    await expect(askRunning(path, "echo", {}, limitMs)).rejects.toThrow("too long for a local socket");
  });

  it("waits no longer than it was told to", async () => {
    const path = await listener(() => undefined);
    await expect(askRunning(path, "echo", {}, 20)).rejects.toMatchObject({
      code: "REQUEST_FAILED",
      message: "no answer came within 0.02 s",
    });
  });

  it("says that the connection ended before the answer", async () => {
    const path = await listener((socket) => socket.end());
    await expect(askRunning(path, "echo", {}, limitMs)).rejects.toThrow("ended before the answer");
  });

  it("takes nothing else for an answer", async () => {
    const path = await listener((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n"));
    await expect(askRunning(path, "echo", {}, limitMs)).rejects.toThrow("no Cloudtap");
  });
});
