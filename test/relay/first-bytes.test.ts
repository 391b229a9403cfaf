import { createServer, type Socket } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { awaitFirstBytes, classifyFirstBytes } from "../../src/relay/first-bytes.js";
import { systemClock } from "../../src/runtime/clock.js";
import { ChaosSocket, portOf } from "../support/chaos-socket.js";
import { FakeClock } from "../support/fake-clock.js";

const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");

describe("telling TLS from the first bytes", () => {
  it.each([
    ["a TLS record", "16030100a5010000a1", "tls"],
    ["its first byte alone", "16", "tls"],
    ["a hello in SSLv2 format", "80310103010018", "tls"],
    ["a Solarman frame", "a5010010", "plain"],
    ["a WebSentry frame", "70839e00", "plain"],
    ["an HTTP request", "504f5354", "plain"],
    ["0x16 that is no TLS version", "1604", "plain"],
    ["0x80 that is no hello", "803102", "plain"],
    ["an SSLv2 hello for SSLv2", "8031010002", "plain"],
  ])("%s", (_name, hex, kind) => {
    expect(classifyFirstBytes(bytes(hex))).toBe(kind);
  });

  it("waits for more where too few bytes could be either", () => {
    for (const hex of ["", "80", "8031", "803101"]) expect(classifyFirstBytes(bytes(hex))).toBeUndefined();
  });

  it("never changes its mind when more bytes come", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 12 }), fc.integer({ min: 0, max: 3 }), (head, cut) => {
        const early = classifyFirstBytes(head.subarray(0, cut));
        const late = classifyFirstBytes(head);
        expect(late).toBeDefined();
        // One byte of 0x16 is taken for TLS; only a version that does not exist would prove otherwise.
        if (early === "plain" || (early === "tls" && cut > 1)) expect(late).toBe(early);
      }),
    );
  });
});

const sockets: (ChaosSocket | Socket)[] = [];

async function pair(): Promise<{ peer: ChaosSocket; socket: Socket }> {
  const server = createServer({ allowHalfOpen: true });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const peer = await ChaosSocket.connect(portOf(server));
  const socket = await accepted;
  socket.on("error", () => undefined);
  server.close();
  sockets.push(peer, socket);
  return { peer, socket };
}

afterEach(() => {
  for (const one of sockets.splice(0)) (one instanceof ChaosSocket ? one.socket : one).destroy();
});

describe("awaiting the first bytes", () => {
  it("joins bytes until it can tell, and leaves the rest in the socket", async () => {
    const { peer, socket } = await pair();
    const first = awaitFirstBytes(socket, systemClock, 10_000);
    await peer.sendSplit(bytes("803101"), [1]);
    await peer.send(bytes("03"));
    expect(await first).toEqual({ kind: "tls", head: bytes("80310103"), ended: false });
    expect(socket.isPaused()).toBe(true);
    const rest = new Promise((resolve) => socket.once("data", resolve));
    await peer.send(Buffer.from("rest"));
    socket.resume();
    expect(String(await rest)).toBe("rest");
  });

  it("takes what there is for plain when the device finishes early", async () => {
    const { peer, socket } = await pair();
    peer.socket.end(bytes("80"));
    expect(await awaitFirstBytes(socket, systemClock, 10_000)).toEqual({
      kind: "plain",
      head: bytes("80"),
      ended: true,
    });
  });

  it("takes silence for plain", async () => {
    const { socket } = await pair();
    const clock = new FakeClock();
    const first = awaitFirstBytes(socket, clock, 10_000);
    clock.advance(10_000);
    expect(await first).toEqual({ kind: "plain", head: Buffer.alloc(0), ended: false });
  });

  it("says that the connection is gone", async () => {
    const { peer, socket } = await pair();
    const clock = new FakeClock();
    const first = awaitFirstBytes(socket, clock, 10_000);
    peer.reset();
    expect(await first).toBeUndefined();
    expect(clock.pendingTimers).toBe(0);
  });
});
