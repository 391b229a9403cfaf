import type { Frame, Greeting } from "../../model/protocol.js";
import type { EpochMs } from "../../model/time.js";
import { CloudtapError } from "../../runtime/errors.js";
import type { Logger } from "../../runtime/log.js";
import type { Pause } from "../leg.js";
import type { CloudAvailability } from "./cloud-availability.js";
import { type CloudEnd, CloudLeg, type CloudLegPorts } from "./cloud-leg.js";
import type { UpstreamHealth } from "./upstream-health.js";

export interface CloudConnectionPorts extends CloudLegPorts {
  readonly log: Logger;
  readonly availability: CloudAvailability;
  readonly health: UpstreamHealth;
  /** Of the device: what the cloud does not do for it alone is remembered by it. */
  readonly address: string;
  readonly replyTimeoutMs: number;
  /** A leg is up. */
  connected(cloud: CloudEnd): void;
}

export interface CloudConnectionOwner {
  /** The cloud takes frames from now on; `answered`: it has answered a greeting. */
  joined(answered: boolean): void;
  bytes(chunk: Buffer): void;
  frames(frames: readonly Frame[]): void;
  /** FIN; `rest`: what it leaves behind. */
  ended(rest: readonly Frame[]): void;
  /** It could not be dialled, or the leg broke. */
  lost(error: Error): void;
  drained(): void;
  /** What opens a leg in the middle of a session; undefined: nothing does yet. */
  greeting(now: EpochMs): Greeting | undefined;
  /** The token of what a whole frame answers. */
  answerOf(frame: Frame): string | undefined;
}

/** The way of one gated session to its cloud: the first leg, and where the session outlives it, the next ones. */
export class CloudConnection {
  readonly #ports: CloudConnectionPorts;
  readonly #owner: CloudConnectionOwner;
  #leg: CloudLeg | undefined;
  #isJoined = false;
  #closed = false;
  /** Of a leg that must say something before it is used. */
  #greetingToken: string | undefined;
  #cancelWait: () => void = () => undefined;

  constructor(ports: CloudConnectionPorts, owner: CloudConnectionOwner) {
    this.#ports = ports;
    this.#owner = owner;
  }

  get waitingBytes(): number {
    return this.#leg?.waitingBytes ?? 0;
  }

  get hasHalfFrame(): boolean {
    return this.#leg?.hasHalfFrame ?? false;
  }

  get staleAt(): number {
    return this.#leg?.staleAt ?? Number.POSITIVE_INFINITY;
  }

  /** A leg is up and takes frames. */
  get isJoined(): boolean {
    return this.#isJoined;
  }

  /** Dials; `joined` or `lost` follows, unless the leg is released first. */
  async open(): Promise<void> {
    const fault = await this.#dial();
    if (this.#closed || fault === released) return;
    this.#isJoined = fault === undefined;
    if (fault === undefined) this.#owner.joined(false);
    else this.#owner.lost(fault);
  }

  /** False: the cloud is slow. */
  write(bytes: Uint8Array): boolean {
    return this.#leg?.write(bytes) ?? true;
  }

  pause(reason: Pause): void {
    this.#leg?.pause(reason);
  }

  resume(reason: Pause): void {
    this.#leg?.resume(reason);
  }

  flushStale(now: EpochMs): void {
    this.#leg?.flushStale(now);
  }

  /** FIN. */
  end(): void {
    this.#leg?.end();
  }

  /** The leg is of no use any more; who takes it listens on, else it is closed. */
  release(): CloudLeg | undefined {
    const leg = this.#leg;
    this.#leg = undefined;
    this.#isJoined = false;
    return leg;
  }

  /** Looks from time to time whether the cloud is back, and joins it then. */
  seekReturn(): void {
    if (this.#closed) return;
    const { clock, availability, address } = this.#ports;
    const now = clock.now();
    const look = (): void => {
      this.#cancelWait();
      void this.#rejoin();
    };
    const cancelTimer = clock.after(Math.max(0, availability.retryAt(address) - now), look);
    const cancelBack = availability.whenBack(look);
    this.#cancelWait = () => {
      cancelTimer();
      cancelBack();
    };
  }

  close(how: "finish" | "reset"): void {
    this.#closed = true;
    this.#cancelWait();
    this.release()?.[how]();
  }

  async #rejoin(): Promise<void> {
    const { availability, address, clock } = this.#ports;
    if (this.#closed) return;
    if (!availability.mayTry(address)) {
      this.seekReturn();
      return;
    }
    const fault = await this.#dial();
    if (this.#closed) return;
    const greeting = fault === undefined ? this.#owner.greeting(clock.now()) : undefined;
    if (greeting !== undefined) this.#greet(greeting);
    else if (fault === undefined) this.#rejoinFailed();
    else this.seekReturn();
  }

  /** A cloud that takes the connection is back only once it answers. */
  #greet({ frame, token }: Greeting): void {
    const { clock, replyTimeoutMs } = this.#ports;
    this.#greetingToken = token;
    this.#leg?.write(frame);
    const cancel = clock.after(replyTimeoutMs, () => this.#rejoinFailed());
    this.#cancelWait = cancel;
  }

  #rejoinFailed(): void {
    const { availability, address } = this.#ports;
    this.#cancelWait();
    this.#greetingToken = undefined;
    this.release()?.finish();
    availability.failedFor(address);
    this.seekReturn();
  }

  /** The fault, where no leg came up. */
  async #dial(): Promise<Error | undefined> {
    const { health, availability, connected } = this.#ports;
    const leg = new CloudLeg(this.#ports, {
      bytes: (chunk) => this.#owner.bytes(chunk),
      frames: (frames) => this.#frames(frames),
      ended: (rest) => this.#ended(rest),
      failed: (error) => this.#failed(error),
      drained: () => this.#owner.drained(),
    });
    this.#leg = leg;
    try {
      const cloud = await leg.dial();
      if (this.#leg !== leg) return released;
      health.reached();
      availability.reached();
      if (cloud !== undefined) connected(cloud);
      return undefined;
    } catch (error) {
      if (this.#leg !== leg) return released;
      this.#leg = undefined;
      return this.#dialFailed(error);
    }
  }

  #dialFailed(error: unknown): Error {
    const { health, availability, log } = this.#ports;
    if (!(error instanceof CloudtapError)) throw error;
    health.failed(error);
    availability.unreachable();
    log.debug({ code: error.code }, "cloud not joined");
    return error;
  }

  #frames(frames: readonly Frame[]): void {
    const token = this.#greetingToken;
    if (this.#isJoined || token === undefined) {
      if (this.#isJoined) this.#owner.frames(frames);
      return;
    }
    const index = frames.findIndex((frame) => frame.whole && this.#owner.answerOf(frame) === token);
    if (index < 0) return;
    this.#cancelWait();
    this.#greetingToken = undefined;
    this.#isJoined = true;
    this.#owner.joined(true);
    this.#owner.frames(frames.slice(index + 1));
  }

  #ended(rest: readonly Frame[]): void {
    if (this.#isJoined) this.#owner.ended(rest);
    else if (this.#greetingToken !== undefined) this.#rejoinFailed();
  }

  #failed(error: Error): void {
    if (this.#isJoined) this.#owner.lost(error);
    else if (this.#greetingToken !== undefined) this.#rejoinFailed();
  }
}

const released = new Error("the leg is not needed any more");
