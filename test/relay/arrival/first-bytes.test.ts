import { createServer, type Socket } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { protocols } from "../../../src/protocols/registry.js";
import { awaitFirstBytes, recognize } from "../../../src/relay/arrival/first-bytes.js";
import { systemClock } from "../../../src/runtime/clock.js";
import { ChaosSocket, portOf } from "../../support/chaos-socket.js";
import { FakeClock } from "../../support/fake-clock.js";

const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");

const solarmanHello = bytes("a5560010415b");

describe("recognising a connection by its first bytes", () => {
  it.each([
    ["a Solarman frame", "a5010010", "plain"],
    ["a WebSentry frame", "70839e00", "plain"],
    ["an HTTP request", "504f5354", "plain"],
    ["0x16 that is no TLS version", "16040101", "plain"],
    ["0x80 that is no hello", "80310203", "plain"],
  ])("takes %s for plain where nothing is to be told apart", (_name, hex, kind) => {
    expect(recognize(bytes(hex), [])).toEqual({ kind });
  });

  it("tells protocols apart", () => {
    expect(recognize(solarmanHello, protocols)?.protocol?.name).toBe("solarman");
    expect(recognize(bytes("70839e"), protocols)?.protocol?.name).toBe("websentry");
    expect(recognize(Buffer.from("POST /emu_reports/performance_report HTTP/1.1"), protocols)?.protocol?.name).toBe(
      "envoy",
    );
  });

  it("takes for none of them what fits none", () => {
    for (const head of ["GET / HTTP/1.1", "SSH-2.0-x", "\x05\x01\x00"]) {
      expect(recognize(Buffer.from(head, "latin1"), protocols)).toEqual({ kind: "plain" });
    }
  });

  it("waits for more where too few bytes could be several things", () => {
    for (const head of [Buffer.alloc(0), solarmanHello.subarray(0, 3), Buffer.from("POST /")]) {
      expect(recognize(head, protocols)).toBeUndefined();
    }
    expect(recognize(bytes("1603010200"), [])).toBeUndefined();
  });

  it("never changes its mind when more bytes come", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), fc.nat({ max: 24 }), (head, cut) => {
        const early = recognize(head.subarray(0, cut), protocols);
        if (early?.kind === "plain") expect(recognize(head, protocols)).toEqual(early);
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
    const first = awaitFirstBytes(socket, systemClock, { limitMs: 10_000, candidates: [] });
    const hello = bytes(`801c01030100030000001000002f${"5a".repeat(16)}`);
    await peer.sendSplit(hello.subarray(0, 20), [1, 4]);
    await peer.send(hello.subarray(20));
    expect(await first).toMatchObject({ kind: "tls", head: hello, ended: false, hello: { format: "sslv2" } });
    expect(socket.isPaused()).toBe(true);
    const rest = new Promise((resolve) => socket.once("data", resolve));
    await peer.send(Buffer.from("rest"));
    socket.resume();
    expect(String(await rest)).toBe("rest");
  });

  it("takes half a hello for TLS when the rest does not come in time", async () => {
    const { peer, socket } = await pair();
    const clock = new FakeClock();
    const first = awaitFirstBytes(socket, clock, { limitMs: 10_000, candidates: [] });
    await peer.send(bytes("1603010200"));
    while (socket.bytesRead < 5) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(10_000);
    expect(await first).toEqual({ kind: "tls", head: bytes("1603010200"), ended: false });
  });

  it("takes what there is for plain when the device finishes early", async () => {
    const { peer, socket } = await pair();
    peer.socket.end(bytes("80"));
    expect(await awaitFirstBytes(socket, systemClock, { limitMs: 10_000, candidates: [] })).toEqual({
      kind: "plain",
      head: bytes("80"),
      ended: true,
    });
  });

  it("takes silence for plain", async () => {
    const { socket } = await pair();
    const clock = new FakeClock();
    const first = awaitFirstBytes(socket, clock, { limitMs: 10_000, candidates: [] });
    clock.advance(10_000);
    expect(await first).toEqual({ kind: "plain", head: Buffer.alloc(0), ended: false });
  });

  it("says that the connection is gone", async () => {
    const { peer, socket } = await pair();
    const clock = new FakeClock();
    const first = awaitFirstBytes(socket, clock, { limitMs: 10_000, candidates: [] });
    peer.reset();
    expect(await first).toBeUndefined();
    expect(clock.pendingTimers).toBe(0);
  });
});
