import type { CaptureTarget } from "../../model/capture.js";
import type { EpochMs } from "../../model/time.js";
import type { Clock } from "../../runtime/clock.js";
import type { Guard } from "../../runtime/guard.js";
import type { Logger } from "../../runtime/log.js";
import { type PacketOutput, Take, type TakeCause } from "./take.js";
import { needsRing, targetLabel } from "./targets.js";

export interface TakeBeginning {
  readonly cause: TakeCause;
  readonly target: CaptureTarget;
  readonly reason: string;
  /** Names of relays; empty: all. */
  readonly relays: readonly string[];
  readonly output: PacketOutput;
  /** Undefined: until it is ended. */
  readonly until: EpochMs | undefined;
}

export interface TakesPorts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Fault barrier of the end of a capture whose time has come. */
  readonly guard: Guard;
  /** Its sessions let go of it. */
  ended(take: Take): void;
  /** What it captured is where it belongs, so that its counts are final. */
  written(take: Take): void;
}

/** The captures that go on. Each ends by itself, when its time has come. */
export class Takes {
  readonly #ports: TakesPorts;
  readonly #takes = new Map<Take, () => void>();
  /** Over, and their last packets on their way. */
  readonly #leaving = new Map<Take, Promise<void>>();
  /** Packets of those before. */
  readonly #past = { captured: 0, dropped: 0 };
  #number = 0;

  constructor(ports: TakesPorts) {
    this.#ports = ports;
  }

  get all(): readonly Take[] {
    return [...this.#takes.keys()];
  }

  /** Packets of all captures since the start. */
  get counts(): { readonly captured: number; readonly dropped: number } {
    const outputs = [...this.all, ...this.#leaving.keys()].map(({ output }) => output);
    return {
      captured: outputs.reduce((sum, { captured }) => sum + captured, this.#past.captured),
      dropped: outputs.reduce((sum, { dropped }) => sum + dropped, this.#past.dropped),
    };
  }

  /** Some can be told only by the first frame of a session. Asked for every chunk, so it makes nothing. */
  get needRing(): boolean {
    for (const { target } of this.#takes.keys()) if (needsRing(target)) return true;
    return false;
  }

  find(cause: TakeCause, target: CaptureTarget): Take | undefined {
    const label = targetLabel(target);
    return this.all.find((take) => take.cause === cause && targetLabel(take.target) === label);
  }

  begin({ cause, target, reason, relays, output, until }: TakeBeginning): Take {
    const { clock, log } = this.#ports;
    this.#number += 1;
    const id = `${this.#number}-${targetLabel(target)}`;
    const take = new Take({ id, target, reason, since: clock.now() }, cause, output, relays);
    this.#takes.set(take, () => undefined);
    this.renew(take, until);
    const untilText = until === undefined ? undefined : new Date(until).toISOString();
    log.info({ capture: id, reason, until: untilText }, "capture begins");
    return take;
  }

  /** It ends then and not before. */
  renew(take: Take, until: EpochMs | undefined): void {
    this.#takes.get(take)?.();
    take.until = until;
    if (until === undefined) return;
    const { clock, guard } = this.#ports;
    const cancel = clock.after(Math.max(0, until - clock.now()), () => guard.run(() => void this.end(take)));
    this.#takes.set(take, cancel);
  }

  /** Resolves when what it captured is where it belongs. */
  end(take: Take): Promise<void> {
    const cancel = this.#takes.get(take);
    if (cancel === undefined) return Promise.resolve();
    cancel();
    this.#takes.delete(take);
    const { ended } = this.#ports;
    // Its last packets come while its sessions let go of it.
    const stopped = Promise.resolve().then(() => this.#leave(take));
    this.#leaving.set(take, stopped);
    ended(take);
    take.isOver = true;
    return stopped;
  }

  async stop(): Promise<void> {
    for (const take of this.all) void this.end(take);
    await Promise.all(this.#leaving.values());
  }

  async #leave(take: Take): Promise<void> {
    const { output, id } = take;
    await output.stop();
    const { captured, dropped } = output;
    this.#past.captured += captured;
    this.#past.dropped += dropped;
    this.#leaving.delete(take);
    const { log, written } = this.#ports;
    log.info({ capture: id, captured, dropped }, "capture ends");
    written(take);
  }
}
