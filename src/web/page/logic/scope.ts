/** What must be undone when a view is left. */
export class Scope {
  #undo: (() => void)[] = [];
  #hasEnded = false;

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Runs `undo` at the end, at once where that has come already. */
  add(undo: () => void): void {
    if (this.#hasEnded) undo();
    else this.#undo.push(undo);
  }

  /** Undoes everything, the newest first. A second call does nothing. */
  end(): void {
    this.#hasEnded = true;
    const undo = this.#undo.reverse();
    this.#undo = [];
    for (const one of undo) one();
  }
}
