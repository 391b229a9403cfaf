import { ApiError } from "../logic/api.js";
import { Refresher } from "../logic/refresher.js";
import type { ViewContext } from "./context.js";
import { el, fillWith } from "./dom.js";
import { button, notice } from "./widgets.js";

export interface Watched<T> {
  readonly load: () => Promise<T>;
  readonly show: (loaded: T) => void;
  /** What the view shows of it. */
  readonly content: HTMLElement;
  /** Where the content gets to once something is loaded; until then a word about that is there. */
  readonly place: HTMLElement;
  /** Said where there is no such thing. */
  readonly missing?: string;
  /** Shortest time between two readings; default a second. */
  readonly gapMs?: number;
}

/** Runs something after a while, as long as it is not taken back. */
export function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/**
 * Reads what a view shows: now, when the stream of events begins anew, and when the returned function is called. What was shown
 * stays where a later reading fails: the page says on its own that the connection is lost.
 */
export function watch<T>(context: ViewContext, watched: Watched<T>): () => void {
  const { scope, live, texts } = context;
  const { place, content, load, missing } = watched;
  let wasShown = false;
  fillWith(place, el("p", { class: "loading", role: "status" }, texts.page.loading));
  const refresher = new Refresher({
    load,
    after,
    gapMs: watched.gapMs ?? 1000,
    show: (loaded) => {
      watched.show(loaded);
      if (!wasShown) place.replaceChildren(content);
      wasShown = true;
    },
    fail: (error) => {
      const isGone = missing !== undefined && error instanceof ApiError && error.isMissing;
      if (wasShown && !isGone) return;
      wasShown = false;
      const again = button({ label: texts.page.retry, press: () => refresher.refresh() });
      fillWith(place, isGone ? notice("info", missing) : notice("bad", faultWords(context, error), again));
    },
  });
  scope.add(live.on("hello", () => refresher.refresh()));
  scope.add(() => refresher.end());
  refresher.refresh();
  return () => refresher.refresh();
}

/** A fault of the API in words. */
export function faultWords({ texts, speech }: Pick<ViewContext, "texts" | "speech">, error: unknown): string {
  const { page } = texts;
  if (!(error instanceof ApiError)) return page.failed;
  if (error.isUnreachable) return page.unreachable;
  return `${page.failed} ${speech.fill(page.failedReason, { reason: error.message })}`;
}
