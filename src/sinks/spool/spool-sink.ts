import type { BusMessage, Sink } from "../../model/ports.js";
import type { Archive } from "../../model/protocol.js";
import type { SessionId } from "../../model/session.js";
import type { Clock } from "../../runtime/clock.js";
import type { Logger } from "../../runtime/log.js";
import { ExchangeNames } from "./exchange-names.js";
import { OpenSessions } from "./open-sessions.js";
import { encodeReadingLine } from "./reading-line.js";
import type { BodiesArchive } from "./spool-item.js";
import { SpoolStore } from "./spool-store.js";
import { SpoolWriter } from "./spool-writer.js";

export interface SpoolOptions {
  readonly directory: string;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

export interface SpoolPorts {
  readonly clock: Clock;
  readonly log: Logger;
  /** How the traffic of a protocol is kept; undefined: not at all. */
  archiveOf(protocol: string): Archive | undefined;
}

export interface Spool extends Sink {
  /** Why nothing can be written; undefined: all is well. */
  problem(): string | undefined;
}

type FrameMessage = Extract<BusMessage, { readonly type: "frame" }>;

/** Frames of sessions that are not over yet. */
const sessionLimitBytes = 4 * 1024 * 1024;
const lookEveryMs = 3_600_000;

/**
 * What passed, as files for other programs, below a folder for each relay and day: docs/spool.md. It knows no protocol; what of its
 * traffic is worth keeping each protocol says itself.
 */
export function createSpool(options: SpoolOptions, ports: SpoolPorts): Spool {
  return new SpoolSink(options, ports);
}

class SpoolSink implements Spool {
  readonly name = "spool";
  readonly #ports: SpoolPorts;
  readonly #writer: SpoolWriter;
  readonly #sessions: OpenSessions;
  /** Undefined: something of the session is lost, so that nothing more of it can be put together. */
  readonly #exchanges = new Map<SessionId, ExchangeNames | undefined>();
  #toldOfPieces = false;
  #cancelLook: (() => void) | undefined;

  constructor(options: SpoolOptions, ports: SpoolPorts) {
    const { clock, log } = ports;
    this.#ports = ports;
    this.#writer = new SpoolWriter(new SpoolStore({ ...options, clock, log }), options.directory, clock, log);
    this.#sessions = new OpenSessions(sessionLimitBytes, (session) =>
      this.#writer.accept({ type: "session", at: clock.now(), ...session }),
    );
  }

  problem(): string | undefined {
    return this.#writer.problem;
  }

  accept(message: BusMessage): void {
    if (message.type === "frame") this.#keepFrame(message);
    else if (message.type === "session-closed") this.#close(message.session.id);
    else if (message.type === "reading") {
      const line = Buffer.from(encodeReadingLine(message.session, message.reading));
      const { relay } = message.session;
      this.#writer.accept({ type: "reading", relay, at: this.#ports.clock.now(), line, bytes: line.length });
    }
  }

  async start(): Promise<void> {
    this.#look();
  }

  async stop(): Promise<void> {
    this.#cancelLook?.();
    this.#sessions.cut(this.#ports.clock.now(), true);
    await this.#writer.stop();
  }

  #keepFrame(message: FrameMessage): void {
    const { session, direction, data } = message;
    const archive = this.#ports.archiveOf(session.protocol);
    if (archive === undefined) return;
    if (archive.type === "bodies") this.#keepExchange(message, archive);
    else if (this.#sessions.add(session, { direction, bytes: new Uint8Array(data) }, this.#ports.clock.now()))
      this.#tellOfPieces();
  }

  #keepExchange({ session, direction, data, own }: FrameMessage, archive: BodiesArchive): void {
    if (!this.#exchanges.has(session.id)) this.#exchanges.set(session.id, new ExchangeNames());
    const names = this.#exchanges.get(session.id);
    if (names === undefined) return;
    const frame = { direction, bytes: new Uint8Array(data), whole: true, ...(own === true ? { own } : {}) };
    const { relay } = session;
    const at = this.#ports.clock.now();
    const kept = this.#writer.accept({ type: "exchange", relay, at, frame, archive, names, bytes: data.length });
    if (!kept) this.#exchanges.set(session.id, undefined);
  }

  #close(id: SessionId): void {
    this.#exchanges.delete(id);
    this.#sessions.close(id, this.#ports.clock.now());
  }

  #look(): void {
    const { clock } = this.#ports;
    this.#sessions.cut(clock.now());
    this.#writer.tidy();
    this.#cancelLook = clock.after(lookEveryMs, () => this.#look());
  }

  #tellOfPieces(): void {
    if (!this.#toldOfPieces) this.#ports.log.info("long sessions are spooled in pieces");
    this.#toldOfPieces = true;
  }
}
