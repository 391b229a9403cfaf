import type { SessionsView, SessionView } from "../../api-types.js";

const mostOpen = 200;
const mostClosed = 100;

/** The sessions that are shown, kept up to date with what is told of single ones. */
export class SessionBook {
  readonly #open = new Map<string, SessionView>();
  readonly #closed = new Map<string, SessionView>();
  /** How many are open, also those that are not shown. */
  openCount = 0;

  read({ open, openCount, closed }: SessionsView): void {
    this.#open.clear();
    this.#closed.clear();
    for (const session of open) this.#open.set(session.id, session);
    for (const session of closed) this.#closed.set(session.id, session);
    this.openCount = openCount;
  }

  /** A session that began, went on or ended. */
  tell(session: SessionView): void {
    if (this.#closed.has(session.id) && session.closed === undefined) return;
    const wasOpen = this.#open.has(session.id);
    if (session.closed === undefined) {
      this.#open.set(session.id, session);
      if (!wasOpen) this.openCount += 1;
      return;
    }
    if (wasOpen) this.openCount -= 1;
    this.#open.delete(session.id);
    this.#closed.set(session.id, session);
    for (const { id } of this.#newestClosed.slice(mostClosed)) this.#closed.delete(id);
  }

  /** Newest first. */
  get open(): readonly SessionView[] {
    return [...this.#open.values()].sort((left, right) => right.openedAt - left.openedAt).slice(0, mostOpen);
  }

  /** Those that closed last come first. */
  get closed(): readonly SessionView[] {
    return this.#newestClosed;
  }

  get #newestClosed(): readonly SessionView[] {
    const closedAt = ({ closed }: SessionView): number => closed?.at ?? 0;
    return [...this.#closed.values()].sort((left, right) => closedAt(right) - closedAt(left));
  }
}
