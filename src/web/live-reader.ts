import type { ServerResponse } from "node:http";
import type { Clock } from "../runtime/clock.js";
import type { LiveEvents, LiveName } from "./api-types.js";
import type { WebLimits } from "./limits.js";

/** An event as it is written; the same bytes for the same data, whoever reads it. */
export type EncodeLive = (name: LiveName, data: LiveEvents[LiveName]) => Uint8Array;

export interface LiveReaderPorts {
  readonly clock: Clock;
  readonly limits: WebLimits;
  readonly encode: EncodeLive;
  /** The reader does not keep up, and is ended. */
  dropped(unsentBytes: number): void;
}

interface Message {
  readonly name: LiveName;
  readonly data: LiveEvents[LiveName];
}

const comment = Buffer.from(":\n\n");
/** Written in one go; the socket gets time to take it before more is made. */
const pieceBytes = 64 * 1024;

/**
 * One reader of live events. `tell` only notes down what it is told, so that it costs whoever tells next to nothing; what
 * was noted is written in a turn of its own.
 */
export class LiveReader {
  readonly #response: ServerResponse;
  readonly #ports: LiveReaderPorts;
  #queue: Message[] = [];
  #isFlushing = false;
  #isClosed = false;
  /** Devices whose state was told within the last moment, with the newest state since. */
  readonly #states = new Map<string, { newest?: LiveEvents["state"] }>();
  readonly #timers = new Set<() => void>();

  constructor(response: ServerResponse, ports: LiveReaderPorts) {
    this.#response = response;
    this.#ports = ports;
    // Writing to a reader that has just left is no fault.
    response.on("error", () => this.close());
  }

  tell<N extends LiveName>(name: N, data: LiveEvents[N]): void {
    if (name === "state" && isState(data)) this.#tellState(data);
    else this.#note({ name, data });
  }

  /** Keeps proxies from taking the silence for an end. */
  beat(): void {
    this.#write(comment);
  }

  end(): void {
    this.close();
    this.#response.end();
  }

  /** Nothing is written any more. */
  close(): void {
    this.#isClosed = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#states.clear();
    this.#queue = [];
  }

  get #isOver(): boolean {
    return this.#isClosed || this.#response.writableEnded || this.#response.destroyed;
  }

  #tellState(data: LiveEvents["state"]): void {
    const waiting = this.#states.get(data.device);
    if (waiting === undefined) this.#noteState(data);
    else waiting.newest = data;
  }

  #noteState(data: LiveEvents["state"]): void {
    const { device } = data;
    this.#note({ name: "state", data });
    this.#states.set(device, {});
    const cancel = this.#ports.clock.after(this.#ports.limits.stateEveryMs, () => {
      this.#timers.delete(cancel);
      const newest = this.#states.get(device)?.newest;
      this.#states.delete(device);
      if (newest !== undefined) this.#noteState(newest);
    });
    this.#timers.add(cancel);
  }

  #note(message: Message): void {
    if (this.#isOver) return;
    this.#queue.push(message);
    if (this.#queue.length > this.#ports.limits.readerMessages) this.#drop();
    else this.#flushLater();
  }

  #flushLater(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    setImmediate(() => {
      this.#isFlushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    let count = 0;
    for (const { name, data } of this.#queue) {
      if (bytes >= pieceBytes) break;
      const piece = this.#ports.encode(name, data);
      pieces.push(piece);
      bytes += piece.length;
      count += 1;
    }
    if (count === 0) return;
    this.#queue = this.#queue.slice(count);
    this.#write(Buffer.concat(pieces, bytes));
    if (this.#queue.length > 0) this.#flushLater();
  }

  #write(bytes: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#response.writableLength > this.#ports.limits.readerBytes) this.#drop();
    else this.#response.write(bytes);
  }

  #drop(): void {
    const unsent = this.#response.writableLength;
    this.close();
    this.#ports.dropped(unsent);
    this.#response.destroy();
  }
}

function isState(data: LiveEvents[LiveName]): data is LiveEvents["state"] {
  return "values" in data;
}
