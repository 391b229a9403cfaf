import type { LoggedFrame } from "../logic/frame-log.js";
import { listMove } from "../logic/list-keys.js";
import type { ViewContext } from "../parts/context.js";
import { el, scrollWithin, setAttribute } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { type Part, PartList } from "../parts/part-list.js";

/** A session's frames, the newest first; one of them is chosen. */
export class FrameList {
  readonly element: HTMLElement;
  readonly #context: ViewContext;
  readonly #choose: (number: number) => void;
  readonly #rows: PartList<LoggedFrame>;
  #shown: readonly LoggedFrame[] = [];
  #chosen: number | undefined;

  constructor(context: ViewContext, choose: (number: number) => void) {
    this.#context = context;
    this.#choose = choose;
    const label = context.texts.sessions.frames.list;
    this.element = el("ul", { class: "frames", role: "listbox", tabindex: 0, "aria-label": label });
    this.#rows = new PartList(this.element, keyOf, (logged) => this.#row(logged));
    this.element.addEventListener("click", ({ target }) => {
      const row = target instanceof Element ? target.closest<HTMLElement>("[data-number]") : null;
      if (row !== null) choose(Number(row.dataset.number));
    });
    this.element.addEventListener("keydown", (event) => this.#press(event));
  }

  /** Oldest first, as they came. */
  show(frames: readonly LoggedFrame[], chosen: number | undefined): void {
    this.#shown = frames.toReversed();
    this.#rows.show(this.#shown);
    if (chosen === this.#chosen) return;
    this.#mark(this.#chosen, false);
    this.#chosen = chosen;
    this.#mark(chosen, true);
  }

  #mark(number: number | undefined, isChosen: boolean): void {
    const row = number === undefined ? undefined : this.#rows.part(String(number))?.element;
    row?.setAttribute("aria-selected", String(isChosen));
    if (isChosen) setAttribute(this.element, "aria-activedescendant", row?.id);
  }

  #press(event: KeyboardEvent): void {
    const at = this.#shown.findIndex(({ frame }) => frame.number === this.#chosen);
    const target = listMove(event.key, at < 0 ? undefined : at, this.#shown.length);
    const logged = target === undefined ? undefined : this.#shown[target];
    if (logged === undefined) return;
    event.preventDefault();
    this.#choose(logged.frame.number);
    const row = this.#rows.part(keyOf(logged))?.element;
    if (row !== undefined) scrollWithin(this.element, row);
  }

  /** A frame never changes, so there is nothing to update. */
  #row({ frame }: LoggedFrame): Part<LoggedFrame> {
    const { speech, texts } = this.#context;
    const { frames } = texts.sessions;
    const isUp = frame.direction === "device-to-cloud";
    const direction = el("span", { class: "unseen" }, frames.directions[frame.direction]);
    const tags = [
      ...(frame.own === true ? [" ", el("span", { class: "tag" }, frames.own)] : []),
      ...(frame.blocked === undefined
        ? []
        : [
            " ",
            el("span", { class: "tag", "data-tone": "warn" }, speech.fill(frames.blocked, { reason: frame.blocked })),
          ]),
    ];
    const element = el(
      "li",
      {
        ...{ role: "option", id: `frame-${frame.number}`, "data-number": frame.number },
        ...{ "data-direction": frame.direction, "aria-selected": String(frame.number === this.#chosen) },
      },
      el("span", { class: "frame-number" }, String(frame.number)),
      icon(isUp ? "toCloud" : "toDevice"),
      direction,
      el("span", { class: "frame-words" }, frame.label, ...tags),
      el(
        "span",
        { class: "frame-facts" },
        speech.time(frame.at, true),
        el("span", {}, speech.count(frames.bytes, frame.bytes)),
      ),
    );
    return { element, update: () => undefined };
  }
}

function keyOf({ frame }: LoggedFrame): string {
  return String(frame.number);
}
