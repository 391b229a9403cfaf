import type { Protocol } from "../model/protocol.js";
import type { Pseudonyms } from "../model/pseudonyms.js";
import type { EpochUs, RecordedEvent, RecordedLeg } from "../model/recording.js";
import { type CopiedEvent, LegCopy, type StreamEvent } from "./leg-copy.js";
import { anonymousLeg } from "./leg-identity.js";
import { LegProtocol } from "./leg-protocol.js";
import { PacketWriter } from "./packet-writer.js";

export interface RecordingCopyOptions {
  readonly protocols: readonly Protocol[];
  /** What the user says that all of it is. */
  readonly given?: Protocol;
  readonly pseudonyms: Pseudonyms;
  readonly keepsUnframed: boolean;
  /** Program that writes the copy, with its version. */
  readonly application: string;
  /** True: only shows the pseudonyms all that there is; nothing is written. */
  readonly isRehearsal?: boolean;
}

interface OpenLeg {
  readonly leg: RecordedLeg;
  readonly openedAt: EpochUs;
  readonly complete: boolean;
  readonly finder: LegProtocol;
  /** Until it is known what is said. */
  readonly waiting: StreamEvent[];
  waitingBytes: number;
  copy?: LegCopy;
}

const waitingLimitBytes = 64 * 1024;
const comment =
  "An anonymized copy: serial numbers, addresses, names, tokens and places are replaced. Look through it before you share it.";
const leftOut = "What passed is left out: nobody can read it, so that nobody knows what it tells.";

/** Makes of all that was recorded a pcapng file in which nothing tells whose it was. */
export class RecordingCopy {
  readonly counts = { legs: 0, unreadableLegs: 0, blankedBytes: 0 };
  readonly #options: RecordingCopyOptions;
  readonly #writer: PacketWriter | undefined;
  readonly #open = new Map<string, OpenLeg>();

  constructor(options: RecordingCopyOptions) {
    this.#options = options;
    this.#writer = options.isRehearsal === true ? undefined : new PacketWriter(options.application, comment);
  }

  begin(): readonly Uint8Array[] {
    return this.#writer?.begin() ?? [];
  }

  /** Blocks of the file that the event brings. */
  take(event: RecordedEvent): readonly Uint8Array[] {
    const { leg, at } = event;
    if (event.type === "opened") {
      const finder = new LegProtocol(leg, this.#options);
      const open: OpenLeg = { leg, openedAt: at, complete: event.complete, finder, waiting: [], waitingBytes: 0 };
      this.#open.set(leg.id, open);
      // Whoever noted it knew already, so that its handshake stands where it stood.
      const isKnown = leg.note !== undefined && leg.note.security !== "splice";
      return isKnown ? this.#begin(open) : [];
    }
    const open = this.#open.get(leg.id);
    if (open === undefined) return [];
    if (event.type === "closed") return this.#close(open, at);
    if (open.copy !== undefined) return this.#write(open, open.copy, event);
    return this.#wait(open, event);
  }

  /** After the last event: closes what is still open. */
  end(): readonly Uint8Array[] {
    const rest = [...this.#open.values()].flatMap((open) =>
      this.#close(open, open.waiting.at(-1)?.at ?? open.openedAt),
    );
    return [...rest, ...(this.#writer?.end() ?? [])];
  }

  #wait(open: OpenLeg, event: StreamEvent): readonly Uint8Array[] {
    open.waiting.push(event);
    if (event.type !== "data") return [];
    open.waitingBytes += event.bytes.length;
    const verdict = open.finder.push(event.direction, event.bytes);
    return verdict === undefined && open.waitingBytes < waitingLimitBytes ? [] : this.#begin(open, verdict);
  }

  #begin(open: OpenLeg, verdict = open.finder.decide()): readonly Uint8Array[] {
    const { pseudonyms, keepsUnframed } = this.#options;
    const { leg, openedAt, complete } = open;
    const copy = new LegCopy({ verdict, pseudonyms, keepsUnframed });
    open.copy = copy;
    this.counts.legs += 1;
    if (!copy.isReadable) this.counts.unreadableLegs += 1;
    const written = { ...anonymousLeg(leg, verdict, pseudonyms), complete };
    const blocks = this.#writer?.opened(leg.id, written, openedAt, copy.isReadable ? [] : [leftOut]) ?? [];
    return [...blocks, ...open.waiting.flatMap((event) => this.#write(open, copy, event))];
  }

  #write({ leg }: OpenLeg, copy: LegCopy, event: StreamEvent): readonly Uint8Array[] {
    return this.#blocksOf(leg, copy.take(event));
  }

  #close(open: OpenLeg, at: EpochUs): readonly Uint8Array[] {
    const begun = open.copy === undefined ? this.#begin(open) : [];
    const rest = this.#blocksOf(open.leg, open.copy?.end(at) ?? []);
    this.counts.blankedBytes += open.copy?.blankedBytes ?? 0;
    this.#writer?.closed(open.leg.id);
    this.#open.delete(open.leg.id);
    return [...begun, ...rest];
  }

  #blocksOf({ id }: RecordedLeg, events: readonly CopiedEvent[]): readonly Uint8Array[] {
    const writer = this.#writer;
    return writer === undefined ? [] : events.flatMap((event) => writer.take(id, event));
  }
}
