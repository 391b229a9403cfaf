import type { Tone } from "../logic/device-words.js";
import { type Attributes, type Child, el, setAttribute, setText } from "./dom.js";
import { type IconName, icon } from "./icons.js";

const toneIcons: Readonly<Record<Tone, IconName>> = { ok: "check", idle: "moon", warn: "alert", bad: "cross" };

/** A state in a few words, with a colour and a sign. */
export class Pill {
  readonly element = el("span", { class: "pill" });
  readonly #text = el("span");

  constructor(tone: Tone, label: string, sign?: IconName) {
    this.show(tone, label, sign);
  }

  show(tone: Tone, label: string, sign: IconName = toneIcons[tone]): void {
    setText(this.#text, label);
    if (this.element.dataset.sign === `${tone} ${sign}`) return;
    this.element.dataset.sign = `${tone} ${sign}`;
    this.element.dataset.tone = tone;
    this.element.replaceChildren(icon(sign), this.#text);
  }
}

export interface ButtonOptions {
  readonly label: string;
  readonly press: () => void;
  readonly sign?: IconName;
  /** `plain`: without an edge. */
  readonly look?: "primary" | "plain" | "danger";
  /** What is read out in place of the label, which then may be missing. */
  readonly name?: string;
  /** Shows the sign alone. */
  readonly isBare?: boolean;
}

/** A button that does something here; what leads elsewhere is a link. */
export function button({ label, press, sign, look, name, isBare = false }: ButtonOptions): HTMLButtonElement {
  const attributes: Attributes = {
    type: "button",
    class: ["button", look, isBare ? "bare" : undefined].filter((word) => word !== undefined).join(" "),
    "aria-label": name ?? (isBare ? label : undefined),
    title: isBare ? (name ?? label) : undefined,
    on: { click: press },
  };
  return el(
    "button",
    attributes,
    sign === undefined ? undefined : icon(sign),
    isBare ? undefined : el("span", {}, label),
  );
}

/** A card with a heading. `id` of the heading names it. */
export function section(heading: string, attributes: Attributes, ...children: readonly Child[]): HTMLElement {
  const title = el("h2", { id: nextId("heading") }, heading);
  return el("section", { "aria-labelledby": title.id, ...attributes }, title, ...children);
}

/** Something that is to be noticed, in words. */
export function notice(tone: Tone | "info", ...children: readonly Child[]): HTMLElement {
  const sign: IconName = tone === "info" ? "info" : toneIcons[tone];
  return el(
    "div",
    { class: "notice", "data-tone": tone },
    icon(sign),
    el("div", { class: "notice-text" }, ...children),
  );
}

/** A label above what it names. */
export function field(label: string, control: HTMLElement, hint?: string): HTMLElement {
  if (control.id === "") control.id = nextId("field");
  const hintElement = hint === undefined ? undefined : el("span", { class: "hint", id: nextId("hint") }, hint);
  if (hintElement !== undefined) setAttribute(control, "aria-describedby", hintElement.id);
  return el("div", { class: "field" }, el("label", { for: control.id }, label), control, hintElement);
}

/** A text field that filters as one types. */
export function filterField(label: string, hint: string, change: (text: string) => void): HTMLElement {
  const input = el("input", { type: "search", placeholder: hint, "aria-label": label, autocomplete: "off" });
  input.addEventListener("input", () => change(input.value));
  return el("div", { class: "filter" }, icon("search"), input);
}

export interface Choosable<T extends string> {
  readonly value: T;
  readonly label: string;
}

/** A choice of a few; `change` gets the value of the one that was chosen. */
export function selectField<T extends string>(
  options: readonly Choosable<T>[],
  chosen: T,
  change: (value: T) => void,
): HTMLSelectElement {
  const select = el("select", {}, ...options.map(({ value, label }) => el("option", { value }, label)));
  select.value = chosen;
  select.addEventListener("change", () => {
    const found = options.find(({ value }) => value === select.value);
    if (found !== undefined) change(found.value);
  });
  return select;
}

let lastId = 0;

/** An id that nothing else of the page has. */
export function nextId(kind: string): string {
  lastId += 1;
  return `${kind}-${lastId}`;
}
