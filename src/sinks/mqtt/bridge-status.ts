import type { Clock } from "../../runtime/clock.js";
import type { BridgeFacts } from "./payloads.js";
import { bridgeInfoPayload } from "./payloads.js";
import type { RetainedTopic } from "./retained-lane.js";

const gapMs = 1_000;

/** `bridge/info`: published again when a relay changes, at most once a second. */
export class BridgeStatus implements RetainedTopic {
  readonly topic: string;
  readonly #clock: Clock;
  readonly #facts: () => BridgeFacts;
  readonly #offer: (topic: RetainedTopic) => void;
  #cancel: (() => void) | undefined;

  constructor(topic: string, clock: Clock, facts: () => BridgeFacts, offer: (topic: RetainedTopic) => void) {
    this.topic = topic;
    this.#clock = clock;
    this.#facts = facts;
    this.#offer = offer;
  }

  render(): string {
    return JSON.stringify(bridgeInfoPayload(this.#facts()));
  }

  changed(): void {
    this.#cancel ??= this.#clock.after(gapMs, () => {
      this.#cancel = undefined;
      this.#offer(this);
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
