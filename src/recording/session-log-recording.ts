import type { EpochUs, RecordedLeg, RecordingItem, RecordingReader } from "../model/recording.js";
import type { SessionLog } from "../wire/session-log.js";
import { type SessionLogItem, SessionLogReader } from "../wire/session-log-reader.js";
import { nowhere } from "./hex-recording.js";

/** Broken sessions of one file that are told one by one. */
const toldFaults = 20;

export interface SessionLogOptions {
  /** Of the file, for what is broken. */
  readonly name: string;
  /** Of the next leg, unlike that of any other. */
  nextId(): string;
}

/**
 * A raw log: complete sessions, one after the other. It tells when a session began and how long it took; its frames are spread
 * evenly over that time.
 */
export class SessionLogRecording implements RecordingReader {
  readonly #options: SessionLogOptions;
  readonly #reader = new SessionLogReader();
  #broken = 0;

  constructor(options: SessionLogOptions) {
    this.#options = options;
  }

  push(chunk: Uint8Array): readonly RecordingItem[] {
    return this.#reader.push(chunk).flatMap((item) => this.#itemsOf(item));
  }

  end(): readonly RecordingItem[] {
    const items = this.#reader.end().flatMap((item) => this.#itemsOf(item));
    const more = this.#broken - toldFaults;
    if (more <= 0) return items;
    return [...items, { type: "broken", message: `${this.#options.name}: ${more} more places hold no session` }];
  }

  #itemsOf(item: SessionLogItem): readonly RecordingItem[] {
    if (item.type === "session") return eventsOf(item.session, this.#options.nextId());
    this.#broken += 1;
    if (this.#broken > toldFaults) return [];
    return [{ type: "broken", message: `${this.#options.name}, byte ${item.at}: ${item.problem}` }];
  }
}

function eventsOf({ start, durationMs, frames }: SessionLog, id: string): readonly RecordingItem[] {
  const leg: RecordedLeg = { id, client: nowhere, server: nowhere };
  const steps = Math.max(1, frames.length - 1);
  const timeOf = (index: number): EpochUs => Math.round((start + (durationMs * index) / steps) * 1000) as EpochUs;
  return [
    { type: "opened", leg, at: timeOf(0), complete: true },
    ...frames.map(
      ({ direction, bytes }, index): RecordingItem => ({
        ...{ type: "data", leg, direction, bytes },
        ...{ at: timeOf(index), place: index + 1 },
      }),
    ),
    { type: "closed", leg, at: timeOf(steps) },
  ];
}
