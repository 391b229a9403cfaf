import type { LegNote, RecordedEvent } from "../model/recording.js";

const sessionLimit = 100_000;
const waitBytes = 256 * 1024;
const waitUs = 2_000_000;

interface WaitingLeg {
  readonly key: string;
  readonly events: RecordedEvent[];
  readonly since: number;
  bytes: number;
}

/**
 * Leaves out the cloud legs of sessions whose device leg is recorded, too: the same frames pass on both. A cloud leg that is met first
 * waits a moment for its device leg.
 */
export class DeviceLegs {
  /** Sessions with a device leg, oldest first. */
  readonly #sessions = new Set<string>();
  /** Cloud legs by their id. */
  readonly #waiting = new Map<string, WaitingLeg>();
  readonly #dropped = new Set<string>();

  take(event: RecordedEvent): readonly RecordedEvent[] {
    const { note, id } = event.leg;
    if (note === undefined) return [event];
    if (note.leg === "device") return this.#takeDevice(event, keyOf(note));
    if (this.#dropped.has(id)) {
      if (event.type === "closed") this.#dropped.delete(id);
      return [];
    }
    return this.#takeCloud(event, keyOf(note));
  }

  /** After the last event. */
  end(): readonly RecordedEvent[] {
    const events = [...this.#waiting.values()].flatMap((leg) => leg.events);
    this.#waiting.clear();
    return events;
  }

  #takeDevice(event: RecordedEvent, key: string): readonly RecordedEvent[] {
    if (event.type !== "opened") return [event];
    this.#sessions.add(key);
    const [oldest] = this.#sessions;
    if (this.#sessions.size > sessionLimit && oldest !== undefined) this.#sessions.delete(oldest);
    for (const [id, leg] of this.#waiting) {
      if (leg.key === key) this.#drop(id);
    }
    return [event];
  }

  #takeCloud(event: RecordedEvent, key: string): readonly RecordedEvent[] {
    const { id } = event.leg;
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined) return this.#wait(event, waiting);
    if (event.type !== "opened") return [event];
    if (this.#sessions.has(key)) {
      this.#dropped.add(id);
      return [];
    }
    this.#waiting.set(id, { key, events: [event], since: event.at, bytes: 0 });
    return [];
  }

  #wait(event: RecordedEvent, leg: WaitingLeg): readonly RecordedEvent[] {
    leg.events.push(event);
    if (event.type === "data") leg.bytes += event.bytes.length;
    const isOver = event.type === "closed" || leg.bytes > waitBytes || event.at - leg.since > waitUs;
    if (!isOver) return [];
    this.#waiting.delete(event.leg.id);
    return leg.events;
  }

  #drop(id: string): void {
    const isOver = this.#waiting.get(id)?.events.at(-1)?.type === "closed";
    this.#waiting.delete(id);
    if (!isOver) this.#dropped.add(id);
  }
}

function keyOf({ relay, session }: LegNote): string {
  return `${relay}\n${session}`;
}
