import { createServer, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { Connections } from "../../src/web/connections.js";
import { usualLimits, type WebLimits } from "../../src/web/limits.js";
import { recordLog } from "../support/log-recorder.js";
import { openSocket } from "./web-setup.js";

interface ConnectionsSetUp {
  readonly connections: Connections;
  /** What was begun to be answered. */
  readonly begun: { readonly path: string; readonly response: ServerResponse }[];
  open(): Promise<Socket>;
  /** Waits until the server begins to answer. */
  ask(socket: Socket, path: string): Promise<ServerResponse>;
  isOpen(socket: Socket): boolean;
}

async function setUpConnections(limits: Partial<WebLimits>): Promise<ConnectionsSetUp> {
  const connections = new Connections({ ...usualLimits, ...limits }, recordLog().log);
  const begun: ConnectionsSetUp["begun"] = [];
  const server = createServer((request, response) => {
    const { socket, url: path = "" } = request;
    connections.begin(socket, response, () => begun.push({ path, response }));
  });
  const seen = new Set<number | undefined>();
  server.on("connection", (socket: Socket) => {
    seen.add(socket.remotePort);
    connections.admit(socket);
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    ...{ connections, begun },
    async open() {
      const socket = await openSocket(port);
      // Only what is read tells that it has ended.
      socket.resume();
      const { localPort } = socket;
      await expect.poll(() => seen.has(localPort) || socket.closed).toBe(true);
      return socket;
    },
    async ask(socket, path) {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      const find = () => begun.find((one) => one.path === path);
      await expect.poll(find).toBeDefined();
      const response = find()?.response;
      if (response === undefined) throw new Error("not begun");
      return response;
    },
    isOpen: (socket) => !socket.closed,
  };
}

describe("connections", () => {
  it("end the one that has been idle for longest for one too many", async () => {
    const { connections, open, isOpen } = await setUpConnections({ connections: 2 });
    const [first, second] = [await open(), await open()];
    const third = await open();
    await expect.poll(() => isOpen(first)).toBe(false);
    expect([isOpen(second), isOpen(third), connections.size]).toEqual([true, true, 2]);
  });

  it("count idleness from the last answer", async () => {
    const { open, ask, isOpen } = await setUpConnections({ connections: 2 });
    const [first, second] = [await open(), await open()];
    const response = await ask(first, "/a");
    response.end("a");
    await new Promise((resolve) => response.once("close", resolve));
    await open();
    await expect.poll(() => isOpen(second)).toBe(false);
    expect(isOpen(first)).toBe(true);
  });

  it("end a reader that does not take its answer where none is idle", async () => {
    const { open, ask, isOpen } = await setUpConnections({ connections: 2 });
    const [waiting, slow] = [await open(), await open()];
    await ask(waiting, "/a");
    slow.pause();
    (await ask(slow, "/b")).end(Buffer.alloc(32 * 1024 * 1024));
    const third = await open();
    slow.resume();
    await expect.poll(() => isOpen(slow)).toBe(false);
    expect([isOpen(waiting), isOpen(third)]).toEqual([true, true]);
  });

  it("refuse one too many where all wait for an answer", async () => {
    const { open, ask, isOpen, connections } = await setUpConnections({ connections: 1 });
    const first = await open();
    await ask(first, "/a");
    const second = await open();
    await expect.poll(() => isOpen(second)).toBe(false);
    expect([isOpen(first), connections.size]).toEqual([true, 1]);
  });

  it("work on the questions of one after the other", async () => {
    const { open, ask, begun } = await setUpConnections({});
    const socket = await open();
    const first = await ask(socket, "/a");
    socket.write("GET /b HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await ask(await open(), "/other");
    expect(begun.map(({ path }) => path)).toEqual(["/a", "/other"]);
    first.end("a");
    await expect.poll(() => begun.map(({ path }) => path)).toEqual(["/a", "/other", "/b"]);
  });

  it("end the one that asks more and more without waiting for answers", async () => {
    const { open, ask, isOpen, begun } = await setUpConnections({ pipelined: 2 });
    const [socket, other] = [await open(), await open()];
    await ask(socket, "/a");
    socket.write("GET /b HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(2));
    await expect.poll(() => isOpen(socket)).toBe(false);
    expect(isOpen(other)).toBe(true);
    expect(begun).toHaveLength(1);
  });

  it("drop slow readers, the oldest first, when more waits for them than may", async () => {
    const { open, ask, isOpen } = await setUpConnections({ unsentBytes: 24 * 1024 * 1024 });
    const [first, second, third] = [await open(), await open(), await open()];
    for (const [index, socket] of [first, second].entries()) {
      socket.pause();
      (await ask(socket, `/${index}`)).end(Buffer.alloc(20 * 1024 * 1024));
    }
    await ask(third, "/next");
    first.resume();
    await expect.poll(() => isOpen(first)).toBe(false);
    expect([isOpen(second), isOpen(third)]).toEqual([true, true]);
  });

  it("end where nothing passed for long, unless it is we who owe an answer", async () => {
    const { connections, open, ask, isOpen } = await setUpConnections({});
    const [waiting, slow] = [await open(), await open()];
    const { socket: waitingSide } = await ask(waiting, "/a");
    slow.pause();
    const response = await ask(slow, "/b");
    const { socket: slowSide } = response;
    response.end(Buffer.alloc(32 * 1024 * 1024));
    for (const side of [waitingSide, slowSide]) if (side !== null) connections.endStalled(side);
    slow.resume();
    await expect.poll(() => isOpen(slow)).toBe(false);
    expect(isOpen(waiting)).toBe(true);
  });

  it("end with their last answer at a stop, and the idle ones at once", async () => {
    const { connections, open, ask, isOpen } = await setUpConnections({});
    const [idle, busy] = [await open(), await open()];
    const response = await ask(busy, "/a");
    connections.stop();
    await expect.poll(() => isOpen(idle)).toBe(false);
    expect(isOpen(busy)).toBe(true);
    response.end("a");
    await expect.poll(() => isOpen(busy)).toBe(false);
    const late = await open();
    await expect.poll(() => isOpen(late)).toBe(false);
  });
});
