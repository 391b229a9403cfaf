import type { DecodedItem } from "./decoded-sessions.js";

/** Counts what was decoded. */
export class DecodeSummary {
  #sessions = 0;
  #frames = 0;
  #readings = 0;
  #anomalies = 0;
  #lostBytes = 0;
  #encrypted = 0;
  #unknown = 0;

  /** Sessions whose protocol nobody could tell. */
  get unknownSessions(): number {
    return this.#unknown;
  }

  count(item: DecodedItem): void {
    if (item.type === "session") {
      this.#sessions += 1;
      if (item.session.verdict.type === "tls") this.#encrypted += 1;
      if (item.session.verdict.type === "unknown") this.#unknown += 1;
    }
    if (item.type === "lost") this.#lostBytes += item.bytes;
    if (item.type !== "frame") return;
    const { bytes, decoded } = item.frame;
    if (bytes.length > 0) this.#frames += 1;
    this.#readings += decoded.readings.length;
    this.#anomalies += decoded.anomalies.length;
  }

  /** One line. */
  toString(): string {
    const parts = [
      counted(this.#sessions, "session", "sessions"),
      counted(this.#frames, "frame", "frames"),
      counted(this.#readings, "reading", "readings"),
      counted(this.#anomalies, "anomaly", "anomalies"),
      ...(this.#lostBytes === 0 ? [] : [`${counted(this.#lostBytes, "byte", "bytes")} not in the recording`]),
      ...(this.#encrypted === 0 ? [] : [`${counted(this.#encrypted, "session", "sessions")} encrypted`]),
      ...(this.#unknown === 0 ? [] : [`${counted(this.#unknown, "session", "sessions")} of no known protocol`]),
    ];
    return parts.join(", ");
  }
}

function counted(count: number, one: string, more: string): string {
  return `${count} ${count === 1 ? one : more}`;
}
