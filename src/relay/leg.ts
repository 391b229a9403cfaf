import type { Socket } from "node:net";
import type { LegTraffic } from "../model/traffic.js";
import { systemCodeOf } from "../runtime/system-errors.js";

export type Side = "device" | "cloud";

/** Why a leg is not read. Several can hold at once; it is read again when none is left. */
export const pauses = { early: 1, slowPeer: 2, held: 4 } as const;

export type Pause = (typeof pauses)[keyof typeof pauses];

/** Who is told what happens on a leg. */
export interface LegOwner {
  chunk(side: Side, chunk: Buffer): void;
  /** FIN: nothing more will come. */
  ended(side: Side): void;
  /** Everything written so far went to the operating system. */
  drained(side: Side): void;
  /** Reset or another error; the socket is closed already. */
  failed(side: Side, error: Error): void;
  /** Both directions are finished, or the leg was destroyed. */
  closed(side: Side): void;
}

export interface LegSocket {
  readonly socket: Socket;
  /** The connection under `socket` where that is TLS, else the same. */
  readonly tcp: Socket;
  /** Is told what passes; absent: nobody wants to know. */
  readonly traffic?: LegTraffic | undefined;
}

/** One socket of a session: back pressure, FIN, RST. Knows nothing of the other leg. */
export class Leg {
  readonly #socket: Socket;
  readonly #tcp: Socket;
  readonly #traffic: LegTraffic | undefined;
  #paused = 0;

  constructor(side: Side, { socket, tcp, traffic }: LegSocket, owner: LegOwner) {
    this.#socket = socket;
    this.#tcp = tcp;
    this.#traffic = traffic;
    socket.on("data", (chunk: Buffer) => {
      traffic?.received(chunk);
      owner.chunk(side, chunk);
    });
    socket.on("end", () => {
      traffic?.ended("peer");
      owner.ended(side);
    });
    socket.on("drain", () => owner.drained(side));
    socket.on("error", (error) => {
      if (isReset(error)) traffic?.reset("peer");
      owner.failed(side, error);
    });
    socket.on("close", () => owner.closed(side));
    socket.resume();
  }

  /** Bytes written that the operating system did not take yet. */
  get waitingBytes(): number {
    return this.#socket.writableLength;
  }

  /** False: the peer is slow; write no more until `drained`. */
  write(chunk: Buffer): boolean {
    // Bytes for a leg that was ended or destroyed have nowhere to go; writing them would only raise an error.
    if (!this.#socket.writable) return true;
    this.#traffic?.sent(chunk);
    return this.#socket.write(chunk);
  }

  pause(reason: Pause): void {
    this.#paused |= reason;
    this.#socket.pause();
  }

  resume(reason: Pause): void {
    if ((this.#paused & reason) === 0) return;
    this.#paused &= ~reason;
    if (this.#paused === 0) this.#socket.resume();
  }

  /** FIN, after what is still to be written. */
  end(): void {
    this.#traffic?.ended("cloudtap");
    this.#socket.end();
  }

  /** RST: the peer sees ECONNRESET. */
  reset(): void {
    // libuv refuses to reset while a FIN waits behind unsent bytes; an abrupt close is then the nearest thing.
    const finWaits = this.#socket.writableEnded && !this.#socket.writableFinished;
    if (!finWaits && !this.#tcp.destroyed) {
      this.#traffic?.reset("cloudtap");
      this.#tcp.resetAndDestroy();
    }
    this.#socket.destroy();
  }

  /** FIN after what is still to be written, then closed without waiting for the peer's. */
  finish(): void {
    this.#traffic?.ended("cloudtap");
    this.#socket.destroySoon();
  }

  destroy(): void {
    if (!this.#socket.destroyed) this.#traffic?.ended("cloudtap");
    this.#socket.destroy();
  }
}

/** True where the peer tore the connection down, as opposed to a fault of the network or of TLS. */
export function isReset(error: Error): boolean {
  const code = systemCodeOf(error);
  return code === "ECONNRESET" || code === "EPIPE" || code === "ECONNABORTED";
}
