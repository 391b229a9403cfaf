/** Bounds how many of one kind go on at once. */
export class Places {
  readonly #limit: number;
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Gives the function that leaves the place, which may be called more than once; undefined: all are taken. */
  take(): (() => void) | undefined {
    if (this.#taken >= this.#limit) return undefined;
    this.#taken += 1;
    let isTaken = true;
    return () => {
      if (isTaken) this.#taken -= 1;
      isTaken = false;
    };
  }
}
