import type { Peer } from "./peer.js";
import type { RemoteSocket } from "./remote-socket.js";

/** What a device waits before it calls again. */
const pauseMs = 50;

/** A device that calls its cloud, says `report`, hangs up when it is answered, and calls again, whatever happens. */
export class ReconnectingDevice {
  /** Of all calls so far that the other side answered. */
  answered = 0;
  readonly #peer: Peer;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #report: Buffer;
  #timer: NodeJS.Timeout | undefined;
  #socket: RemoteSocket | undefined;
  #isOver = false;

  constructor(peer: Peer, target: { readonly host: string; readonly port: number }, report: Buffer) {
    this.#peer = peer;
    this.#target = target;
    this.#report = report;
  }

  call(): void {
    const socket = this.#peer.dial(this.#target.host, this.#target.port);
    this.#socket = socket;
    socket.once("connect", () => socket.write(this.#report));
    socket.once("data", () => {
      this.answered += 1;
      socket.destroy();
    });
    socket.once("end", () => socket.destroy());
    socket.once("close", () => {
      if (!this.#isOver) this.#timer = setTimeout(() => this.call(), pauseMs);
    });
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
  }
}
