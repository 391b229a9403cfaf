import type { Direction } from "../../model/session.js";

/** A device asks one thing at a time; more are answered in order. */
const waitingLimit = 64;

/** Gives a question and its answer of one session the same name, in whatever order the two are complete. */
export class ExchangeNames {
  #waiting: string[] = [];
  #side: Direction | undefined;

  /** `fresh` names something that belongs to nothing before it. */
  nameOf(direction: Direction, fresh: () => string): string {
    const [oldest] = this.#waiting;
    if (oldest !== undefined && this.#side !== direction) {
      this.#waiting.shift();
      return oldest;
    }
    const name = fresh();
    this.#side = direction;
    this.#waiting = [...this.#waiting, name].slice(-waitingLimit);
    return name;
  }
}
