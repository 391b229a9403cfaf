import type { FieldView } from "../../api-types.js";
import { bytesOf, changedBytes } from "../logic/bytes.js";
import type { LoggedFrame } from "../logic/frame-log.js";
import { fieldsByByte, type HexRow, hexRows } from "../logic/hex-rows.js";
import { known } from "../logic/known.js";
import type { Scope } from "../logic/scope.js";
import { el, fillWith, scrollWithin } from "./dom.js";

/** A stretch of bytes, and the field that they belong to. */
export interface Pointed {
  readonly offset: number;
  readonly length: number;
  /** Its index among the frame's fields. */
  readonly field: number | undefined;
}

export interface HexPaneOptions {
  readonly label: string;
  readonly scope: Scope;
  /** Somebody points at bytes, with the pointer or the keys; undefined: no longer. */
  readonly point: (pointed: Pointed | undefined) => void;
}

/** Narrower than this, rows have eight bytes. */
const wideFrom = 575;

/** The bytes of a frame as hex digits and text, cut at the edges of fields. */
export class HexPane {
  readonly element: HTMLElement;
  readonly #options: HexPaneOptions;
  readonly #rows = el("div", { class: "hex-rows" });
  readonly #cursor = el("span", { class: "hex-cursor", hidden: true });
  #shown: LoggedFrame | undefined;
  #bytes: Uint8Array = new Uint8Array();
  #owners: readonly (number | undefined)[] = [];
  #width = 16;
  #at: number | undefined;

  constructor(options: HexPaneOptions) {
    this.#options = options;
    this.element = el(
      "div",
      { class: "hex", "data-width": 16, tabindex: 0, role: "group", "aria-label": options.label },
      el("div", { class: "hex-inner" }, this.#rows, this.#cursor),
    );
    this.element.addEventListener("pointerover", ({ target }) => this.#pointAt(target));
    this.element.addEventListener("pointerleave", () => options.point(undefined));
    this.element.addEventListener("keydown", (event) => this.#press(event));
    this.element.addEventListener("blur", () => this.#place(undefined));
    const observer = new ResizeObserver(() => this.#fit());
    observer.observe(this.element);
    options.scope.add(() => observer.disconnect());
  }

  show(shown: LoggedFrame): void {
    this.#shown = shown;
    this.#bytes = bytesOf(shown.frame.hex);
    this.#owners = fieldsByByte(this.#bytes.length, shown.frame.fields);
    this.#draw();
    if (this.#at !== undefined) this.#place(Math.min(this.#at, this.#bytes.length - 1));
  }

  /** Lights the bytes of a field up. */
  light(field: FieldView | undefined): void {
    for (const run of this.#rows.querySelectorAll<HTMLElement>("[data-at]")) {
      const at = Number(run.dataset.at);
      run.classList.toggle("lit", field !== undefined && at >= field.offset && at < field.offset + field.length);
    }
  }

  #draw(): void {
    if (this.#shown === undefined) return;
    const { frame, earlier } = this.#shown;
    const changed = changedBytes(this.#bytes, earlier === undefined ? undefined : bytesOf(earlier.hex));
    const rows = hexRows({ bytes: this.#bytes, fields: frame.fields, changed, width: this.#width });
    fillWith(this.#rows, ...rows.map((row) => this.#row(row)));
  }

  #row({ offset, runs }: HexRow): HTMLElement {
    const marks = (run: HexRow["runs"][number]) => ({
      "data-at": run.offset,
      "data-length": run.length,
      "data-field": run.field,
      class: run.changed ? "run changed" : "run",
    });
    // Blanks between runs belong to nobody, so that only bytes are marked.
    const hex = runs.flatMap((run, index) => [index === 0 ? "" : " ", el("span", marks(run), run.hex)]);
    const text = runs.map((run) => el("span", marks(run), run.text));
    return el(
      "div",
      { class: "hex-row" },
      el("span", { class: "hex-offset", "aria-hidden": "true" }, offset.toString(16).padStart(4, "0")),
      el("span", { class: "hex-digits" }, ...hex),
      el("span", { class: "hex-text", "aria-hidden": "true" }, ...text),
    );
  }

  #fit(): void {
    const width = this.element.clientWidth >= wideFrom ? 16 : 8;
    if (width === this.#width) return;
    this.#width = width;
    this.element.dataset.width = String(width);
    this.#draw();
    this.#place(this.#at);
  }

  #pointAt(target: EventTarget | null): void {
    const run = target instanceof Element ? target.closest<HTMLElement>("[data-at]") : null;
    if (run === null) return;
    const [offset, length] = [Number(run.dataset.at), Number(run.dataset.length)];
    this.#options.point(this.#pointed(offset, length));
  }

  #pointed(offset: number, length: number): Pointed {
    const field = this.#owners[offset];
    const whole = field === undefined ? undefined : this.#shown?.frame.fields[field];
    return whole === undefined ? { offset, length, field } : { offset: whole.offset, length: whole.length, field };
  }

  #press(event: KeyboardEvent): void {
    const at = this.#at ?? -1;
    const targets: Readonly<Record<string, number>> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      ArrowDown: this.#at === undefined ? 0 : at + this.#width,
      ArrowUp: at - this.#width,
      Home: 0,
      End: this.#bytes.length - 1,
    };
    const target = known(targets, event.key);
    if (target === undefined || this.#bytes.length === 0) return;
    event.preventDefault();
    this.#place(Math.min(this.#bytes.length - 1, Math.max(0, target)));
    if (this.#at !== undefined) this.#options.point(this.#pointed(this.#at, 1));
  }

  /** Puts a box around one byte; undefined: around none. */
  #place(at: number | undefined): void {
    this.#at = at;
    const run = at === undefined ? undefined : this.#runAt(at);
    const text = run?.firstChild;
    this.#cursor.hidden = at === undefined || run === undefined || !(text instanceof Text);
    if (at === undefined || run === undefined || !(text instanceof Text)) return;
    const from = (at - Number(run.dataset.at)) * 3;
    const range = document.createRange();
    range.setStart(text, from);
    range.setEnd(text, from + 2);
    const [box, around] = [range.getBoundingClientRect(), this.#rows.getBoundingClientRect()];
    this.#cursor.style.left = `${box.left - around.left}px`;
    this.#cursor.style.top = `${box.top - around.top}px`;
    this.#cursor.style.width = `${box.width}px`;
    this.#cursor.style.height = `${box.height}px`;
    scrollWithin(this.element, run);
  }

  #runAt(at: number): HTMLElement | undefined {
    const row = this.#rows.children[Math.floor(at / this.#width)];
    const runs = row?.querySelectorAll<HTMLElement>(".hex-digits [data-at]") ?? [];
    return [...runs].findLast((run) => Number(run.dataset.at) <= at);
  }
}
