import type { Clock } from "../runtime/clock.js";
import type { Guard } from "../runtime/guard.js";

/** Something that changes. The mark belongs to the `ChangeWatch` that watches it. */
export interface Changing {
  isNoted: boolean;
}

export interface ChangeWatchPorts<T, V> {
  readonly clock: Clock;
  /** Fault barrier of the timer and of each watcher. */
  readonly guard: Guard;
  /** What watchers are told of it. */
  show(thing: T): V;
  readonly everyMs: number;
  /** What is told each time; the others wait for the next. */
  readonly most: number;
}

/** Tells who watches what has changed, each thing at most once in a while. Without watchers it does nothing. */
export class ChangeWatch<T extends Changing, V> {
  readonly #ports: ChangeWatchPorts<T, V>;
  readonly #watchers = new Set<{ readonly tell: (view: V) => void }>();
  /** Those that were told at once meanwhile have lost their mark. */
  #noted: T[] = [];
  #cancel: (() => void) | undefined;

  constructor(ports: ChangeWatchPorts<T, V>) {
    this.#ports = ports;
  }

  /** Until the returned function is called. */
  watch(tell: (view: V) => void): () => void {
    const watcher = { tell };
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.#rest();
    };
  }

  /** It changed, and is told of within `everyMs`. */
  note(thing: T): void {
    if (thing.isNoted || this.#watchers.size === 0) return;
    thing.isNoted = true;
    this.#noted.push(thing);
    this.#arm();
  }

  /** It changed in a way that is told at once. */
  tell(thing: T): void {
    thing.isNoted = false;
    if (this.#watchers.size === 0) return;
    const view = this.#ports.show(thing);
    for (const watcher of this.#watchers) this.#ports.guard.run(() => watcher.tell(view));
  }

  #arm(): void {
    const { clock, guard, everyMs } = this.#ports;
    this.#cancel ??= clock.after(everyMs, () => guard.run(() => this.#ring()));
  }

  #ring(): void {
    this.#cancel = undefined;
    const noted = this.#noted;
    this.#noted = [];
    let told = 0;
    let passed = 0;
    for (const thing of noted) {
      if (told >= this.#ports.most) break;
      passed += 1;
      if (!thing.isNoted) continue;
      told += 1;
      this.tell(thing);
    }
    this.#noted = noted.slice(passed).concat(this.#noted);
    if (this.#watchers.size === 0) this.#rest();
    else if (this.#noted.length > 0) this.#arm();
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    for (const thing of this.#noted) thing.isNoted = false;
    this.#noted = [];
  }
}
