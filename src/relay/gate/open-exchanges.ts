const limit = 256;

/** Exchanges that wait for their answer, oldest first. Bounded: beyond 256 the oldest is forgotten. */
export class OpenExchanges<T extends { readonly token: string }> {
  #open: T[] = [];

  add(exchange: T): void {
    this.#open.push(exchange);
    if (this.#open.length > limit) this.#open.shift();
  }

  /** The oldest that this token answers. */
  oldest(token: string | undefined): T | undefined {
    return token === undefined ? undefined : this.find((exchange) => exchange.token === token);
  }

  /** The same, and it is over, unless the answer is an interim one. */
  settle(token: string | undefined, interim = false): T | undefined {
    const found = this.oldest(token);
    if (found !== undefined && !interim) this.remove(found);
    return found;
  }

  /** False: it was not open. */
  remove(exchange: T): boolean {
    const index = this.#open.indexOf(exchange);
    if (index >= 0) this.#open.splice(index, 1);
    return index >= 0;
  }

  find(matches: (exchange: T) => boolean): T | undefined {
    return this.#open.find(matches);
  }

  some(matches: (exchange: T) => boolean): boolean {
    return this.#open.some(matches);
  }

  [Symbol.iterator](): Iterator<T> {
    return [...this.#open][Symbol.iterator]();
  }

  clear(): void {
    this.#open = [];
  }
}
