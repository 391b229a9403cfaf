import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeMessage } from "../support/blueprint/decoder.js";
import { runCommand } from "./test-context.js";

describe("cloudtap simulate", () => {
  let server: Server;
  let target: string;
  let heard: Buffer[];
  let sockets: Socket[];

  beforeEach(async () => {
    heard = [];
    sockets = [];
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => socket.destroy());
      socket.on("data", (chunk: Buffer) => {
        heard.push(chunk);
        server.emit("heard");
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    target = `127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  });

  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  const serials = () => heard.map((bytes) => decodeMessage(bytes)).map((message) => message.serial);

  it("plays as many devices as asked for, each with its own serial number, until it is interrupted", async () => {
    const run = runCommand(["simulate", "blueprint", "--target", target, "--devices", "3"]);
    while (heard.length < 3) await once(server, "heard");
    run.interrupt();
    expect(await run.exitCode).toBe(0);
    expect(serials().toSorted()).toEqual([1000, 1001, 1002]);
    expect(run.out()).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z device 1: connected$/m);
  });

  it("plays once and leaves", async () => {
    const run = runCommand(["simulate", "blueprint", "--target", target, "--once"]);
    expect(await run.exitCode).toBe(0);
    expect(serials()).toEqual([1000]);
  });

  it("exits with 1 when it was to play once and could not", async () => {
    server.close();
    await once(server, "close");
    const run = runCommand(["simulate", "blueprint", "--target", target, "--once"]);
    expect(await run.exitCode).toBe(1);
    expect(run.out()).toContain("device 1: cannot connect: connect ECONNREFUSED");
  });
});
