import type { CaptureOutput } from "../../model/capture.js";
import type { CapturedSession, Moment } from "./moment.js";
import type { Section } from "./section.js";
import type { PacketOutput } from "./take.js";

/** A capture that somebody looks at while it goes on. What a slow reader does not take is dropped. */
export class StreamOutput implements PacketOutput {
  readonly #output: CaptureOutput;
  readonly #section: Section;
  captured = 0;
  dropped = 0;
  #isSlow = false;
  #isOver = false;

  constructor(output: CaptureOutput, section: Section) {
    this.#output = output;
    this.#section = section;
    this.#put(section.begin());
  }

  write(session: CapturedSession, moment: Moment): void {
    if (this.#isSlow || this.#isOver) {
      this.#section.dropped(moment);
      this.dropped += 1;
    } else {
      this.#put(this.#section.packet(session, moment));
      this.captured += 1;
    }
  }

  secret(session: CapturedSession, line: Uint8Array): void {
    if (!this.#isOver && this.#section.holds(session)) this.#put(this.#section.secretBlocks([line]));
  }

  async stop(): Promise<void> {
    if (!this.#isOver && !this.#isSlow) this.#put(this.#section.end());
    this.#isOver = true;
  }

  #put(pieces: readonly Uint8Array[]): void {
    if (pieces.length === 0 || this.#output.write(Buffer.concat(pieces))) return;
    this.#isSlow = true;
    this.#output.onDrained(() => {
      this.#isSlow = false;
    });
  }
}
