import type { SessionInfo } from "../../model/session.js";
import type { LegOpening, LegTraffic, SessionTraffic, TrafficObserver } from "../../model/traffic.js";
import type { Durations } from "./durations.js";
import type { FixedHistogram } from "./fixed-histogram.js";

/** What arrived so long ago was kept back or answered here, and is not what is sent now. */
const longestMs = 10_000;

/**
 * How long bytes stay in the relay: from the newest arrival at one leg to what is next sent on the other. Of a gate that is the time from
 * the end of a frame to its sending. Bytes that come before there is a cloud leg are not measured: they wait for the cloud, not for us.
 */
export class RelayLatency implements TrafficObserver {
  readonly #durations: Durations;
  readonly #elapsedMs: () => number;

  constructor(durations: Durations, elapsedMs: () => number) {
    this.#durations = durations;
    this.#elapsedMs = elapsedMs;
  }

  opened({ relay, protocol }: SessionInfo): SessionTraffic {
    const up = new Passing(this.#durations.of(relay, protocol, "device-to-cloud"), false);
    const down = new Passing(this.#durations.of(relay, protocol, "cloud-to-device"), true);
    return new SessionLatency(up, down, this.#elapsedMs);
  }
}

/** One direction of one session. */
class Passing {
  readonly #histogram: FixedHistogram;
  /** Zero: nothing waits. */
  #arrivedAt = 0;
  /** False: there is no leg yet on which it could be sent. */
  #isOpen: boolean;

  constructor(histogram: FixedHistogram, isOpen: boolean) {
    this.#histogram = histogram;
    this.#isOpen = isOpen;
  }

  /** What the device said before was not for this cloud leg. */
  cloudOpened(): void {
    this.#isOpen = true;
    this.#arrivedAt = 0;
  }

  arrived(elapsedMs: () => number): void {
    if (this.#isOpen) this.#arrivedAt = elapsedMs();
  }

  forget(): void {
    this.#arrivedAt = 0;
  }

  left(elapsedMs: () => number): void {
    if (this.#arrivedAt === 0) return;
    const durationMs = elapsedMs() - this.#arrivedAt;
    this.#arrivedAt = 0;
    if (durationMs <= longestMs) this.#histogram.observe(durationMs);
  }
}

class SessionLatency implements SessionTraffic {
  readonly wantsSecrets = false;
  readonly #up: Passing;
  readonly #down: Passing;
  readonly #elapsedMs: () => number;

  constructor(up: Passing, down: Passing, elapsedMs: () => number) {
    this.#up = up;
    this.#down = down;
    this.#elapsedMs = elapsedMs;
  }

  legOpened({ side }: LegOpening): LegTraffic {
    if (side === "device") return new LegLatency(this.#up, this.#down, this.#elapsedMs);
    this.#up.cloudOpened();
    return new LegLatency(this.#down, this.#up, this.#elapsedMs);
  }

  secret(): void {
    // Not asked for.
  }

  closed(): void {
    // What waits belongs to the session and goes with it.
  }
}

class LegLatency implements LegTraffic {
  readonly #from: Passing;
  readonly #towards: Passing;
  readonly #elapsedMs: () => number;

  constructor(from: Passing, towards: Passing, elapsedMs: () => number) {
    this.#from = from;
    this.#towards = towards;
    this.#elapsedMs = elapsedMs;
  }

  received(): void {
    // Whoever speaks has the answer to what it said before: what still waits for it is not sent any more.
    this.#towards.forget();
    this.#from.arrived(this.#elapsedMs);
  }

  sent(): void {
    this.#towards.left(this.#elapsedMs);
  }

  ended(): void {
    // Half a leg may still carry bytes the other way.
  }

  reset(): void {
    // Nothing is sent on the other leg after it.
  }
}
