import type { RemoteInfo } from "node:dgram";
import type { Clock } from "../runtime/clock.js";
import { describeError } from "../runtime/errors.js";
import type { Part } from "../runtime/lifecycle.js";
import type { Logger } from "../runtime/log.js";
import type { AskedName } from "./asked-names.js";
import { createAskerRule } from "./askers.js";
import { type ForwardOptions, type ForwardServer, formatServer } from "./forward-servers.js";
import { Forwarder } from "./forwarder.js";
import { type LocalNetwork, systemNetwork } from "./local-addresses.js";
import { findAnswers } from "./own-answers.js";
import { type QuestionCounts, questionLimitBytes, Responder } from "./responder.js";
import { createServerList } from "./server-list.js";
import { formatPlace, type NameServerAddress, type NameServerSockets, openSockets } from "./sockets.js";
import { StreamClients } from "./stream-clients.js";

// This folder is a name server that leads devices here: it answers their vendors' names with this host, and passes
// every other question on to other name servers. It keeps no answers and resolves nothing itself.

export interface NameServerOptions extends ForwardOptions {
  /** Answered here, exactly these: no names below them. */
  readonly names: readonly string[];
  /** Addresses to answer with; empty: this host's. */
  readonly answer: readonly string[];
}

export interface NameServerPorts {
  readonly log: Logger;
  readonly clock: Clock;
  /** Absent: this host's. */
  readonly network?: LocalNetwork;
  /** Opens the sockets in this process's place, with rights that it lacks. Throws what `openSockets` throws. */
  readonly open?: (address: NameServerAddress) => Promise<NameServerSockets>;
}

export interface DnsStatus extends QuestionCounts {
  /** With the port in force. */
  readonly listen: string;
  readonly state: "listening" | "failed" | "stopped";
  /** Why it is not listening, and what to do. */
  readonly error?: string;
  readonly forward: readonly string[];
  readonly names: readonly string[];
  /** Who asked for vendors' names, in the order of their last question. */
  readonly asked: readonly AskedName[];
}

export interface NameServer extends Part {
  status(): DnsStatus;
}

/** Where the port cannot be opened, `start` says so in the log and resolves; it is tried again from time to time. */
export function createNameServer(options: NameServerOptions, ports: NameServerPorts): NameServer {
  return new DnsServer(options, ports);
}

const openAgainMs = 30_000;

class DnsServer implements NameServer {
  readonly name = "name server";
  readonly #options: NameServerOptions;
  readonly #ports: NameServerPorts;
  readonly #servers: () => readonly ForwardServer[];
  readonly #forwarder: Forwarder;
  readonly #responder: Responder;
  readonly #streams: StreamClients;
  #sockets: NameServerSockets | undefined;
  #error: string | undefined;
  #isWanted = false;
  #cancelAgain: () => void = () => undefined;

  constructor(options: NameServerOptions, ports: NameServerPorts) {
    const { log, clock, network = systemNetwork } = ports;
    this.#options = options;
    this.#ports = ports;
    this.#servers = createServerList(() => ({ ...options, listen: this.#listen }), { log, clock, network });
    this.#forwarder = new Forwarder({ clock, servers: this.#servers });
    this.#responder = new Responder({
      ...{ log, clock, names: options.names, forwarder: this.#forwarder, mayAsk: createAskerRule(network, clock) },
      findAnswers: (address) => findAnswers({ answer: options.answer, host: options.listen.host }, address, network),
    });
    this.#streams = new StreamClients({
      ...{ log, clock, limitBytes: questionLimitBytes },
      respond: (message, address) => this.#responder.respond(message, address, "tcp"),
      malformed: () => this.#responder.noteMalformed(),
    });
  }

  async start(): Promise<void> {
    this.#isWanted = true;
    await this.#openSockets();
  }

  async stop(): Promise<void> {
    this.#isWanted = false;
    this.#cancelAgain();
    this.#forwarder.stop();
    this.#streams.stop();
    const sockets = this.#sockets;
    this.#sockets = undefined;
    if (sockets === undefined) return;
    await Promise.all([
      new Promise<void>((resolve) => sockets.udp.close(resolve)),
      new Promise<void>((resolve) => {
        sockets.tcp.close(() => resolve());
      }),
    ]);
  }

  status(): DnsStatus {
    const { counts, names, asked } = this.#responder;
    return {
      listen: formatPlace(this.#listen),
      state: this.#sockets !== undefined ? "listening" : this.#isWanted ? "failed" : "stopped",
      ...(this.#error === undefined ? {} : { error: this.#error }),
      forward: this.#servers().map(formatServer),
      names,
      ...counts,
      asked,
    };
  }

  get #listen(): NameServerAddress {
    const { host, port } = this.#options.listen;
    return { host, port: this.#sockets?.port ?? port };
  }

  async #openSockets(): Promise<void> {
    const { log, clock, open = openSockets } = this.#ports;
    try {
      this.#serve(await open(this.#options.listen));
    } catch (error) {
      const reason = describeError(error);
      if (reason !== this.#error) log.error({ code: "LISTEN_FAILED", reason }, "name server is not listening");
      this.#error = reason;
      this.#cancelAgain = clock.after(openAgainMs, () => void this.#openSockets());
    }
  }

  #serve(sockets: NameServerSockets): void {
    const { log } = this.#ports;
    const { udp, tcp } = sockets;
    // It may have been stopped while the sockets were being opened.
    if (!this.#isWanted) {
      udp.close();
      tcp.close();
      return;
    }
    this.#sockets = sockets;
    this.#error = undefined;
    udp.on("message", (message, from) => void this.#answerDatagram(sockets, message, from));
    for (const socket of [udp, tcp]) {
      socket.on("error", (error: Error) => log.warn({ err: error }, "fault of a name server's socket"));
    }
    this.#streams.accept(tcp);
    const forward = this.#servers().map(formatServer);
    log.info({ listen: formatPlace(this.#listen), names: this.#responder.names, forward }, "name server is listening");
  }

  async #answerDatagram(sockets: NameServerSockets, message: Buffer, from: RemoteInfo): Promise<void> {
    // No answer could reach port 0; Node would not even try.
    if (from.port === 0) return this.#responder.noteMalformed();
    const reply = await this.#responder.respond(message, from.address, "udp");
    if (reply === undefined || this.#sockets !== sockets) return;
    sockets.udp.send(reply, from.port, from.address, (error) => {
      if (error !== null) this.#ports.log.debug({ err: error, address: from.address }, "answer could not be sent");
    });
  }
}
