/** A piece of the page that shows one item, and the next state of it. */
export interface Part<T> {
  readonly element: HTMLElement;
  update(item: T): void;
  /** It is taken off the page. */
  end?(): void;
}

/** Shows a list of items, each by a part of its own that stays as long as the item does: so focus and selection stay, too. */
export class PartList<T> {
  readonly #parent: HTMLElement;
  readonly #keyOf: (item: T) => string;
  readonly #create: (item: T) => Part<T>;
  #parts = new Map<string, Part<T>>();

  constructor(parent: HTMLElement, keyOf: (item: T) => string, create: (item: T) => Part<T>) {
    this.#parent = parent;
    this.#keyOf = keyOf;
    this.#create = create;
  }

  /** Of the item with this key. */
  part(key: string): Part<T> | undefined {
    return this.#parts.get(key);
  }

  show(items: readonly T[]): void {
    const parts = new Map<string, Part<T>>();
    for (const item of items) {
      const key = this.#keyOf(item);
      const known = this.#parts.get(key);
      if (known === undefined) parts.set(key, this.#create(item));
      else {
        known.update(item);
        parts.set(key, known);
      }
    }
    for (const [key, part] of this.#parts) {
      if (parts.has(key)) continue;
      part.element.remove();
      part.end?.();
    }
    this.#parts = parts;
    this.#arrange();
  }

  /** Moves only what is not in its place. */
  #arrange(): void {
    let next = this.#parent.firstElementChild;
    for (const { element } of this.#parts.values()) {
      if (element === next) next = next.nextElementSibling;
      else this.#parent.insertBefore(element, next);
    }
  }
}
