import type { ChecklistView, FindingView } from "../../api-types.js";
import { checkTitle, progressOf } from "../logic/checklist.js";
import type { ViewContext } from "../parts/context.js";
import { el, setAttribute, setHidden, setText } from "../parts/dom.js";
import { type IconName, icon } from "../parts/icons.js";
import { type Part, PartList } from "../parts/part-list.js";
import { watch } from "../parts/watching.js";
import { section } from "../parts/widgets.js";

const againMs = 4000;
const signs: Readonly<Record<FindingView["state"], IconName>> = { ok: "check", problem: "cross", unknown: "question" };

/** The steps from the device to Home Assistant, looked at again and again. */
export class SetupChecklist {
  readonly element: HTMLElement;
  readonly #context: ViewContext;
  readonly #progress = el("p", { class: "sentence", role: "status" });
  readonly #bar = el("progress", { max: 1, value: 0 });
  readonly #checked = el("p", { class: "hint" });
  readonly #rows: PartList<FindingView>;

  constructor(context: ViewContext, relay: string) {
    const { setup } = context.texts;
    this.#context = context;
    const list = el("ol", { class: "checks" });
    this.#rows = new PartList(
      list,
      ({ check }) => check,
      (finding) => findingRow(context, finding),
    );
    const place = el("div");
    this.#bar.setAttribute("aria-label", setup.checklist);
    this.element = section(setup.checklist, { class: "card" }, el("p", { class: "hint" }, setup.checklistText), place);
    const again = watch(context, {
      load: () => context.api.checklist(relay),
      show: (checklist) => this.#show(checklist),
      content: el("div", {}, this.#progress, this.#bar, list, this.#checked),
      place,
    });
    const timer = setInterval(() => (document.hidden ? undefined : again()), againMs);
    context.scope.add(() => clearInterval(timer));
  }

  #show({ findings, at }: ChecklistView): void {
    const { texts, speech } = this.#context;
    const { setup } = texts;
    const { done, count, next, isComplete } = progressOf(findings);
    const follows =
      next === undefined ? [] : [speech.fill(setup.next, { check: checkTitle(next.check, texts.checks) })];
    const words = [speech.fill(setup.progress, { done, count }), ...follows].join(" ");
    setText(this.#progress, isComplete ? setup.done : words);
    this.#progress.dataset.tone = isComplete ? "ok" : "idle";
    this.#bar.max = Math.max(1, count);
    this.#bar.value = done;
    setText(this.#checked, speech.fill(setup.checked, { time: speech.time(at, true) }));
    this.#rows.show(findings);
  }
}

function findingRow({ texts }: ViewContext, first: FindingView): Part<FindingView> {
  const { setup } = texts;
  const sign = el("span", { class: "sign" });
  const state = el("span", { class: "unseen" });
  // What was found and what to do are the program's own words.
  const [found, remedy] = [el("p", { lang: "en", class: "detail" }), el("p", { lang: "en", class: "remedy" })];
  const title = el("strong", {}, checkTitle(first.check, texts.checks));
  const element = el("li", { "data-check": first.check }, sign, el("div", {}, title, state, found, remedy));
  const update = (finding: FindingView): void => {
    if (element.dataset.state !== finding.state) sign.replaceChildren(icon(signs[finding.state]));
    setAttribute(element, "data-state", finding.state);
    setText(state, ` (${setup.states[finding.state]})`);
    setText(found, finding.found);
    setText(remedy, finding.remedy ?? "");
    setHidden(remedy, finding.remedy === undefined);
  };
  update(first);
  return { element, update };
}
