import type { Sample } from "./families.js";

interface Branch {
  readonly branches: Map<string, Branch>;
  count: number;
}

/** More label values than any configuration brings about are not counted apart from each other, but not at all. */
const seriesLimit = 2_000;

/** A counter with labels: a tree, one label a level, so that counting makes no text. */
export class LabelledCounter {
  readonly #labels: readonly string[];
  readonly #root: Branch = { branches: new Map(), count: 0 };
  #series = 0;

  constructor(labels: readonly string[]) {
    this.#labels = labels;
  }

  /** As many values as there are labels, in their order. */
  add(values: readonly string[], by = 1): void {
    let branch = this.#root;
    for (const value of values) {
      const next = branch.branches.get(value) ?? this.#grow(branch, value);
      if (next === undefined) return;
      branch = next;
    }
    branch.count += by;
  }

  samples(): readonly Sample[] {
    return this.#collect(this.#root, []);
  }

  #grow(branch: Branch, value: string): Branch | undefined {
    if (this.#series >= seriesLimit) return undefined;
    this.#series += 1;
    const grown: Branch = { branches: new Map(), count: 0 };
    branch.branches.set(value, grown);
    return grown;
  }

  #collect(branch: Branch, values: readonly string[]): readonly Sample[] {
    if (values.length === this.#labels.length) {
      const labels = Object.fromEntries(this.#labels.map((label, at) => [label, values[at] ?? ""]));
      return [{ labels, value: branch.count }];
    }
    return [...branch.branches].flatMap(([value, next]) => this.#collect(next, [...values, value]));
  }
}
