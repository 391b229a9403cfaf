import type { IncomingMessage, ServerResponse } from "node:http";
import { plainAddress } from "../runtime/addresses.js";
import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/log.js";
import type { LiveEvents, LiveName } from "./api-types.js";
import { onGone } from "./gone.js";
import type { WebLimits } from "./limits.js";
import { LiveReader } from "./live-reader.js";
import type { LiveWish, PageSources } from "./sources.js";

export interface LivePorts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly limits: WebLimits;
  /** All readers come by one address, the Supervisor's. */
  readonly ingress: boolean;
}

const headers = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
};
/** How long a browser waits before it calls again. */
const retry = Buffer.from("retry: 3000\n");

/** The readers of server-sent events. Nothing is watched, and nothing encoded, while there are none. */
export class Live {
  readonly #sources: Pick<PageSources, "watch" | "version">;
  readonly #ports: LivePorts;
  readonly #readers = new Map<LiveReader, string>();
  /** What was encoded in this turn of the event loop, in which all readers write it. */
  readonly #encoded = new Map<object, { readonly name: LiveName; readonly bytes: Uint8Array }>();
  #cancelBeat: (() => void) | undefined;
  #dropped = 0;

  constructor(sources: Pick<PageSources, "watch" | "version">, ports: LivePorts) {
    this.#sources = sources;
    this.#ports = ports;
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** Since the start: those that did not keep up. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Answers until one side ends it. False: there are too many readers already; nothing was answered. */
  open(wish: LiveWish, request: IncomingMessage, response: ServerResponse): boolean {
    const address = plainAddress(request.socket.remoteAddress ?? "");
    if (!this.#hasRoom(address)) return false;
    const reader = this.#begin(address, response);
    const stop = this.#sources.watch(wish, (name, data) => reader.tell(name, data));
    onGone(response, () => {
      stop();
      reader.close();
      this.#readers.delete(reader);
      if (this.#readers.size === 0) this.#stopBeat();
    });
    return true;
  }

  /** Ends all of them; they come back when they find somebody who answers. */
  stop(): void {
    this.#stopBeat();
    for (const reader of this.#readers.keys()) reader.end();
  }

  #begin(address: string, response: ServerResponse): LiveReader {
    const { clock, limits, log } = this.#ports;
    const reader = new LiveReader(response, {
      ...{ clock, limits },
      encode: (name, data) => this.#encode(name, data),
      dropped: (unsentBytes) => {
        this.#dropped += 1;
        log.debug({ address, unsentBytes, dropped: this.#dropped }, "slow reader dropped");
      },
    });
    this.#readers.set(reader, address);
    response.writeHead(200, headers);
    const hello = this.#encode("hello", { version: this.#sources.version, now: clock.now() });
    response.write(Buffer.concat([retry, hello]));
    this.#cancelBeat ??= this.#beatLater();
    return reader;
  }

  #hasRoom(address: string): boolean {
    const { limits, ingress } = this.#ports;
    if (this.#readers.size >= limits.readers) return false;
    if (ingress) return true;
    return [...this.#readers.values()].filter((other) => other === address).length < limits.readersPerAddress;
  }

  #encode(name: LiveName, data: LiveEvents[LiveName]): Uint8Array {
    const known = this.#encoded.get(data);
    // Empty data of several names may be one object.
    if (known?.name === name) return known.bytes;
    const bytes = Buffer.from(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    if (this.#encoded.size === 0) setImmediate(() => this.#encoded.clear());
    this.#encoded.set(data, { name, bytes });
    return bytes;
  }

  #beatLater(): () => void {
    const { clock, limits } = this.#ports;
    return clock.after(limits.heartbeatMs, () => {
      for (const reader of this.#readers.keys()) reader.beat();
      this.#cancelBeat = this.#beatLater();
    });
  }

  #stopBeat(): void {
    this.#cancelBeat?.();
    this.#cancelBeat = undefined;
  }
}
