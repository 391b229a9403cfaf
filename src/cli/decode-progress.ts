import type { EpochMs } from "../model/time.js";
import type { Clock } from "../runtime/clock.js";
import type { TextOutput } from "./context.js";

const everyMs = 250;
const longBytes = 8 * 1024 * 1024;
const megabyte = 1_000_000;
const clearLine = "\r\u001b[K";

/** Shows on a terminal how far the reading of a long file is, at most four times a second, in one line that is written anew. */
export class DecodeProgress {
  readonly #out: TextOutput;
  readonly #clock: Clock;
  readonly #isShown: boolean;
  #file = "";
  #begunAt = 0 as EpochMs;
  #saidAt = 0;
  #hasLine = false;

  constructor(out: TextOutput, clock: Clock, isShown: boolean) {
    this.#out = out;
    this.#clock = clock;
    this.#isShown = isShown;
  }

  /** `fileBytes` undefined: nobody knows how long the file is. */
  show(file: string, bytesRead: number, fileBytes: number | undefined): void {
    if (!this.#isShown || fileBytes === undefined || fileBytes < longBytes) return;
    const now = this.#clock.now();
    if (file !== this.#file) {
      this.#file = file;
      this.#begunAt = now;
      this.#saidAt = now;
    }
    if (now - this.#saidAt < everyMs) return;
    this.#saidAt = now;
    const percent = Math.floor((100 * bytesRead) / fileBytes);
    const rate = bytesRead / megabyte / ((now - this.#begunAt) / 1000);
    this.#hasLine = true;
    this.#out.write(`${clearLine}${file}: ${percent} %, ${rate.toFixed(1)} MB/s`);
  }

  /** Takes the line away, so that another may be written. */
  clear(): void {
    if (this.#hasLine) this.#out.write(clearLine);
    this.#hasLine = false;
  }
}
