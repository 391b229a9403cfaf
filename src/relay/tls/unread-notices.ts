import type { SpliceKey } from "../../model/splice.js";

const noticeLimit = 1_024;

/** Of whom the log has said that they are passed through unread; the oldest are forgotten first. */
export class UnreadNotices {
  readonly #told = new Set<string>();

  /** True the first time. */
  isNews({ relay, address, target }: SpliceKey): boolean {
    const name = JSON.stringify([relay, address, target]);
    if (this.#told.has(name)) return false;
    const [oldest] = this.#told;
    if (this.#told.size >= noticeLimit && oldest !== undefined) this.#told.delete(oldest);
    this.#told.add(name);
    return true;
  }
}
