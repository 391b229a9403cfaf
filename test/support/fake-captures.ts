import type {
  CaptureControl,
  CaptureFile,
  CaptureOutput,
  CaptureStatus,
  CaptureTarget,
  RunningCapture,
} from "../../src/model/capture.js";
import type { EpochMs } from "../../src/model/time.js";
import { CloudtapError } from "../../src/runtime/errors.js";

/** Captures on demand that are only noted down. */
export class FakeCaptures implements CaptureControl {
  readonly now = Date.UTC(2026, 10, 21, 14) as EpochMs;
  readonly taps: { readonly target: CaptureTarget; readonly output: CaptureOutput }[] = [];
  running: readonly RunningCapture[] = [];
  kept: readonly CaptureFile[] = [];
  problem: string | undefined;
  captured = 0;
  dropped = 0;
  endedTaps = 0;
  /** How often the files were listed. */
  looks = 0;
  #count = 0;

  constructor(directory = "/data/captures") {
    this.directory = directory;
  }

  readonly directory: string;

  async start(target: CaptureTarget, forMs: number, reason: string): Promise<RunningCapture> {
    if (this.problem !== undefined) throw new CloudtapError("CAPTURE_FAILED", this.problem);
    this.#count += 1;
    const until = (this.now + forMs) as EpochMs;
    const capture = { id: `c${this.#count}`, target, reason, since: this.now, until };
    this.running = [...this.running.filter((one) => !isSame(one.target, target)), capture];
    return capture;
  }

  async stop(target: CaptureTarget | undefined): Promise<readonly RunningCapture[]> {
    const ended = this.running.filter((one) => target === undefined || isSame(one.target, target));
    this.running = this.running.filter((one) => !ended.includes(one));
    return ended;
  }

  status(): CaptureStatus {
    const { directory, running, captured, dropped, problem } = this;
    const facts = { mode: "none" as const, directory, running, captured, dropped };
    return problem === undefined ? facts : { ...facts, problem };
  }

  async files(): Promise<readonly CaptureFile[]> {
    this.looks += 1;
    return this.kept;
  }

  tap(target: CaptureTarget, output: CaptureOutput): () => void {
    this.taps.push({ target, output });
    return () => {
      this.endedTaps += 1;
    };
  }
}

function isSame(one: CaptureTarget, other: CaptureTarget): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
