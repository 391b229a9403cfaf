export interface RefresherOptions<T> {
  readonly load: () => Promise<T>;
  readonly show: (loaded: T) => void;
  readonly fail: (error: unknown) => void;
  /** Runs something after a while; the returned function takes that back. */
  readonly after: (ms: number, run: () => void) => () => void;
  /** Shortest time from the end of one reading to the next. */
  readonly gapMs: number;
}

/** Reads something again when told to, one reading at a time; what is asked for meanwhile becomes one more. */
export class Refresher<T> {
  readonly #options: RefresherOptions<T>;
  #state: "idle" | "loading" | "resting" | "ended" = "idle";
  #isWanted = false;
  #takeBack: (() => void) | undefined;

  constructor(options: RefresherOptions<T>) {
    this.#options = options;
  }

  /** Reads now, or as soon as it may. */
  refresh(): void {
    if (this.#state === "idle") void this.#run();
    else this.#isWanted = true;
  }

  /** Nothing is shown any more, whatever is still on its way. */
  end(): void {
    this.#state = "ended";
    this.#takeBack?.();
  }

  async #run(): Promise<void> {
    const { load, show, fail, after, gapMs } = this.#options;
    this.#state = "loading";
    this.#isWanted = false;
    try {
      const loaded = await load();
      if (this.#isEnded()) return;
      show(loaded);
    } catch (error) {
      if (this.#isEnded()) return;
      fail(error);
    }
    this.#state = "resting";
    this.#takeBack = after(gapMs, () => {
      this.#state = "idle";
      if (this.#isWanted) this.refresh();
    });
  }

  #isEnded(): boolean {
    return this.#state === "ended";
  }
}
