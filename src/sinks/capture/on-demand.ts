import type {
  CaptureControl,
  CaptureFile,
  CaptureOutput,
  CaptureStatus,
  CaptureTarget,
  RunningCapture,
} from "../../model/capture.js";
import type { EpochMs } from "../../model/time.js";
import type { Clock } from "../../runtime/clock.js";
import { CloudtapError, describeError } from "../../runtime/errors.js";
import type { CaptureFolder } from "./capture-folder.js";
import type { CaptureOutputs } from "./capture-outputs.js";
import type { Health } from "./health.js";
import type { PacketOutput, Take } from "./take.js";
import type { Takes } from "./takes.js";
import { targetLabel } from "./targets.js";

export interface OnDemandPorts {
  readonly clock: Clock;
  readonly takes: Takes;
  readonly folder: CaptureFolder;
  readonly health: Health;
  readonly outputs: CaptureOutputs;
  /** Space that must be free. */
  readonly fileBytes: number;
  /** Undefined: too many go on already. */
  begin(target: CaptureTarget, reason: string, until: EpochMs): Take | undefined;
  beginTap(target: CaptureTarget, reason: string, output: PacketOutput): Take;
  status(): CaptureStatus;
  /** The folder is in use, or a capture lasts longer. */
  changed(): void;
}

/** Captures that somebody asks for. */
export class OnDemand implements CaptureControl {
  readonly #directory: string;
  readonly #ports: OnDemandPorts;

  constructor(directory: string, ports: OnDemandPorts) {
    this.#directory = directory;
    this.#ports = ports;
  }

  async start(target: CaptureTarget, forMs: number, reason: string): Promise<RunningCapture> {
    const { clock, health, folder, fileBytes, begin, changed } = this.#ports;
    if (health.problem !== undefined) throw this.#failure(health.problem);
    const until = (clock.now() + forMs) as EpochMs;
    const renewed = this.#renew(target, until);
    if (renewed !== undefined) return renewed;
    try {
      await folder.probe(fileBytes);
    } catch (error) {
      throw this.#failure(describeError(error), error);
    }
    changed();
    // Somebody else may have begun it meanwhile.
    const begun = this.#renew(target, until);
    if (begun !== undefined) return begun;
    const take = begin(target, reason, until);
    if (take === undefined) throw this.#failure("too many captures go on at once");
    return take.describe();
  }

  async stop(target: CaptureTarget | undefined): Promise<readonly RunningCapture[]> {
    const { takes } = this.#ports;
    const label = target === undefined ? undefined : targetLabel(target);
    const ended = takes.all.filter(
      (take) => take.cause === "demand" && (label === undefined || targetLabel(take.target) === label),
    );
    await Promise.all(ended.map((take) => takes.end(take)));
    return ended.map((take) => take.describe());
  }

  status(): CaptureStatus {
    return this.#ports.status();
  }

  async files(): Promise<readonly CaptureFile[]> {
    try {
      return await this.#ports.folder.list();
    } catch (error) {
      const directory = this.#directory;
      const message = `cannot read ${directory}: ${describeError(error)}`;
      throw new CloudtapError("STORE_FAILED", message, { directory }, error);
    }
  }

  tap(target: CaptureTarget, output: CaptureOutput): () => void {
    const { outputs, beginTap, takes } = this.#ports;
    const reason = `tap of ${targetLabel(target)}`;
    const take = beginTap(target, reason, outputs.stream(reason, output));
    return () => void takes.end(take);
  }

  #renew(target: CaptureTarget, until: EpochMs): RunningCapture | undefined {
    const { takes, changed } = this.#ports;
    const known = takes.find("demand", target);
    if (known === undefined) return undefined;
    takes.renew(known, until);
    changed();
    return known.describe();
  }

  #failure(problem: string, cause?: unknown): CloudtapError {
    const directory = this.#directory;
    const message = `expected to write captures to ${directory}, found: ${problem}`;
    return new CloudtapError("CAPTURE_FAILED", message, { directory }, cause);
  }
}
