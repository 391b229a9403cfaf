import type { Scope } from "../logic/scope.js";
import { setText } from "./dom.js";

/** Keeps texts about time right, once a second and only while somebody looks. */
export class Ticker {
  readonly #shown = new Map<Node, () => string>();

  constructor() {
    setInterval(() => this.tick(), 1000);
  }

  /** `text` is asked each second, as long as the node is in use. */
  show<N extends Node>(node: N, text: () => string, scope: Scope): N {
    this.#shown.set(node, text);
    scope.add(() => this.#shown.delete(node));
    setText(node, text());
    return node;
  }

  /** The node is no longer in use. */
  forget(node: Node): void {
    this.#shown.delete(node);
  }

  tick(): void {
    if (document.hidden) return;
    for (const [node, text] of this.#shown) setText(node, text());
  }
}
