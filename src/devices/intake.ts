import type { CloudCommand } from "../model/command.js";
import type { DeviceId } from "../model/device.js";
import type { Bus, Deliver, Ledger } from "../model/ports.js";
import type { Decoded, Posting, PostingOutcome } from "../model/protocol.js";
import type { SessionInfo } from "../model/session.js";
import type { EpochMs } from "../model/time.js";
import { CloudtapError } from "../runtime/errors.js";
import type { Logger } from "../runtime/log.js";

export interface IntakeOptions {
  readonly bus: Bus;
  readonly ledger: Ledger;
  readonly log: Logger;
}

/** What a frame told and what a posting told have these in common. */
type Findings = Pick<Decoded & PostingOutcome, "devices" | "readings" | "events" | "anomalies">;

/** Accounts whose failure is remembered, so that it is reported once. */
const failingLimit = 1_000;

/**
 * Puts what sessions decode on the bus. What must be counted exactly once is published when the ledger has it on disk:
 * the promise settles then with true, or with false when the ledger has failed, for a broken disk must not stop the
 * relaying.
 */
export function createIntake(options: IntakeOptions): Deliver {
  const intake = new Intake(options);
  return (session, decoded, now) => intake.deliver(session, decoded, now);
}

class Intake {
  readonly #bus: Bus;
  readonly #ledger: Ledger;
  readonly #log: Logger;
  readonly #failing = new Set<string>();
  /** A cloud's frame is no sign of life of a device: its command is meant for the one that spoke last. */
  readonly #lastSpoke = new WeakMap<SessionInfo, DeviceId>();

  constructor({ bus, ledger, log }: IntakeOptions) {
    this.#bus = bus;
    this.#ledger = ledger;
    this.#log = log;
  }

  deliver(session: SessionInfo, decoded: Decoded, now: EpochMs): Promise<boolean> | undefined {
    const [device] = decoded.seen;
    if (device !== undefined) this.#lastSpoke.set(session, device);
    this.#publish(session, decoded, now);
    if (decoded.command !== undefined) this.#noteCloud(session, decoded.command, decoded.blocked, now);
    for (const id of decoded.seen) this.#bus.publish({ type: "seen", session, device: id, at: now });
    if (decoded.postings.length === 0) return undefined;
    return this.#postAll(session, decoded.postings, now);
  }

  async #postAll(session: SessionInfo, postings: readonly Posting[], now: EpochMs): Promise<boolean> {
    const stored = await Promise.all(postings.map((posting) => this.#post(session, posting, now)));
    return stored.every((one) => one);
  }

  async #post(session: SessionInfo, posting: Posting, now: EpochMs): Promise<boolean> {
    const { account } = posting;
    let outcome: PostingOutcome;
    try {
      outcome = await this.#ledger.post(posting, now);
    } catch (error) {
      this.#logFailure(session, account, error);
      return false;
    }
    if (this.#failing.delete(account)) this.#log.info({ account }, "ledger works again");
    this.#publish(session, outcome, now);
    return true;
  }

  #publish(session: SessionInfo, findings: Findings, now: EpochMs): void {
    for (const update of findings.devices) this.#bus.publish({ type: "device", session, update });
    for (const reading of findings.readings) this.#bus.publish({ type: "reading", session, reading });
    for (const event of findings.events) this.#bus.publish({ type: "event", event });
    for (const anomaly of findings.anomalies) this.#bus.publish({ type: "anomaly", session, anomaly, at: now });
  }

  /** The cloud spoke, and may have wanted something of the device. */
  #noteCloud(session: SessionInfo, { text, classes }: CloudCommand, reason: string | undefined, now: EpochMs): void {
    const device = this.#lastSpoke.get(session);
    const verdict = reason === undefined ? { blocked: false } : { blocked: true, reason };
    if (text !== undefined)
      this.#log.info({ relay: session.relay, session: session.id, device, text, ...verdict }, "command from the cloud");
    if (device === undefined) return;
    this.#bus.publish({ type: "cloud-answered", device, at: now });
    if (text === undefined) return;
    const attributes = { text, classes, ...verdict, direction: "cloud-to-device" };
    this.#bus.publish({ type: "event", event: { device, type: "command", at: now, attributes } });
  }

  #logFailure(session: SessionInfo, account: string, error: unknown): void {
    const known = this.#failing.has(account) || this.#failing.size >= failingLimit;
    if (!known) this.#failing.add(account);
    const code = error instanceof CloudtapError ? error.code : undefined;
    const fields = { relay: session.relay, session: session.id, account, code, err: error };
    if (known) this.#log.debug(fields, "ledger failed, a report is not counted");
    else this.#log.error(fields, "ledger failed, a report is not counted");
  }
}
