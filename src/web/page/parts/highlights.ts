import type { ValueView } from "../../api-types.js";
import { showValue } from "../logic/value-words.js";
import type { PageContext } from "./context.js";
import { el, setText } from "./dom.js";
import { type Part, PartList } from "./part-list.js";

/** The values that people want, the first one large. */
export class Highlights {
  readonly element = el("dl", { class: "highlights" });
  readonly #list: PartList<ValueView>;

  constructor(context: PageContext) {
    this.#list = new PartList(
      this.element,
      ({ key }) => key,
      (value) => highlight(context, value),
    );
  }

  show(values: readonly ValueView[]): void {
    this.#list.show(values);
  }
}

function highlight(context: PageContext, first: ValueView): Part<ValueView> {
  const { speech, texts } = context;
  const [name, number, unit] = [el("dt"), el("span", { class: "number" }), el("span", { class: "unit" })];
  const update = (view: ValueView): void => {
    const shown = showValue(view, { speech, texts: texts.page, now: context.now() });
    setText(name, view.name);
    setText(number, shown.text);
    setText(unit, shown.unit === "" ? "" : `\u202f${shown.unit}`);
  };
  update(first);
  return { element: el("div", {}, name, el("dd", {}, number, unit)), update };
}
