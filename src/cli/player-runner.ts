import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Player, PlayerAction } from "../model/protocol.js";
import type { Clock } from "../runtime/clock.js";

/** A dial that failed is not repeated sooner, whatever the player wants. */
const dialPauseMs = 1_000;
/** What may wait for a peer that does not read. */
const unsentLimitBytes = 4 * 1024 * 1024;
const longestWakeMs = 2_147_483_647;

export interface RunnerPorts {
  readonly clock: Clock;
  /** Takes one event, in words. */
  log(text: string): void;
  /** Opens a connection; `readyEvent` of it says that it is up. Absent where connections come in. */
  dial?(): DialledSocket;
  /** Leave after the first exchange: when nothing has passed for so long. Absent: go on for ever. */
  readonly onceQuietMs?: number;
}

export interface DialledSocket {
  readonly socket: Socket;
  readonly readyEvent: "connect" | "secureConnect";
}

/** Lets a player play over real sockets, one connection at a time. */
export class PlayerRunner {
  readonly #player: Player;
  readonly #ports: RunnerPorts;
  #socket: Socket | undefined;
  #isUp = false;
  #isOver = false;
  #sentBytes = 0;
  #cancelWake: (() => void) | undefined;
  #cancelQuiet: (() => void) | undefined;
  #finish: () => void = () => undefined;
  /** Resolves when the player wants nothing more and no connection is left. */
  readonly finished: Promise<void>;

  constructor(player: Player, ports: RunnerPorts) {
    this.#player = player;
    this.#ports = ports;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  get hasSent(): boolean {
    return this.#sentBytes > 0;
  }

  /** Takes a connection that came in. */
  accept(socket: Socket): void {
    this.#watch(socket);
    this.#up();
  }

  /** Opens the first connection. */
  connect(): void {
    if (this.#ports.dial === undefined || this.#socket !== undefined || this.#isOver) return;
    const { socket, readyEvent } = this.#ports.dial();
    this.#watch(socket);
    socket.once(readyEvent, () => this.#up());
  }

  /** Ends the connection and asks for no other. */
  stop(): void {
    this.#isOver = true;
    this.#cancelWake?.();
    this.#cancelQuiet?.();
    if (this.#socket === undefined) this.#finish();
    else if (this.#isUp) this.#socket.destroySoon();
    else this.#socket.destroy();
  }

  #watch(socket: Socket): void {
    this.#socket = socket;
    let failure = "";
    socket.on("data", (chunk: Buffer) => this.#received(chunk));
    socket.once("end", () => this.#perform(this.#player.ended?.(this.#ports.clock.now()) ?? []));
    socket.on("error", (error) => {
      failure = `: ${error.message}`;
    });
    socket.once("close", () => this.#down(failure));
  }

  #up(): void {
    this.#isUp = true;
    this.#ports.log("connected");
    this.#perform(this.#player.connected(this.#ports.clock.now()));
    this.#waitForQuiet();
  }

  #received(chunk: Buffer): void {
    this.#ports.log(`received ${chunk.length} bytes`);
    this.#perform(this.#player.received(chunk, this.#ports.clock.now()));
    this.#waitForQuiet();
  }

  #down(failure: string): void {
    const wasUp = this.#isUp;
    this.#socket = undefined;
    this.#isUp = false;
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    this.#cancelQuiet?.();
    this.#ports.log(wasUp ? `disconnected${failure}` : `cannot connect${failure}`);
    if (this.#ports.onceQuietMs !== undefined) this.#isOver = true;
    const actions = this.#player.disconnected(this.#ports.clock.now());
    if (!this.#isOver) this.#performApart(actions, wasUp);
    if (this.#socket === undefined && this.#cancelWake === undefined) this.#finish();
  }

  /** A `connect` right behind a `wake` waits for it, and one after a failed dial at least for a pause. */
  #performApart(actions: readonly PlayerAction[], wasUp: boolean): void {
    const wake = actions.findLast((action) => action.type === "wake");
    const connects = actions.some((action) => action.type === "connect");
    for (const action of actions) if (action.type === "log") this.#ports.log(action.text);
    if (connects && wake === undefined && wasUp) this.connect();
    else if (connects) this.#wakeAfter(Math.max(wake?.afterMs ?? 0, wasUp ? 0 : dialPauseMs), () => this.connect());
    else if (wake !== undefined) this.#wakeAfter(Math.max(wake.afterMs, wasUp ? 0 : dialPauseMs), () => this.#wake());
  }

  #perform(actions: readonly PlayerAction[]): void {
    for (const action of actions) {
      switch (action.type) {
        case "send":
          this.#send(action.bytes);
          break;
        case "wake":
          this.#wakeAfter(action.afterMs, () => this.#wake());
          break;
        case "end":
          this.#socket?.end();
          break;
        case "reset":
          this.#reset();
          break;
        case "connect":
          this.connect();
          break;
        case "log":
          this.#ports.log(action.text);
          break;
      }
    }
  }

  #send(bytes: Uint8Array): void {
    const socket = this.#socket;
    if (socket === undefined || !this.#isUp || !socket.writable) {
      this.#ports.log(`${bytes.length} bytes not sent: no connection`);
      return;
    }
    if (socket.writableLength > unsentLimitBytes) {
      socket.destroy(new Error("the peer does not read"));
      return;
    }
    // A player may use its buffer again.
    socket.write(Buffer.from(bytes));
    this.#sentBytes += bytes.length;
    this.#ports.log(`sent ${bytes.length} bytes`);
  }

  /** TLS has no RST of its own. */
  #reset(): void {
    if (this.#socket instanceof TLSSocket) this.#socket.destroy();
    else this.#socket?.resetAndDestroy();
  }

  #wakeAfter(afterMs: number, then: () => void): void {
    this.#cancelWake?.();
    this.#cancelWake = this.#ports.clock.after(Math.min(afterMs, longestWakeMs), () => {
      this.#cancelWake = undefined;
      then();
    });
  }

  #wake(): void {
    this.#perform(this.#player.woken(this.#ports.clock.now()));
    if (this.#isUp) this.#waitForQuiet();
    if (this.#socket === undefined && this.#cancelWake === undefined) this.#finish();
  }

  #waitForQuiet(): void {
    const { onceQuietMs, clock } = this.#ports;
    if (onceQuietMs === undefined || this.#isOver) return;
    this.#cancelQuiet?.();
    this.#cancelQuiet = clock.after(onceQuietMs, () => this.stop());
  }
}
