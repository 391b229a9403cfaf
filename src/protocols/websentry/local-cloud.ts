import type { LocalAnswer } from "../../model/protocol.js";
import type { EpochMs } from "../../model/time.js";
import type { DeviceNotes } from "./device-notes.js";
import { encodeQuery } from "./encoder.js";
import { asksForAllSettings, planQuestions, type Session } from "./question-plan.js";

/**
 * Plays the vendor's cloud in one session: asks what is left to ask, one query after each reply, and closes. It can take
 * over in the middle. docs/protocols/websentry.md §12.
 */
export class LocalCloud {
  readonly #notes: DeviceNotes;
  #queries: (readonly number[])[] | undefined;
  #readsAll = false;

  constructor(notes: DeviceNotes) {
    this.#notes = notes;
  }

  next(session: Session, now: EpochMs): LocalAnswer {
    const readsAll = asksForAllSettings(this.#notes, session);
    // A write in between makes the unit worth reading as a whole.
    if (this.#queries === undefined || readsAll !== this.#readsAll) {
      this.#queries = [...planQuestions(this.#notes, session, now)];
      this.#readsAll = readsAll;
    }
    const query = this.#queries.shift();
    if (query !== undefined) return { frames: [encodeQuery(query)], end: false };
    if (this.#readsAll) this.#notes.settingsRead = true;
    return { frames: [], end: true };
  }
}
