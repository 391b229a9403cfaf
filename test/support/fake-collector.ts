import {
  createServer as createPlain,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { createServer as createSecure } from "node:https";
import type { Socket } from "node:net";
import { gunzipSync } from "node:zlib";
import type { JsonObject } from "../../src/model/value.js";

export interface ReceivedEvent {
  readonly time: number;
  readonly host: string;
  readonly source: string;
  readonly sourcetype: string;
  readonly index?: string;
  readonly event: JsonObject;
}

export interface ReceivedBatch {
  readonly headers: IncomingHttpHeaders;
  readonly events: readonly ReceivedEvent[];
  /** Of the connection that brought it. */
  readonly remotePort: number | undefined;
}

/** What the collector does with a batch. */
export interface Reaction {
  /** How many of its events it keeps; default: all where `status` is 200, else none. */
  readonly keep?: number;
  readonly status: number;
  readonly body?: JsonObject | string;
  /** `reset`: hangs up in place of an answer. `stall`: never answers. */
  readonly instead?: "reset" | "stall";
  /** What it waits for before it answers. */
  readonly after?: Promise<void>;
}

export const taken: Reaction = { status: 200, body: { text: "Success", code: 0 } };

/** An HTTP Event Collector on loopback that does as it is told. */
export class FakeCollector {
  readonly batches: ReceivedBatch[] = [];
  /** What it kept, in order. */
  readonly stored: ReceivedEvent[] = [];
  /** Acknowledgements that were asked for. */
  readonly asked: number[] = [];
  /** What it does with the next batches; after them `reaction`. */
  readonly next: Reaction[] = [];
  reaction: Reaction = taken;
  /** Whether a batch is indexed. */
  indexed: (ackId: number) => boolean = () => true;
  readonly #server: ReturnType<typeof createPlain>;
  readonly #isSecure: boolean;
  readonly #sockets = new Set<Socket>();
  readonly #watchers = new Set<() => void>();
  #port = 0;

  private constructor(tls: { readonly key: string; readonly cert: string } | undefined) {
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      this.#receive(request, response).catch(() => response.destroy());
    };
    this.#isSecure = tls !== undefined;
    this.#server = tls === undefined ? createPlain(answer) : createSecure(tls, answer);
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  static async start(tls?: { readonly key: string; readonly cert: string }): Promise<FakeCollector> {
    const collector = new FakeCollector(tls);
    await collector.listen();
    return collector;
  }

  get url(): string {
    return this.#isSecure
      ? `https://localhost:${this.#port}/services/collector/event`
      : `http://127.0.0.1:${this.#port}/services/collector/event`;
  }

  /** Again at the same port, after `stop`. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve));
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("expected a TCP port");
    this.#port = address.port;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Resolves once `holds` is true, now or after something came. */
  waitFor(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (request.url?.endsWith("/ack") === true) this.#acknowledge(body, response);
    else await this.#take(request, body, response);
    this.#tellWatchers();
  }

  #tellWatchers(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  async #take(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const text = request.headers["content-encoding"] === "gzip" ? gunzipSync(body).toString() : body.toString();
    const events = text.split("\n").map((line): ReceivedEvent => JSON.parse(line));
    this.batches.push({ headers: request.headers, events, remotePort: request.socket.remotePort });
    const { status, body: answer = {}, instead, keep, after } = this.next.shift() ?? this.reaction;
    this.stored.push(...events.slice(0, keep ?? (status === 200 ? events.length : 0)));
    this.#tellWatchers();
    await after;
    if (instead === "reset") request.socket.resetAndDestroy();
    if (instead !== undefined) return;
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
  }

  #acknowledge(body: Buffer, response: ServerResponse): void {
    const { acks }: { readonly acks: readonly number[] } = JSON.parse(body.toString());
    this.asked.push(...acks);
    response.end(JSON.stringify({ acks: Object.fromEntries(acks.map((id) => [id, this.indexed(id)])) }));
  }
}
