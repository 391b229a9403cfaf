import { el } from "../parts/dom.js";
import { nextId } from "../parts/widgets.js";

export interface ChoiceOption<T extends string> {
  readonly value: T;
  readonly name: string;
  readonly text: string;
  /** Set beside the name of the one that is recommended. */
  readonly tag?: string;
}

export interface ChoiceOptions<T extends string> {
  readonly title: string;
  readonly options: readonly ChoiceOption<T>[];
  readonly chosen: T | undefined;
  readonly choose: (value: T) => void;
}

/** A question whose answers stand on cards; one of them is chosen. */
export function choiceCards<T extends string>({ title, options, chosen, choose }: ChoiceOptions<T>): HTMLElement {
  const group = nextId("choice");
  const cards = options.map(({ value, name, text, tag }) => {
    const radio = el("input", { type: "radio", name: group, value, checked: value === chosen });
    radio.addEventListener("change", () => choose(value));
    const head = el("strong", {}, name, tag === undefined ? undefined : el("span", { class: "tag" }, tag));
    return el("label", { class: "choice-card" }, radio, el("span", {}, head, el("span", { class: "detail" }, text)));
  });
  return el("fieldset", { class: "question" }, el("legend", {}, title), el("div", { class: "choice-cards" }, ...cards));
}
