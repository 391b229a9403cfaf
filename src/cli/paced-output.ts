import type { TextOutput } from "./context.js";

/** Writes no faster than the reader takes it. */
export class PacedOutput {
  readonly #out: TextOutput;

  constructor(out: TextOutput) {
    this.#out = out;
  }

  /** Resolves when more may be written. A reader that has gone is the program's concern. */
  async write(text: string): Promise<void> {
    if (text === "") return;
    const out = this.#out;
    if (out.write(text) !== false || out.once === undefined) return;
    await new Promise<void>((resolve) => out.once?.("drain", resolve));
  }
}
