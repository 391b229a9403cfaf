import type { LoggedFrame } from "../logic/frame-log.js";
import { changeWords, placeWords, roleWords } from "../logic/frame-words.js";
import { listMove } from "../logic/list-keys.js";
import type { ViewContext } from "../parts/context.js";
import { el, fillWith, scrollWithin, setAttribute, setHidden, setText } from "../parts/dom.js";
import { HexPane, type Pointed } from "../parts/hex-pane.js";
import { nextId } from "../parts/widgets.js";

/** One frame: its bytes and its fields side by side. Pointing at either shows the other. */
export class FrameDetail {
  readonly element: HTMLElement;
  readonly #context: ViewContext;
  readonly #title = el("h2");
  readonly #label = el("p", { class: "frame-label" });
  readonly #facts = el("p", { class: "hint" });
  readonly #change = el("p", { class: "hint" });
  readonly #cut = el("p", { class: "hint" });
  readonly #status = el("p", { class: "pointed", role: "status" });
  readonly #hex: HexPane;
  readonly #fields: HTMLElement;
  readonly #noFields: HTMLElement;
  readonly #body: HTMLElement;
  readonly #choose: HTMLElement;
  #shown: LoggedFrame | undefined;
  #at: number | undefined;

  constructor(context: ViewContext) {
    const { frames } = context.texts.sessions;
    this.#context = context;
    this.#hex = new HexPane({
      label: frames.hexHelp,
      scope: context.scope,
      point: (pointed) => this.#pointFromBytes(pointed),
    });
    this.#fields = el("ul", { class: "fields", role: "listbox", tabindex: 0, "aria-label": frames.fields });
    this.#noFields = el("p", { class: "hint" }, frames.noFields);
    this.#choose = el("p", { class: "hint" }, frames.choose);
    this.#fields.addEventListener("keydown", (event) => this.#press(event));
    this.#fields.addEventListener("pointerover", ({ target }) => this.#pointAt(target));
    this.#fields.addEventListener("pointerleave", () => this.#point(undefined));
    this.#fields.addEventListener("blur", () => this.#point(undefined));
    const bytes = el("div", { class: "frame-bytes" }, el("h3", {}, frames.hex), this.#hex.element, this.#status);
    const fields = el("div", { class: "frame-fields" }, el("h3", {}, frames.fields), this.#fields, this.#noFields);
    this.#body = el(
      "div",
      { hidden: true },
      this.#title,
      this.#label,
      this.#facts,
      this.#change,
      el("div", { class: "frame-sides" }, bytes, fields),
      this.#cut,
    );
    this.element = el("section", { class: "card frame-detail" }, this.#choose, this.#body);
  }

  show(shown: LoggedFrame | undefined): void {
    if (shown === this.#shown) return;
    this.#shown = shown;
    setHidden(this.#choose, shown !== undefined);
    setHidden(this.#body, shown === undefined);
    if (shown === undefined) return;
    const { speech, texts } = this.#context;
    const { frames } = texts.sessions;
    const { frame } = shown;
    const own = frame.own === true ? [frames.own] : [];
    const blocked = frame.blocked === undefined ? [] : [speech.fill(frames.blocked, { reason: frame.blocked })];
    setText(this.#title, speech.fill(frames.number, { number: speech.number(frame.number) }));
    setText(this.#label, frame.label);
    const facts = [speech.time(frame.at, true), frames.directions[frame.direction], roleWords(frame, frames)];
    setText(this.#facts, [...facts, speech.count(frames.bytes, frame.bytes), ...own, ...blocked].join(" · "));
    setText(this.#change, changeWords(shown, speech, frames));
    const held = frame.hex.length / 2;
    setHidden(this.#cut, held >= frame.bytes);
    setText(this.#cut, speech.fill(frames.truncated, { count: speech.number(held) }));
    this.#showFields(shown);
    this.#hex.show(shown);
  }

  #showFields({ frame }: LoggedFrame): void {
    const options = frame.fields.map((field, index) =>
      el(
        "li",
        { role: "option", id: nextId("option"), "data-field": index, "aria-selected": "false" },
        el("span", { class: "field-name" }, field.name),
        el("span", { class: "field-value" }, field.value ?? ""),
      ),
    );
    fillWith(this.#fields, ...options);
    this.#at = undefined;
    this.#fields.removeAttribute("aria-activedescendant");
    setHidden(this.#fields, options.length === 0);
    setHidden(this.#noFields, options.length > 0);
    setText(this.#status, "");
  }

  /** Gives the field's entry in the list. Whoever calls may scroll to it, but not under the pointer that is on the list. */
  #point(pointed: Pointed | undefined): Element | undefined {
    const { speech, texts } = this.#context;
    const fields = this.#shown?.frame.fields ?? [];
    const field = pointed?.field === undefined ? undefined : fields[pointed.field];
    this.#hex.light(field);
    for (const option of this.#fields.children) option.classList.remove("lit");
    const option = pointed?.field === undefined ? undefined : this.#fields.children[pointed.field];
    option?.classList.add("lit");
    const words = { speech, texts: texts.sessions.frames };
    setText(this.#status, pointed === undefined ? "" : placeWords(pointed, field, words));
    return option;
  }

  #pointFromBytes(pointed: Pointed | undefined): void {
    const option = this.#point(pointed);
    if (option !== undefined) scrollWithin(this.#fields, option);
  }

  #pointAt(target: EventTarget | null): void {
    const option = target instanceof Element ? target.closest<HTMLElement>("[data-field]") : null;
    if (option !== null) this.#pointField(Number(option.dataset.field));
  }

  #pointField(index: number): void {
    const field = this.#shown?.frame.fields[index];
    if (field !== undefined) this.#point({ offset: field.offset, length: field.length, field: index });
  }

  #press(event: KeyboardEvent): void {
    const target = listMove(event.key, this.#at, this.#fields.children.length);
    if (target === undefined) return;
    event.preventDefault();
    for (const option of this.#fields.children) option.setAttribute("aria-selected", "false");
    const option = this.#fields.children[target];
    this.#at = target;
    setAttribute(this.#fields, "aria-activedescendant", option?.id);
    option?.setAttribute("aria-selected", "true");
    this.#pointField(target);
    if (option !== undefined) scrollWithin(this.#fields, option);
  }
}
