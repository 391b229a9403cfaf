import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DialledSocket, PlayerRunner, type RunnerPorts } from "../../src/cli/player-runner.js";
import type { Player, PlayerAction } from "../../src/model/protocol.js";
import { FakeClock } from "../support/fake-clock.js";

const hello: PlayerAction = { type: "send", bytes: Buffer.from("hello") };

/** A player that does what the test says; `calls` is what it was told. */
function scripted(script: Partial<Record<keyof Player, readonly PlayerAction[]>>) {
  const calls: string[] = [];
  const told = (name: keyof Player) => (): readonly PlayerAction[] => {
    calls.push(name);
    return script[name] ?? [];
  };
  const player: Player = {
    ...{ connected: told("connected"), received: told("received"), woken: told("woken") },
    disconnected: told("disconnected"),
  };
  return { player, calls };
}

describe("PlayerRunner", () => {
  let server: Server;
  let sockets: Socket[];
  let port: number;
  let dials: number;
  let clock: FakeClock;
  let log: string[];
  let watchers: Set<() => void>;

  beforeEach(async () => {
    sockets = [];
    dials = 0;
    log = [];
    watchers = new Set();
    clock = new FakeClock();
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => socket.destroy());
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    port = typeof address === "object" ? (address?.port ?? 0) : 0;
  });

  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  function ports(extra: Partial<RunnerPorts> = {}): RunnerPorts {
    return {
      clock,
      log(text) {
        log.push(text);
        for (const watcher of watchers) watcher();
      },
      dial(): DialledSocket {
        dials += 1;
        return { socket: connect(port, "127.0.0.1"), readyEvent: "connect" };
      },
      ...extra,
    };
  }

  function logged(text: string, times = 1): Promise<void> {
    return new Promise((resolve) => {
      const watcher = (): void => {
        if (log.filter((line) => line.startsWith(text)).length < times) return;
        watchers.delete(watcher);
        resolve();
      };
      watchers.add(watcher);
      watcher();
    });
  }

  async function accepted(): Promise<Socket> {
    const [socket] = await once(server, "connection");
    return socket;
  }

  it("plays what the player wants, in order", async () => {
    const { player } = scripted({ connected: [{ type: "log", text: "says hello" }, hello, { type: "end" }] });
    const runner = new PlayerRunner(player, ports());
    runner.connect();
    const socket = await accepted();
    let heard = "";
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.toString();
    });
    await once(socket, "end");
    await runner.finished;
    expect(heard).toBe("hello");
    expect(log).toEqual(["connected", "says hello", "sent 5 bytes", "disconnected"]);
    expect(runner.hasSent).toBe(true);
  });

  it("resets the connection where the player does", async () => {
    const { player } = scripted({ received: [{ type: "reset" }] });
    const runner = new PlayerRunner(player, ports());
    runner.connect();
    const socket = await accepted();
    socket.write("abc");
    const [error] = await once(socket, "error");
    expect(error).toMatchObject({ code: "ECONNRESET" });
    await runner.finished;
  });

  it("tells a player that wants to know that the other end says nothing more", async () => {
    const { player, calls } = scripted({});
    const ended = (): readonly PlayerAction[] => [hello, { type: "end" }];
    const dial = (): DialledSocket => ({
      ...{ socket: connect({ port, host: "127.0.0.1", allowHalfOpen: true }), readyEvent: "connect" },
    });
    const runner = new PlayerRunner({ ...player, ended }, ports({ dial }));
    runner.connect();
    const socket = await accepted();
    const heard = once(socket, "data");
    socket.end();
    expect(String((await heard)[0])).toBe("hello");
    await runner.finished;
    expect(calls).toEqual(["connected", "disconnected"]);
  });

  it("hands over what comes", async () => {
    const { player, calls } = scripted({ received: [hello] });
    const runner = new PlayerRunner(player, ports());
    runner.connect();
    const socket = await accepted();
    socket.write("abc");
    await logged("received 3 bytes");
    expect(calls).toEqual(["connected", "received"]);
    runner.stop();
    await runner.finished;
  });

  it("wakes the player when it asked for it; a new wake replaces the old one", async () => {
    const script = {
      connected: [
        { type: "wake", afterMs: 50 },
        { type: "wake", afterMs: 100 },
      ] as const,
    };
    const { player, calls } = scripted(script);
    const runner = new PlayerRunner(player, ports());
    runner.connect();
    await logged("connected");
    clock.advance(99);
    expect(calls).toEqual(["connected"]);
    clock.advance(1);
    expect(calls).toEqual(["connected", "woken"]);
    runner.stop();
    await runner.finished;
  });

  it.each<[string, Partial<Record<keyof Player, readonly PlayerAction[]>>]>([
    [
      "with `connect` when it is woken",
      { disconnected: [{ type: "wake", afterMs: 60_000 }], woken: [{ type: "connect" }] },
    ],
    ["with `wake` and `connect` at once", { disconnected: [{ type: "wake", afterMs: 60_000 }, { type: "connect" }] }],
  ])("connects again as the player asks: %s", async (_name, script) => {
    const { player } = scripted({ connected: [{ type: "end" }], ...script });
    const runner = new PlayerRunner(player, ports());
    runner.connect();
    (await accepted()).resume();
    await logged("disconnected");
    clock.advance(59_999);
    expect(dials).toBe(1);
    clock.advance(1);
    await accepted();
    expect(dials).toBe(2);
    runner.stop();
    await runner.finished;
  });

  it("pauses after a failed dial, whatever the player wants", async () => {
    server.close();
    await once(server, "close");
    const runner = new PlayerRunner(scripted({ disconnected: [{ type: "connect" }] }).player, ports());
    runner.connect();
    await logged("cannot connect");
    clock.advance(999);
    expect(dials).toBe(1);
    clock.advance(1);
    expect(dials).toBe(2);
    await logged("cannot connect", 2);
    expect(log[0]).toContain("ECONNREFUSED");
    runner.stop();
    await runner.finished;
    expect(runner.hasSent).toBe(false);
  });

  it("leaves after the first exchange where it is to play once", async () => {
    const { player } = scripted({ connected: [hello], disconnected: [{ type: "connect" }] });
    const runner = new PlayerRunner(player, ports({ onceQuietMs: 2_000 }));
    runner.connect();
    const socket = await accepted();
    socket.resume();
    await logged("sent 5 bytes");
    clock.advance(1_999);
    socket.write("x");
    await logged("received 1 bytes");
    clock.advance(1_999);
    expect(log).not.toContain("disconnected");
    clock.advance(1);
    await runner.finished;
    expect(dials).toBe(1);
  });

  it("is finished when the player wants nothing more", async () => {
    const runner = new PlayerRunner(scripted({ connected: [hello] }).player, ports());
    runner.connect();
    (await accepted()).destroy();
    await runner.finished;
    expect(dials).toBe(1);
  });

  it("says what it could not send", async () => {
    const script = { disconnected: [{ type: "wake", afterMs: 10 }], woken: [hello] } as const;
    const runner = new PlayerRunner(scripted({ connected: [{ type: "end" }], ...script }).player, ports());
    runner.connect();
    (await accepted()).resume();
    await logged("disconnected");
    clock.advance(10);
    await runner.finished;
    expect(log.at(-1)).toBe("5 bytes not sent: no connection");
  });
});
