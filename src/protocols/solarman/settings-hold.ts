import type { EpochMs } from "../../model/time.js";
import type { Value, Values } from "../../model/value.js";

/** A record tells settings as they were one interval before it, which are two intervals of five minutes at most. */
const holdMs = 10 * 60_000;

/** Keeps settings that were read from the device just now from being overwritten by records that are older inside. */
export class SettingsHold {
  readonly #held = new Map<string, { readonly value: Value; readonly until: number }>();

  note(settings: Values, now: EpochMs): void {
    for (const [key, value] of Object.entries(settings)) this.#held.set(key, { value, until: now + holdMs });
  }

  /** A record's values without settings that differ from what was read later; the first that agrees ends it. */
  keepNewer(values: Values, now: EpochMs): Values {
    if (this.#held.size === 0) return values;
    return Object.fromEntries(Object.entries(values).filter(([key, value]) => this.#mayPass(key, value, now)));
  }

  #mayPass(key: string, value: Value, now: EpochMs): boolean {
    const held = this.#held.get(key);
    const passes = held === undefined || held.value === value || now >= held.until;
    if (passes) this.#held.delete(key);
    return passes;
  }
}
