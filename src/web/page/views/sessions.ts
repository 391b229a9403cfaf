import type { SessionView } from "../../api-types.js";
import { coalesce } from "../logic/coalesce.js";
import { createFilter } from "../logic/filter.js";
import { SessionBook } from "../logic/session-book.js";
import { searchableSession, sessionName } from "../logic/session-words.js";
import type { OpenView, ViewContext } from "../parts/context.js";
import { el, setHidden, setText } from "../parts/dom.js";
import { type DeviceNames, readNames } from "../parts/names.js";
import { PartList } from "../parts/part-list.js";
import { table } from "../parts/table.js";
import { watch } from "../parts/watching.js";
import { filterField, section } from "../parts/widgets.js";
import { closedColumns, openColumns, sessionRow } from "./session-row.js";

/** The connections that are open, and the last ones that were closed. */
export const openSessions: OpenView = (context) => {
  const { texts, scope, live, api } = context;
  context.setTitle(texts.sessions.title);
  live.wish({ sessions: true });
  scope.add(() => live.wish({}));
  const names = readNames(context);
  const view = new Sessions(context, names);
  watch(context, {
    load: () => api.sessions(),
    show: (loaded) => {
      view.book.read(loaded);
      view.draw();
    },
    content: view.content,
    place: view.place,
  });
  names.onRead(() => view.draw());
  // Many sessions may tell of themselves at once: the page is touched once a frame of the browser.
  const drawSoon = coalesce(
    () => (scope.hasEnded ? undefined : view.draw()),
    (run) => requestAnimationFrame(run),
  );
  scope.add(
    live.on("session", (session) => {
      view.book.tell(session);
      drawSoon();
    }),
  );
  return { element: view.element };
};

class Sessions {
  readonly book = new SessionBook();
  readonly content = el("div", { class: "stack" });
  readonly place = el("div");
  readonly element: HTMLElement;
  readonly #context: ViewContext;
  readonly #names: DeviceNames;
  readonly #count = el("span", { class: "count" });
  readonly #open: Listing;
  readonly #closed: Listing;
  #matches = createFilter("");

  constructor(context: ViewContext, names: DeviceNames) {
    const { sessions: texts } = context.texts;
    this.#context = context;
    this.#names = names;
    this.#open = new Listing(context, { title: texts.openTitle, none: texts.noneOpen, isClosed: false }, names);
    this.#closed = new Listing(context, { title: texts.closedTitle, none: texts.noneClosed, isClosed: true }, names);
    const filter = filterField(texts.filterLabel, texts.filterHint, (text) => {
      this.#matches = createFilter(text);
      this.draw();
    });
    this.content.append(el("div", { class: "toolbar" }, filter, this.#count), this.#open.element, this.#closed.element);
    const head = el(
      "header",
      { class: "view-head" },
      el("h1", {}, texts.title),
      el("p", { class: "lead" }, texts.text),
    );
    this.element = el("div", { class: "view" }, head, this.place);
  }

  draw(): void {
    const { speech, texts } = this.#context;
    const { open, closed, openCount } = this.book;
    const isFound = (session: SessionView): boolean =>
      this.#matches(searchableSession(session, sessionName(session, this.#names.of, texts.sessions)));
    const count = speech.count(texts.sessions.open, openCount);
    const shown = { shown: speech.number(open.length), count: speech.number(openCount) };
    const cut = openCount > open.length ? ` – ${speech.fill(texts.sessions.truncated, shown)}` : "";
    setText(this.#count, `${count}${cut}`);
    this.#open.show(open.filter(isFound), open.length > 0);
    this.#closed.show(closed.filter(isFound), closed.length > 0);
  }
}

class Listing {
  readonly element: HTMLElement;
  readonly #context: ViewContext;
  readonly #none = el("p", { class: "hint" });
  readonly #noneText: string;
  readonly #table: HTMLElement;
  readonly #rows: PartList<SessionView>;

  constructor(
    context: ViewContext,
    options: { readonly title: string; readonly none: string; readonly isClosed: boolean },
    names: DeviceNames,
  ) {
    const columns = options.isClosed ? closedColumns(context) : openColumns(context);
    const shown = table(options.title, columns);
    this.#context = context;
    this.#noneText = options.none;
    this.#table = shown.element;
    this.#rows = new PartList(
      shown.body,
      ({ id }) => id,
      (session) => sessionRow(context, columns, session, names),
    );
    this.element = section(options.title, { class: "card" }, this.#none, this.#table);
  }

  /** `isSome`: there are sessions, whether or not the filter finds them. */
  show(sessions: readonly SessionView[], isSome: boolean): void {
    this.#rows.show(sessions);
    setHidden(this.#table, sessions.length === 0);
    setHidden(this.#none, sessions.length > 0);
    setText(this.#none, isSome ? this.#context.texts.page.filterNone : this.#noneText);
  }
}
