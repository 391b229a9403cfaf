import { createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { isReset, Leg, type LegOwner, pauses, type Side } from "../../src/relay/leg.js";
import { ChaosSocket, portOf } from "../support/chaos-socket.js";

interface Happening {
  readonly what: "chunk" | "ended" | "drained" | "failed" | "closed";
  readonly side: Side;
  readonly text?: string;
}

class Recorder implements LegOwner {
  readonly happenings: Happening[] = [];
  readonly #watchers = new Set<() => void>();

  chunk = (side: Side, chunk: Buffer): void => this.#note({ what: "chunk", side, text: chunk.toString() });
  ended = (side: Side): void => this.#note({ what: "ended", side });
  drained = (side: Side): void => this.#note({ what: "drained", side });
  failed = (side: Side, error: Error): void => this.#note({ what: "failed", side, text: String(isReset(error)) });
  closed = (side: Side): void => this.#note({ what: "closed", side });

  of(what: Happening["what"]): Promise<Happening> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.happenings.find((one) => one.what === what);
        if (found === undefined) return;
        this.#watchers.delete(look);
        resolve(found);
      };
      this.#watchers.add(look);
      look();
    });
  }

  #note(happening: Happening): void {
    this.happenings.push(happening);
    for (const watcher of [...this.#watchers]) watcher();
  }
}

const peers: ChaosSocket[] = [];

async function setUp(): Promise<{ leg: Leg; peer: ChaosSocket; owner: Recorder }> {
  const owner = new Recorder();
  const server = createServer({ allowHalfOpen: true });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const peer = await ChaosSocket.connect(portOf(server));
  const socket = await accepted;
  server.close();
  peers.push(peer);
  return { leg: new Leg("device", { socket, tcp: socket }, owner), peer, owner };
}

afterEach(() => {
  for (const peer of peers.splice(0)) peer.socket.destroy();
});

describe("leg", () => {
  it("tells chunks, FIN, and that it is closed once both directions are finished", async () => {
    const { leg, peer, owner } = await setUp();
    peer.socket.end("hello");
    await owner.of("ended");
    leg.end();
    await owner.of("closed");
    expect(owner.happenings.map(({ what, text }) => text ?? what)).toEqual(["hello", "ended", "closed"]);
    expect(await peer.ending).toBe("fin");
  });

  it("tells a reset by the peer as such", async () => {
    const { peer, owner } = await setUp();
    peer.reset();
    expect((await owner.of("failed")).text).toBe("true");
  });

  it("resets so that the peer sees ECONNRESET", async () => {
    const { leg, peer } = await setUp();
    leg.reset();
    expect(await peer.ending).toBe("reset");
  });

  it("resets after its own FIN too", async () => {
    const { leg, peer, owner } = await setUp();
    leg.end();
    expect(await peer.ending).toBe("fin");
    leg.reset();
    await owner.of("closed");
    expect(owner.happenings.map((one) => one.what)).not.toContain("failed");
  });

  it("closes at once where a FIN waits behind bytes that the peer does not read", async () => {
    const { leg, peer, owner } = await setUp();
    peer.stall();
    while (leg.write(Buffer.alloc(1_000_000))) await new Promise((resolve) => setImmediate(resolve));
    leg.end();
    leg.reset();
    await owner.of("closed");
    expect(owner.happenings.map((one) => one.what)).toEqual(["closed"]);
  });

  it("is read again only when every reason to pause is gone", async () => {
    const { leg, peer, owner } = await setUp();
    leg.pause(pauses.slowPeer);
    leg.pause(pauses.held);
    await peer.send(Buffer.from("late"));
    leg.resume(pauses.slowPeer);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(owner.happenings).toEqual([]);
    leg.resume(pauses.held);
    expect((await owner.of("chunk")).text).toBe("late");
  });

  it("says when the peer is slow, and when everything written is out", async () => {
    const { leg, peer, owner } = await setUp();
    peer.stall();
    while (leg.write(Buffer.alloc(1_000_000))) await new Promise((resolve) => setImmediate(resolve));
    expect(leg.waitingBytes).toBeGreaterThan(0);
    peer.resume();
    await owner.of("drained");
    expect(leg.waitingBytes).toBe(0);
  });

  it("drops what is written after its end", async () => {
    const { leg, owner } = await setUp();
    leg.end();
    expect(leg.write(Buffer.from("late"))).toBe(true);
    leg.destroy();
    await owner.of("closed");
    expect(owner.happenings.map((one) => one.what)).not.toContain("failed");
  });
});
