import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { dial, parseTarget } from "../../src/cli/dial-target.js";

const given = (target?: string) => ({
  operands: [],
  options: new Map(target === undefined ? [] : [["target", [target]]]),
});

describe("parseTarget", () => {
  it("reads host and port", () => {
    expect(parseTarget(given("127.0.0.1:10000"), "simulate")).toEqual({ host: "127.0.0.1", port: 10_000 });
  });

  it("says what is missing or wrong", () => {
    expect(() => parseTarget(given(), "simulate")).toThrow(
      "expected --target HOST:PORT (see cloudtap simulate --help)",
    );
    expect(() => parseTarget(given("nowhere"), "simulate")).toThrow("--target: expected HOST:PORT, found nowhere");
  });
});

describe("dial", () => {
  it.each([
    [true, true],
    [false, false],
  ])("keeps its own direction open when the other end has ended: %s", async (allowHalfOpen, isWritable) => {
    const server = createServer((socket) => socket.end("bye")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const { socket, readyEvent } = dial({ host: "127.0.0.1", port }, false, allowHalfOpen);
    expect(readyEvent).toBe("connect");
    socket.resume();
    await once(socket, "end");
    await new Promise((resolve) => setImmediate(resolve));
    expect(socket.writable).toBe(isWritable);
    socket.destroy();
    server.close();
  });
});
