import { plainAddress } from "../runtime/addresses.js";
import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/log.js";
import { type AskedName, AskedNames } from "./asked-names.js";
import type { Forwarder, Transport } from "./forwarder.js";
import { internetClass, type Query, readQuery, recordTypes } from "./query.js";
import { type Addresses, encodeAnswer, encodeFailure, fitForUdp, responseCodes } from "./reply.js";

export interface ResponderPorts {
  readonly log: Logger;
  readonly clock: Clock;
  /** Answered here, exactly these. */
  readonly names: readonly string[];
  readonly forwarder: Forwarder;
  mayAsk(address: string): boolean;
  /** What a vendor's name leads to for who asks from this address. */
  findAnswers(address: string): Promise<Addresses>;
}

export interface QuestionCounts {
  /** Questions for vendors' names. */
  readonly answered: number;
  readonly forwarded: number;
  /** Of askers from elsewhere. */
  readonly refused: number;
  /** That nobody answered, or that this name server does not take. */
  readonly failed: number;
  /** What was no question at all. */
  readonly malformed: number;
}

/** Bytes of the largest question that is taken. */
export const questionLimitBytes = 4_096;
/** Questions that are being answered at a time; more are not. */
export const busyLimit = 512;

/** Decides what each question gets, whichever way it came. */
export class Responder {
  readonly #ports: ResponderPorts;
  readonly #names: ReadonlySet<string>;
  readonly #asked = new AskedNames();
  readonly #counts = { answered: 0, forwarded: 0, refused: 0, failed: 0, malformed: 0 };
  #busy = 0;
  #isAlone = false;

  constructor(ports: ResponderPorts) {
    this.#ports = ports;
    this.#names = new Set(ports.names.map((name) => name.toLowerCase().replace(/\.$/, "")));
  }

  get names(): readonly string[] {
    return [...this.#names];
  }

  get counts(): QuestionCounts {
    return { ...this.#counts };
  }

  get asked(): readonly AskedName[] {
    return this.#asked.list();
  }

  /** Undefined: there is nothing to say. Never rejects. */
  async respond(message: Buffer, address: string, transport: Transport): Promise<Buffer | undefined> {
    const query = message.length > questionLimitBytes ? undefined : readQuery(message);
    if (query === undefined) {
      this.noteMalformed();
      return undefined;
    }
    if (this.#busy >= busyLimit) {
      this.#counts.failed += 1;
      return undefined;
    }
    this.#busy += 1;
    try {
      const reply = await this.#answer(message, query, { address: plainAddress(address), from: address, transport });
      return transport === "udp" ? fitForUdp(reply, query) : reply;
    } catch (error) {
      this.#ports.log.error({ err: error, name: query.name, type: query.type }, "internal fault");
      return this.#fail(message, query, responseCodes.serverFailure);
    } finally {
      this.#busy -= 1;
    }
  }

  noteMalformed(): void {
    this.#counts.malformed += 1;
  }

  async #answer(message: Buffer, query: Query, asker: Asker): Promise<Buffer> {
    const { log, forwarder, mayAsk } = this.#ports;
    if (!mayAsk(asker.address)) {
      this.#counts.refused += 1;
      log.debug({ address: asker.address }, "question from elsewhere refused");
      return encodeFailure(message, query, responseCodes.refused);
    }
    if (!isTaken(query)) return this.#fail(message, query, responseCodes.notImplemented);
    if (query.class === internetClass && this.#names.has(query.name)) return this.#lead(message, query, asker);
    this.#counts.forwarded += 1;
    const reply = await forwarder.forward(message, query, asker.transport);
    this.#noteForwarding(reply !== undefined);
    return reply ?? this.#fail(message, query, responseCodes.serverFailure);
  }

  async #lead(message: Buffer, query: Query, asker: Asker): Promise<Buffer> {
    const { log, clock, findAnswers } = this.#ports;
    const { address } = asker;
    const { name, type } = query;
    const isNew = this.#asked.note(address, name, clock.now());
    const addresses = await findAnswers(asker.from);
    const answers = [...addresses.v4, ...addresses.v6];
    log[isNew ? "info" : "debug"]({ address, name, type, answers }, "vendor's name was asked for");
    if (answers.length === 0) return this.#fail(message, query, responseCodes.serverFailure);
    this.#counts.answered += 1;
    return encodeAnswer(message, query, addresses);
  }

  #fail(message: Buffer, query: Query, code: number): Buffer {
    this.#counts.failed += 1;
    return encodeFailure(message, query, code);
  }

  #noteForwarding(isAnswered: boolean): void {
    const { log } = this.#ports;
    if (isAnswered === !this.#isAlone) return;
    this.#isAlone = !isAnswered;
    if (isAnswered) log.info("name servers answer again");
    else log.warn("no name server answers; set intercept.dns.forward to one that does");
  }
}

interface Asker {
  readonly address: string;
  /** The same as the socket has it, with its zone. */
  readonly from: string;
  readonly transport: Transport;
}

/** Ordinary questions alone; copies of whole zones and changes to them are no matter of devices. */
function isTaken({ opcode, type }: Query): boolean {
  return opcode === 0 && type !== recordTypes.zoneTransfer && type !== recordTypes.incrementalTransfer;
}
