import type { LiveEvents, LiveName } from "../../api-types.js";

/** What is used of the browser's `EventSource`. */
export interface Stream {
  addEventListener(name: string, listener: (event: { readonly data?: unknown }) => void): void;
  close(): void;
  readonly readyState: number;
}

/** What the views that are open want to be told besides what everybody is told. */
export interface Wish {
  readonly session?: string;
  readonly sessions?: boolean;
}

export interface LiveOptions {
  /** Opens `api/live` with a query. */
  readonly open: (path: string) => Stream;
  /** Runs something after a while; the returned function takes that back. */
  readonly after: (ms: number, run: () => void) => () => void;
}

type Listeners = { readonly [N in LiveName]: Set<(data: LiveEvents[N]) => void> };

const names = ["hello", "state", "device", "event", "session", "frame", "captures", "overview"] as const;

/** A refused stream is asked for again after this, then twice as long each time. */
const firstRetryMs = 1000;
const longestRetryMs = 30_000;
const closedState = 2;

/**
 * One stream of events for the whole page. It is opened anew when the views want something else and when it was lost; `hello` begins
 * each one, and tells views to read again what they may have missed.
 */
export class Live {
  readonly #options: LiveOptions;
  readonly #listeners: Listeners = {
    hello: new Set(),
    state: new Set(),
    device: new Set(),
    event: new Set(),
    session: new Set(),
    frame: new Set(),
    captures: new Set(),
    overview: new Set(),
  };
  readonly #watchers = new Set<(isConnected: boolean) => void>();
  #stream: Stream | undefined;
  #wish: Wish = {};
  #isAwake = false;
  #isConnected: boolean | undefined;
  #retryMs = firstRetryMs;
  #takeBack: (() => void) | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** Calls `listener` with each event of a name, until the returned function is called. */
  on<N extends LiveName>(name: N, listener: (data: LiveEvents[N]) => void): () => void {
    this.#listeners[name].add(listener);
    return () => this.#listeners[name].delete(listener);
  }

  /** Calls `watcher` when the connection is lost, and when it is back. */
  onConnection(watcher: (isConnected: boolean) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** What the view wants. Several changes in one turn, as when one view follows another, cost one connection. */
  wish(wish: Wish): void {
    const isSame = wish.session === this.#wish.session && (wish.sessions ?? false) === (this.#wish.sessions ?? false);
    this.#wish = wish;
    if (!isSame && this.#isAwake) this.#openAfter(0);
  }

  /** Opens the stream. A second call does nothing. */
  wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    this.#openAfter(0);
  }

  /** Closes it, as when nobody looks at the page. */
  sleep(): void {
    this.#isAwake = false;
    this.#takeBack?.();
    this.#close();
  }

  #openAfter(ms: number): void {
    this.#takeBack?.();
    this.#takeBack = this.#options.after(ms, () => this.#open());
  }

  #open(): void {
    this.#close();
    const stream = this.#options.open(`api/live${queryOf(this.#wish)}`);
    this.#stream = stream;
    for (const name of names) stream.addEventListener(name, ({ data }) => this.#told(stream, name, data));
    stream.addEventListener("error", () => this.#lost(stream));
  }

  #close(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }

  #told(stream: Stream, name: LiveName, text: unknown): void {
    if (stream !== this.#stream || typeof text !== "string") return;
    if (name === "hello") {
      this.#retryMs = firstRetryMs;
      this.#setConnected(true);
    }
    this.#tell(name, JSON.parse(text));
  }

  #tell<N extends LiveName>(name: N, data: LiveEvents[N]): void {
    for (const listener of [...this.#listeners[name]]) listener(data);
  }

  #lost(stream: Stream): void {
    if (stream !== this.#stream) return;
    this.#setConnected(false);
    // The browser comes back by itself after a broken connection, but not after an answer that was no stream.
    if (stream.readyState !== closedState) return;
    this.#openAfter(this.#retryMs);
    this.#retryMs = Math.min(longestRetryMs, this.#retryMs * 2);
  }

  #setConnected(isConnected: boolean): void {
    if (this.#isConnected === isConnected) return;
    this.#isConnected = isConnected;
    for (const watcher of [...this.#watchers]) watcher(isConnected);
  }
}

function queryOf({ session, sessions }: Wish): string {
  const query = new URLSearchParams();
  if (session !== undefined) query.set("session", session);
  if (sessions === true) query.set("sessions", "true");
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
