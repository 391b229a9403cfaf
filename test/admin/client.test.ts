import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { askRunning, streamFromRunning } from "../../src/admin/client.js";
import { CloudtapError } from "../../src/runtime/errors.js";
import { playedStream, setUpServer, socketFolder } from "./socket-setup.js";

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

describe("taking a stream of the running program", () => {
  it("gives its bytes from the first on, also those that came with the answer", async () => {
    const path = await listener((socket) => socket.end('{"ok":true,"result":"stream"}\n\n\u0000more'));
    const stream = await streamFromRunning(path, "tap", {});
    const chunks: Buffer[] = await stream.toArray();
    expect(Buffer.concat(chunks).toString()).toBe("\n\u0000more");
  });

  it("ends it there when it is destroyed here", async () => {
    const played = playedStream();
    const { path } = await setUpServer(new Map([["tap", played]]));
    const stream = await streamFromRunning(path, "tap", { of: "roof" });
    played.output?.write(Buffer.from("a"));
    expect(played.asked).toEqual([{ of: "roof" }]);
    stream.destroy();
    await expect.poll(() => played.stopped).toBe(1);
  });

  it("tells whoever writes too fast to wait, and when to go on", async () => {
    const played = playedStream();
    const { path } = await setUpServer(new Map([["tap", played]]));
    const stream = await streamFromRunning(path, "tap", {});
    await expect.poll(() => played.output).toBeDefined();
    let drained = 0;
    played.output?.onDrained(() => {
      drained += 1;
    });
    const chunk = Buffer.alloc(65_536, 7);
    let written = chunk.length;
    while (played.output?.write(chunk) === true) written += chunk.length;
    expect(written).toBeGreaterThan(2_000_000);
    expect(drained).toBe(0);
    let read = 0;
    stream.on("data", (part: Buffer) => {
      read += part.length;
    });
    stream.resume();
    await expect.poll(() => drained).toBe(1);
    await expect.poll(() => read).toBe(written);
    stream.destroy();
  });

  it("says why it is refused, and that nobody listens", async () => {
    const refuse = { open: () => Promise.reject(new CloudtapError("CAPTURE_FAILED", "nobody of that name")) };
    const { path } = await setUpServer(new Map([["tap", refuse]]));
    await expect(streamFromRunning(path, "tap", {})).rejects.toMatchObject({
      code: "REQUEST_FAILED",
      message: "nobody of that name",
      details: { reason: "CAPTURE_FAILED" },
    });
    await expect(streamFromRunning(join(socketFolder(), "a.sock"), "tap", {})).rejects.toMatchObject({
      code: "NOT_RUNNING",
    });
  });
});
