import type { Clock } from "../runtime/clock.js";
import { type Exchange, exchangeOverTcp, exchangeOverUdp } from "./exchange.js";
import type { ForwardServer } from "./forward-servers.js";
import { isReplyTo, type Query, readResponseCode } from "./query.js";
import { responseCodes } from "./reply.js";

export type Transport = "udp" | "tcp";

export interface ForwarderPorts {
  readonly clock: Clock;
  /** Whom to ask, in order of preference. */
  servers(): readonly ForwardServer[];
}

/** Silence of a server after which the next one is asked as well; then as long again for each. */
export const nextServerMs = 1_500;
/** For all servers together; devices ask again by themselves after about as long. */
export const forwardLimitMs = 5_000;
/** Questions on their way to servers. */
export const inFlightLimit = 256;

const exchanges: Readonly<Record<Transport, Exchange>> = { udp: exchangeOverUdp, tcp: exchangeOverTcp };

/** Asks other name servers what is no vendor's name, and passes on what they say, byte for byte. */
export class Forwarder {
  readonly #ports: ForwarderPorts;
  readonly #open = new Set<Forwarding>();
  /** The server that answered last: a dead one costs its silence once, not with every question. */
  #preferred: ForwardServer | undefined;

  constructor(ports: ForwarderPorts) {
    this.#ports = ports;
  }

  get inFlight(): number {
    return this.#open.size;
  }

  /** Undefined where no server answered in time, or too much is on its way. Never rejects. */
  forward(message: Buffer, query: Query, transport: Transport): Promise<Buffer | undefined> {
    if (this.#open.size >= inFlightLimit) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const forwarding = new Forwarding({
        message,
        query,
        servers: this.#inOrder(),
        exchange: exchanges[transport],
        clock: this.#ports.clock,
        done: (answer) => {
          this.#open.delete(forwarding);
          if (answer?.isGood) this.#preferred = answer.server;
          resolve(answer?.reply);
        },
      });
      this.#open.add(forwarding);
      forwarding.start();
    });
  }

  /** What is on its way is not waited for any more. */
  stop(): void {
    for (const forwarding of [...this.#open]) forwarding.finish(undefined);
  }

  #inOrder(): readonly ForwardServer[] {
    const servers = this.#ports.servers();
    const first = servers.findIndex(
      ({ host, port }) => host === this.#preferred?.host && port === this.#preferred.port,
    );
    return first <= 0 ? servers : [...servers.slice(first), ...servers.slice(0, first)];
  }
}

interface ForwardedAnswer {
  readonly server: ForwardServer;
  /** With the asker's transaction id. */
  readonly reply: Buffer;
  /** False: the server says that it cannot or will not answer. */
  readonly isGood: boolean;
}

interface ForwardingOptions {
  readonly message: Buffer;
  readonly query: Query;
  readonly servers: readonly ForwardServer[];
  readonly exchange: Exchange;
  readonly clock: Clock;
  /** Called once. */
  done(answer: ForwardedAnswer | undefined): void;
}

/** One question on its way. Servers are asked one after the other; whoever answers first is believed. */
class Forwarding {
  readonly #options: ForwardingOptions;
  readonly #ends: (() => void)[] = [];
  #asked = 0;
  #waiting = 0;
  /** Passed on where nobody has anything better. */
  #refusal: ForwardedAnswer | undefined;
  #cancelNext: () => void = () => undefined;
  #isDone = false;

  constructor(options: ForwardingOptions) {
    this.#options = options;
  }

  start(): void {
    this.#ends.push(this.#options.clock.after(forwardLimitMs, () => this.finish(this.#refusal)));
    this.#askNext();
  }

  finish(answer: ForwardedAnswer | undefined): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#cancelNext();
    for (const end of this.#ends) end();
    this.#options.done(answer);
  }

  #askNext(): void {
    this.#cancelNext();
    if (this.#isDone) return;
    const server = this.#options.servers[this.#asked];
    if (server === undefined) {
      if (this.#waiting === 0) this.finish(this.#refusal);
      return;
    }
    this.#asked += 1;
    this.#waiting += 1;
    this.#cancelNext = this.#options.clock.after(nextServerMs, () => this.#askNext());
    this.#ends.push(this.#ask(server));
  }

  #ask(server: ForwardServer): () => void {
    const { message, query, exchange } = this.#options;
    const [id = 0] = crypto.getRandomValues(new Uint16Array(1));
    let settled = false;
    const settle = (): void => {
      if (settled) return;
      settled = true;
      this.#waiting -= 1;
      this.#askNext();
    };
    return exchange(server, withId(message, id), {
      received: (reply) => {
        if (!isReplyTo(reply, id, query)) return;
        const code = readResponseCode(reply);
        const isGood = code !== responseCodes.serverFailure && code !== responseCodes.refused;
        const answer = { server, reply: withId(reply, query.id), isGood };
        if (isGood) return this.finish(answer);
        this.#refusal ??= answer;
        settle();
      },
      failed: settle,
    });
  }
}

function withId(message: Buffer, id: number): Buffer {
  const copy = Buffer.from(message);
  copy.writeUInt16BE(id, 0);
  return copy;
}
