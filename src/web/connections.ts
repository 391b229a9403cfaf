import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Logger } from "../runtime/log.js";
import type { WebLimits } from "./limits.js";

/** An answer that is owed, and what begins it. */
interface Owed {
  readonly response: ServerResponse;
  readonly start: () => void;
}

/**
 * The open connections, within their limits. A newcomer is always served: the connection that has been idle for longest
 * ends for it, then the one that does not take its answer. So whoever holds many connections without using them keeps
 * nobody else out.
 */
export class Connections {
  readonly #limits: WebLimits;
  readonly #log: Logger;
  /** With what each is still owed, the first of it begun; in the order in which they became idle. */
  readonly #open = new Map<Socket, Owed[]>();
  #isStopping = false;

  constructor(limits: WebLimits, log: Logger) {
    this.#limits = limits;
    this.#log = log;
  }

  get size(): number {
    return this.#open.size;
  }

  admit(socket: Socket): void {
    if (this.#isStopping || (this.#open.size >= this.#limits.connections && !this.#endOne())) {
      this.#log.debug("connection refused");
      socket.destroy();
      return;
    }
    this.#open.set(socket, []);
    socket.once("close", () => this.#open.delete(socket));
  }

  /**
   * Notes that a request came, and calls `start` when those before it on its connection are answered: for Node tells an
   * answer that its reader has left only when it is its turn. Who asks too much without waiting is ended.
   */
  begin(socket: Socket, response: ServerResponse, start: () => void): void {
    this.#dropUnsent();
    const owed = this.#open.get(socket);
    if (owed === undefined) return;
    if (owed.length >= this.#limits.pipelined) {
      this.#end(socket, "connection does not wait for answers");
      return;
    }
    owed.push({ response, start });
    response.once("close", () => this.#finish(socket, owed));
    if (owed.length === 1) start();
  }

  /** Called where nothing passed on a connection for some time: it ends, unless it waits for an answer that we owe. */
  endStalled(socket: Socket): void {
    const owed = this.#open.get(socket);
    if (owed === undefined || owed.length === 0 || isSlow(owed)) this.#end(socket, "connection stalled");
  }

  /** From now on each connection ends with its answer; the idle ones end at once. */
  stop(): void {
    this.#isStopping = true;
    for (const [socket, owed] of this.#open) if (owed.length === 0) socket.destroy();
  }

  #finish(socket: Socket, owed: Owed[]): void {
    if (!this.#open.has(socket)) return;
    owed.shift();
    const [next] = owed;
    if (this.#isStopping) socket.destroySoon();
    else if (next !== undefined) next.start();
    else {
      this.#open.delete(socket);
      this.#open.set(socket, owed);
    }
  }

  #endOne(): boolean {
    const socket = this.#first((owed) => owed.length === 0) ?? this.#first(isSlow);
    if (socket === undefined) return false;
    this.#end(socket, "connection ended for another one");
    return true;
  }

  /** Answers are made whole: so what slow readers leave unread is what they cost. */
  #dropUnsent(): void {
    let unsent = 0;
    for (const owed of this.#open.values()) unsent += unsentOf(owed);
    for (const [socket, owed] of this.#open) {
      if (unsent <= this.#limits.unsentBytes) return;
      if (!isSlow(owed)) continue;
      unsent -= unsentOf(owed);
      this.#end(socket, "slow reader dropped");
    }
  }

  #first(matches: (owed: readonly Owed[]) => boolean): Socket | undefined {
    for (const [socket, owed] of this.#open) if (matches(owed)) return socket;
    return undefined;
  }

  #end(socket: Socket, why: string): void {
    this.#log.debug({ address: socket.remoteAddress }, why);
    this.#open.delete(socket);
    socket.destroy();
  }
}

/** What it waits for is written, at least in part, and not taken. */
function isSlow([first]: readonly Owed[]): boolean {
  return first !== undefined && (first.response.writableEnded || first.response.writableLength > 0);
}

function unsentOf([first]: readonly Owed[]): number {
  return first?.response.writableLength ?? 0;
}
