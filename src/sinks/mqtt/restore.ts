import type { DeviceId } from "../../model/device.js";
import type { EpochMs } from "../../model/time.js";
import type { Value, Values } from "../../model/value.js";
import type { Clock } from "../../runtime/clock.js";
import { type AnnouncedComponents, readAnnouncement } from "./homeassistant/announcement.js";
import { parseJsonObject } from "./homeassistant/json-object.js";
import type { Link } from "./link.js";
import { bridgeKeys } from "./payloads.js";
import { ownKeys } from "./state-format.js";
import type { Topics } from "./topics.js";

export interface RetainedState {
  readonly values: Values;
  readonly lastSeen: EpochMs | undefined;
}

/** What an earlier run left in the broker. */
export interface Restored {
  readonly states: ReadonlyMap<DeviceId, RetainedState>;
  readonly announcements: ReadonlyMap<DeviceId, AnnouncedComponents>;
}

/** More is not taken from a broker: so many devices are the limit elsewhere, too. */
const maxDevices = 20_000;
const timeLimitMs = 5_000;

/**
 * Collects retained messages. A broker sends them as soon as it is asked for them; then comes what is published
 * later. So once Cloudtap's own marker is back, there is nothing more to come.
 */
export class Restore {
  readonly #topics: Topics;
  readonly #discovery: boolean;
  readonly #states = new Map<DeviceId, RetainedState>();
  readonly #announcements = new Map<DeviceId, AnnouncedComponents>();
  #finish: () => void = () => undefined;

  /** `discovery`: whether documents are asked for, too. */
  constructor(topics: Topics, discovery: boolean) {
    this.#topics = topics;
    this.#discovery = discovery;
  }

  /** Resolves after at most 5 s with what came; rejects when the broker refuses or the link is lost. */
  async run(link: Link, clock: Clock): Promise<Restored> {
    const { everyState, everyDiscovery, restoreMarker } = this.#topics;
    const subscriptions = [everyState, ...(this.#discovery ? [everyDiscovery] : []), restoreMarker];
    const finished = new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
    const cancel = clock.after(timeLimitMs, this.#finish);
    try {
      await Promise.race([finished, this.#ask(link, subscriptions).then(() => finished)]);
    } finally {
      cancel();
    }
    // Not waited for: what is published after it is not sent back. A link that cannot do it has no subscriptions left.
    link.unsubscribe(subscriptions).catch(() => undefined);
    return { states: this.#states, announcements: this.#announcements };
  }

  async #ask(link: Link, subscriptions: readonly string[]): Promise<void> {
    await link.subscribe(subscriptions);
    await new Promise<void>((resolve, reject) => {
      const marker = { topic: this.#topics.restoreMarker, payload: "marker", retain: false };
      link.publish(marker, (error) => (error === undefined ? resolve() : reject(error)));
    });
  }

  /** To be told of every message that comes while it runs. */
  message(topic: string, payload: Buffer, retained: boolean): void {
    if (topic === this.#topics.restoreMarker && !retained) this.#finish();
    if (!retained || this.#states.size + this.#announcements.size >= 2 * maxDevices) return;
    const ofState = this.#topics.deviceOfState(topic);
    if (ofState !== undefined) {
      const state = readState(payload);
      if (state !== undefined) this.#states.set(ofState, state);
    }
    const ofDiscovery = this.#topics.deviceOfDiscovery(topic);
    if (ofDiscovery !== undefined) {
      const announced = readAnnouncement(payload.toString("utf8"), this.#topics.bridgeState);
      if (announced !== undefined) this.#announcements.set(ofDiscovery, announced);
    }
  }
}

/** Undefined where it is not a state object. Unknown values are left out. */
export function readState(payload: Buffer): RetainedState | undefined {
  const parsed = parseJsonObject(payload.toString("utf8"));
  if (parsed === undefined) return undefined;
  const seen = parsed[bridgeKeys.lastSeen];
  const at = typeof seen === "string" ? Date.parse(seen) : Number.NaN;
  const values = Object.entries(parsed).filter(
    (entry): entry is [string, Value] => !ownKeys.has(entry[0]) && isKnown(entry[1]),
  );
  return { values: Object.fromEntries(values), lastSeen: Number.isNaN(at) ? undefined : (at as EpochMs) };
}

function isKnown(value: unknown): boolean {
  return typeof value === "number" || typeof value === "string" || typeof value === "boolean";
}
