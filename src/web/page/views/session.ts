import type { FramesView, FrameView, SessionView } from "../../api-types.js";
import { downloads } from "../logic/api.js";
import { coalesce } from "../logic/coalesce.js";
import { createFilter } from "../logic/filter.js";
import { FrameLog, type LoggedFrame } from "../logic/frame-log.js";
import { searchableFrame } from "../logic/frame-words.js";
import { hashOf } from "../logic/route.js";
import type { OpenView, ViewContext } from "../parts/context.js";
import { el, setHidden, setText } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { readNames } from "../parts/names.js";
import { watch } from "../parts/watching.js";
import { button, filterField, selectField } from "../parts/widgets.js";
import { FrameDetail } from "./frame-detail.js";
import { FrameList } from "./frame-list.js";
import { SessionFacts } from "./session-facts.js";

/** Frames that are kept and listed. */
const mostFrames = 500;
/** What passes is shown no more often: nobody reads faster. */
const drawEveryMs = 200;

/** One session's frames as they pass. */
export const openSession: OpenView = (context, route) => {
  const id = route.view === "session" ? route.id : "";
  const { texts, scope, live, api, speech } = context;
  context.setTitle(speech.fill(texts.sessions.frames.title, { id }));
  live.wish({ session: id, sessions: true });
  scope.add(() => live.wish({}));
  const view = new Session(context, id);
  watch(context, {
    load: () => api.frames(id),
    show: (loaded) => view.read(loaded),
    content: view.content,
    place: view.place,
    missing: texts.sessions.frames.missing,
  });
  scope.add(live.on("frame", (frame) => (frame.session === id ? view.take(frame) : undefined)));
  scope.add(live.on("session", (session) => (session.id === id ? view.tell(session) : undefined)));
  return { element: view.element };
};

type Wanted = "all" | FrameView["direction"];

class Session {
  readonly content = el("div", { class: "stack" });
  readonly place = el("div");
  readonly element: HTMLElement;
  readonly #context: ViewContext;
  readonly #log = new FrameLog(mostFrames);
  readonly #facts: SessionFacts;
  readonly #list: FrameList;
  readonly #detail: FrameDetail;
  readonly #status = el("p", { class: "hint" });
  readonly #pause: HTMLButtonElement;
  readonly #follow: HTMLButtonElement;
  readonly #drawSoon: () => void;
  #waiting: FrameView[] = [];
  /** What filter and direction let pass, oldest first. */
  #found: readonly LoggedFrame[] = [];
  #isPaused = false;
  #isUnread = false;
  #matches: ((text: string) => boolean) | undefined;
  #direction: Wanted = "all";
  /** It stays, also when the list has gone on without it. Undefined: the newest one. */
  #chosen: LoggedFrame | undefined;

  constructor(context: ViewContext, id: string) {
    const { texts, scope } = context;
    const { frames } = texts.sessions;
    this.#context = context;
    this.#facts = new SessionFacts(context, id, readNames(context));
    this.#list = new FrameList(context, (number) => this.#choose(number));
    this.#detail = new FrameDetail(context);
    this.#pause = button({ label: frames.pause, sign: "pause", press: () => this.#togglePause() });
    this.#follow = button({ label: frames.follow, sign: "play", press: () => this.#choose(undefined) });
    this.#drawSoon = coalesce(
      () => (scope.hasEnded ? undefined : this.#draw()),
      (run) => setTimeout(() => requestAnimationFrame(run), drawEveryMs),
    );
    const list = el(
      "section",
      { class: "card frame-list", "aria-label": frames.list },
      this.#list.element,
      this.#status,
    );
    const sides = el("div", { class: "frame-view" }, list, this.#detail.element);
    this.content.append(this.#facts.element, this.#toolbar(id), sides);
    const back = el("a", { class: "back", href: hashOf({ view: "sessions" }) }, icon("left"), texts.page.sessions);
    this.element = el(
      "div",
      { class: "view" },
      el("header", { class: "view-head" }, back, this.#facts.head),
      this.place,
    );
  }

  read({ session, frames }: FramesView): void {
    this.tell(session);
    const fresh = frames.filter(({ number }) => this.#log.find(number) === undefined);
    this.#waiting = [...this.#waiting, ...fresh].slice(-mostFrames);
    this.#draw();
  }

  take(frame: FrameView): void {
    this.#waiting.push(frame);
    if (this.#waiting.length > mostFrames) this.#waiting.shift();
    this.#drawSoon();
  }

  tell(session: SessionView): void {
    this.#isUnread = session.device?.security === "splice";
    this.#facts.show(session);
  }

  #toolbar(id: string): HTMLElement {
    const { frames } = this.#context.texts.sessions;
    const filter = filterField(frames.filterLabel, frames.filterHint, (text) => {
      this.#matches = text.trim() === "" ? undefined : createFilter(text);
      this.#draw();
    });
    const wanted = (["all", "device-to-cloud", "cloud-to-device"] as const).map((value) => ({
      value,
      label: frames.directions[value],
    }));
    const direction = selectField<Wanted>(wanted, "all", (value) => {
      this.#direction = value;
      this.#draw();
    });
    direction.setAttribute("aria-label", frames.direction);
    const save = el("a", { class: "button", href: downloads.frames(id), download: "" }, icon("download"), frames.save);
    return el(
      "div",
      { class: "toolbar" },
      filter,
      direction,
      this.#pause,
      this.#follow,
      el("span", { class: "gap" }),
      save,
    );
  }

  #togglePause(): void {
    const { frames } = this.#context.texts.sessions;
    this.#isPaused = !this.#isPaused;
    const label = this.#isPaused ? frames.resume : frames.pause;
    this.#pause.replaceChildren(icon(this.#isPaused ? "play" : "pause"), el("span", {}, label));
    this.#draw();
  }

  #choose(number: number | undefined): void {
    this.#chosen = number === undefined ? undefined : this.#log.find(number);
    this.#draw();
  }

  #draw(): void {
    if (!this.#isPaused && this.#waiting.length > 0) {
      this.#log.add(this.#waiting);
      this.#waiting = [];
    }
    this.#found = this.#log.frames.filter((logged) => this.#isFound(logged));
    this.#list.show(this.#found, this.#shownFrame()?.frame.number);
    setHidden(this.#follow, this.#chosen === undefined);
    setText(this.#status, this.#statusWords());
    this.#detail.show(this.#shownFrame());
  }

  #isFound({ frame }: LoggedFrame): boolean {
    if (this.#direction !== "all" && frame.direction !== this.#direction) return false;
    return this.#matches === undefined || this.#matches(searchableFrame(frame));
  }

  #shownFrame(): LoggedFrame | undefined {
    return this.#chosen ?? this.#found.at(-1);
  }

  #statusWords(): string {
    const { speech, texts } = this.#context;
    const { frames } = texts.sessions;
    if (this.#isPaused) return speech.count(frames.paused, this.#waiting.length);
    if (this.#log.frames.length === 0) return this.#isUnread ? frames.unread : `${frames.empty} ${frames.waiting}`;
    return this.#found.length === 0 ? texts.page.filterNone : speech.count(frames.kept, this.#log.frames.length);
  }
}
