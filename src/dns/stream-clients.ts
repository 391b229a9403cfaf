import type { Server, Socket } from "node:net";
import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/log.js";
import { frameForStream, StreamSplitter } from "./stream-framing.js";

export interface StreamClientPorts {
  readonly log: Logger;
  readonly clock: Clock;
  /** Bytes of the largest question that is taken. */
  readonly limitBytes: number;
  /** Undefined: there is nothing to say. Never rejects. */
  respond(message: Buffer, address: string): Promise<Buffer | undefined>;
  /** What a client sent was no question. */
  malformed(): void;
}

/** Without a complete question or an answer on its way. */
export const streamIdleMs = 10_000;
/** Clients at a time. */
export const streamClientLimit = 64;

const atOnce = 16;
const unreadLimitBytes = 262_144;

/** Those who ask over TCP. Each may ask any number of questions; it waits while some of its own are unanswered. */
export class StreamClients {
  readonly #ports: StreamClientPorts;
  readonly #sockets = new Set<Socket>();

  constructor(ports: StreamClientPorts) {
    this.#ports = ports;
  }

  get size(): number {
    return this.#sockets.size;
  }

  accept(server: Server): void {
    server.on("connection", (socket) => {
      if (this.#sockets.size >= streamClientLimit) {
        socket.destroy();
        return;
      }
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      this.#serve(socket).catch((error: unknown) => {
        this.#ports.log.debug({ err: error, address: socket.remoteAddress }, "connection of an asker ended");
        socket.destroy();
      });
    });
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #serve(socket: Socket): Promise<void> {
    const { clock, limitBytes, malformed } = this.#ports;
    const address = socket.remoteAddress ?? "";
    const splitter = new StreamSplitter(limitBytes);
    const giveUp = (): unknown => socket.destroy();
    let cancelIdle = clock.after(streamIdleMs, giveUp);
    try {
      for await (const chunk of socket) {
        const messages = splitter.push(chunk);
        for (let first = 0; first < messages.length; first += atOnce) {
          await this.#answer(socket, messages.slice(first, first + atOnce), address);
        }
        if (splitter.failed) {
          malformed();
          break;
        }
        if (messages.length === 0) continue;
        cancelIdle();
        cancelIdle = clock.after(streamIdleMs, giveUp);
      }
      socket.end();
    } finally {
      cancelIdle();
    }
  }

  async #answer(socket: Socket, messages: readonly Buffer[], address: string): Promise<void> {
    const answering = messages.map(async (message) => {
      const reply = await this.#ports.respond(message, address);
      if (reply !== undefined && socket.writable) socket.write(frameForStream(reply));
    });
    await Promise.all(answering);
    if (socket.writableLength > unreadLimitBytes) socket.destroy();
  }
}
