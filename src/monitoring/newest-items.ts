/** What is kept at most. Bytes are as counted by who pushes. */
export interface NewestLimits {
  readonly bytes: number;
  readonly groupBytes: number;
  readonly groupItems: number;
}

/** Whoever owns the items is told what becomes of them. */
export interface NewestHooks<T, G> {
  dropped?(item: T): void;
  /** The last item of a group was dropped. */
  emptied(group: ItemGroup<T, G>): void;
}

/** An item in two lists at once: all items by age, and those of its group by age. */
export interface KeptItem<T, G> {
  readonly item: T;
  readonly bytes: number;
  readonly group: ItemGroup<T, G>;
  /** False once it was dropped. */
  isKept: boolean;
  older: KeptItem<T, G> | undefined;
  newer: KeptItem<T, G> | undefined;
  olderOfGroup: KeptItem<T, G> | undefined;
  newerOfGroup: KeptItem<T, G> | undefined;
}

/** Items that share a bound of their own. Changed by `NewestItems` alone. */
export class ItemGroup<T, G> {
  /** Whose they are. */
  readonly owner: G;
  oldest: KeptItem<T, G> | undefined;
  newest: KeptItem<T, G> | undefined;
  bytes = 0;
  count = 0;

  constructor(owner: G) {
    this.owner = owner;
  }

  /** Oldest first. */
  items(): readonly T[] {
    const items: T[] = [];
    for (let kept = this.oldest; kept !== undefined; kept = kept.newerOfGroup) items.push(kept.item);
    return items;
  }
}

/**
 * The newest items of many groups. The oldest go first: of a group that has more than its share, and of all once they are
 * too many. What is pushed costs the same however much is kept.
 */
export class NewestItems<T, G> {
  readonly #limits: NewestLimits;
  readonly #hooks: NewestHooks<T, G>;
  #oldest: KeptItem<T, G> | undefined;
  #newest: KeptItem<T, G> | undefined;
  #bytes = 0;

  constructor(limits: NewestLimits, hooks: NewestHooks<T, G>) {
    this.#limits = limits;
    this.#hooks = hooks;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The newest is kept in any case. */
  push(group: ItemGroup<T, G>, item: T, bytes: number): KeptItem<T, G> {
    const kept: KeptItem<T, G> = {
      item,
      bytes,
      group,
      isKept: true,
      older: this.#newest,
      newer: undefined,
      olderOfGroup: group.newest,
      newerOfGroup: undefined,
    };
    if (this.#newest === undefined) this.#oldest = kept;
    else this.#newest.newer = kept;
    this.#newest = kept;
    this.#bytes += bytes;
    if (group.newest === undefined) group.oldest = kept;
    else group.newest.newerOfGroup = kept;
    group.newest = kept;
    group.bytes += bytes;
    group.count += 1;
    this.#trim(kept);
    return kept;
  }

  drop(kept: KeptItem<T, G>): void {
    if (!kept.isKept) return;
    kept.isKept = false;
    const { group } = kept;
    if (kept.older === undefined) this.#oldest = kept.newer;
    else kept.older.newer = kept.newer;
    if (kept.newer === undefined) this.#newest = kept.older;
    else kept.newer.older = kept.older;
    if (kept.olderOfGroup === undefined) group.oldest = kept.newerOfGroup;
    else kept.olderOfGroup.newerOfGroup = kept.newerOfGroup;
    if (kept.newerOfGroup === undefined) group.newest = kept.olderOfGroup;
    else kept.newerOfGroup.olderOfGroup = kept.olderOfGroup;
    // Whoever still holds it must not hold what was kept beside it.
    kept.older = undefined;
    kept.newer = undefined;
    kept.olderOfGroup = undefined;
    kept.newerOfGroup = undefined;
    this.#bytes -= kept.bytes;
    group.bytes -= kept.bytes;
    group.count -= 1;
    this.#hooks.dropped?.(kept.item);
    if (group.count === 0) this.#hooks.emptied(group);
  }

  /** False: nothing is kept. */
  dropOldest(): boolean {
    if (this.#oldest === undefined) return false;
    this.drop(this.#oldest);
    return true;
  }

  clear(group: ItemGroup<T, G>): void {
    while (group.oldest !== undefined) this.drop(group.oldest);
  }

  #trim(newest: KeptItem<T, G>): void {
    const { group } = newest;
    const { bytes, groupBytes, groupItems } = this.#limits;
    let oldest = group.oldest;
    while ((group.bytes > groupBytes || group.count > groupItems) && oldest !== undefined && oldest !== newest) {
      this.drop(oldest);
      oldest = group.oldest;
    }
    oldest = this.#oldest;
    while (this.#bytes > bytes && oldest !== undefined && oldest !== newest) {
      this.drop(oldest);
      oldest = this.#oldest;
    }
  }
}
