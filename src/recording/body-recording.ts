import type { Protocol } from "../model/protocol.js";
import type { EpochUs, RecordedLeg, RecordingFault, RecordingItem, RecordingReader } from "../model/recording.js";
import type { Direction } from "../model/session.js";
import type { TextRecordingOptions } from "./hex-recording.js";
import { nowhere } from "./hex-recording.js";

const limitBytes = 64 * 1024 * 1024;

/** One exchange, of which each message stands in a file of its own: it goes on while the files have the same name but for the ending. */
export class BodyExchange {
  readonly #protocols: readonly Protocol[];
  #leg: RecordedLeg | undefined;
  #stem = "";
  #at = 0 as EpochUs;
  #messages = 0;
  #hasRequest = false;

  /** The protocols that spool messages may restore them. */
  constructor(protocols: readonly Protocol[]) {
    this.#protocols = protocols;
  }

  /** Tells of the message that `file` holds. */
  take(file: Uint8Array, options: TextRecordingOptions): readonly RecordingItem[] {
    const restored = this.#restore(file);
    if (restored === undefined) return [...this.close(), unreadable(options.name)];
    const { bytes, direction } = restored;
    const continued = this.#continued(options.name, restored);
    // The report of a request that was just read: it would be there twice.
    if (continued !== undefined && direction === "device-to-cloud" && this.#hasRequest && isBareBody(file)) return [];
    const time = timeInName(options.name);
    const begun =
      continued === undefined ? this.#begin(options, restored.protocol, time) : { leg: continued, items: [] };
    this.#at = time ?? options.now();
    this.#messages += 1;
    this.#hasRequest ||= direction === "device-to-cloud";
    const place = this.#messages;
    return [...begun.items, { type: "data", leg: begun.leg, direction, bytes, at: this.#at, place }];
  }

  /** The exchange is over. */
  close(): readonly RecordingItem[] {
    const leg = this.#leg;
    this.#leg = undefined;
    return leg === undefined ? [] : [{ type: "closed", leg, at: this.#at }];
  }

  #continued(name: string, { protocol }: Restored): RecordedLeg | undefined {
    return this.#leg?.protocol === protocol && this.#stem === stemOf(name) ? this.#leg : undefined;
  }

  #begin(options: TextRecordingOptions, protocol: string, time: EpochUs | undefined): Begun {
    const closed = this.close();
    const dated = time === undefined ? ({ isUndated: true } as const) : {};
    const leg: RecordedLeg = { id: options.id, client: nowhere, server: nowhere, protocol, ...dated };
    this.#leg = leg;
    this.#stem = stemOf(options.name);
    this.#messages = 0;
    this.#hasRequest = false;
    return { leg, items: [...closed, { type: "opened", leg, at: time ?? options.now(), complete: true }] };
  }

  #restore(file: Uint8Array): Restored | undefined {
    for (const { name, archive } of this.#protocols) {
      const message = archive?.type === "bodies" ? archive.restore(file) : undefined;
      if (message !== undefined) return { ...message, protocol: name };
    }
    return undefined;
  }
}

interface Begun {
  readonly leg: RecordedLeg;
  readonly items: readonly RecordingItem[];
}

interface Restored {
  readonly direction: Direction;
  readonly bytes: Uint8Array;
  readonly protocol: string;
}

/** A file that holds one message or its body: what a spool keeps, or HTTP as it was on the wire. */
export class BodyRecording implements RecordingReader {
  readonly #options: TextRecordingOptions;
  readonly #exchange: BodyExchange;
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0;

  constructor(options: TextRecordingOptions, exchange: BodyExchange) {
    this.#options = options;
    this.#exchange = exchange;
  }

  push(chunk: Uint8Array): readonly RecordingItem[] {
    this.#bytes += chunk.length;
    if (this.#bytes <= limitBytes) this.#pieces.push(chunk);
    return [];
  }

  end(): readonly RecordingItem[] {
    if (this.#bytes <= limitBytes) return this.#exchange.take(Buffer.concat(this.#pieces), this.#options);
    const message = `${this.#options.name}: expected a message of at most ${limitBytes} bytes, found ${this.#bytes}`;
    return [{ type: "broken", message }];
  }
}

/** A body without the head of a message. */
function isBareBody(file: Uint8Array): boolean {
  return Buffer.from(file.subarray(0, 64)).toString("utf8").trimStart().startsWith("<");
}

/** As spools name their files: `2026-11-21T14-20-56.123Z-000001.xml`. */
function timeInName(name: string): EpochUs | undefined {
  const parts = /(\d{4}-\d\d-\d\d)T(\d\d)[-:](\d\d)[-:](\d\d(?:\.\d{1,3})?)Z[^/]*$/.exec(name);
  if (parts === null) return undefined;
  const ms = Date.parse(`${parts[1]}T${parts[2]}:${parts[3]}:${parts[4]}Z`);
  return Number.isNaN(ms) ? undefined : ((ms * 1000) as EpochUs);
}

/** Without `.request`, `.response`, `.xml` and `.gz`. */
function stemOf(name: string): string {
  return name.replace(/(?:\.(?:gz|xml|request|response|http))+$/, "");
}

function unreadable(name: string): RecordingFault {
  const message = `${name}: expected an HTTP message or a report's XML, found one that belongs to no protocol here`;
  return { type: "broken", message };
}
