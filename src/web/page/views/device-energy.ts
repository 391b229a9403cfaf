import type { DeviceView, EnergyDay, EnergyView } from "../../api-types.js";
import { shownDays, summarizeEnergy, topOf } from "../logic/energy-bars.js";
import type { ViewContext } from "../parts/context.js";
import { el, fillWith, setHidden, setText } from "../parts/dom.js";
import { cell, row, table } from "../parts/table.js";
import { watch } from "../parts/watching.js";
import { section } from "../parts/widgets.js";

const days = 30;
const fewestBars = 7;
const againMs = 300_000;

/** A device's energy by day, as bars and as a table. */
export class DeviceEnergy {
  readonly element: HTMLElement;
  readonly #context: ViewContext;
  readonly #id: string;
  readonly #summary = el("p", { class: "hint" });
  readonly #bars = el("div", { class: "bars", role: "img" });
  readonly #readout = el("p", { class: "readout", "aria-hidden": "true" });
  readonly #table: ReturnType<typeof table>;
  readonly #details: HTMLElement;
  readonly #place = el("div");
  #isRead = false;

  constructor(context: ViewContext, id: string) {
    const { energy } = context.texts.device;
    this.#context = context;
    this.#id = id;
    this.#table = table(energy.title, this.#columns);
    this.#details = el("details", {}, el("summary", {}, energy.asTable), this.#table.element);
    this.element = section(energy.title, { class: "card", hidden: true }, this.#place);
    this.#bars.addEventListener("pointerover", ({ target }) => {
      const day = target instanceof Element ? target.closest<HTMLElement>("[data-text]") : null;
      setText(this.#readout, day?.dataset.text ?? "");
    });
    this.#bars.addEventListener("pointerleave", () => setText(this.#readout, ""));
  }

  show(device: DeviceView): void {
    setHidden(this.element, !device.hasEnergy);
    if (!device.hasEnergy || this.#isRead) return;
    this.#isRead = true;
    const { api, scope } = this.#context;
    const again = watch(this.#context, {
      load: () => api.energy(this.#id, days),
      show: (energy) => this.#draw(energy),
      content: el("div", {}, this.#summary, this.#readout, this.#bars, this.#details),
      place: this.#place,
    });
    const timer = setInterval(again, againMs);
    scope.add(() => clearInterval(timer));
  }

  get #columns() {
    const { energy } = this.#context.texts.device;
    return [{ label: energy.day }, { label: energy.amount, isNumber: true }] as const;
  }

  #draw(view: EnergyView): void {
    const shown = shownDays(view.days, fewestBars);
    const { texts, speech } = this.#context;
    const { energy } = texts.device;
    const { total, best, known } = summarizeEnergy(shown);
    const amount = (kwh: number): string => speech.quantity(kwh, "kWh", kwh >= 100 ? 0 : kwh >= 10 ? 1 : 2);
    const sum = speech.fill(energy.total, { total: amount(total), days: speech.count(energy.days, known) });
    const most =
      best === undefined ? [] : [speech.fill(energy.best, { day: speech.day(best.day), amount: amount(best.kwh) })];
    const words = known === 0 ? energy.empty : `${[sum, ...most].join(", ")}.`;
    setText(this.#summary, words);
    this.#bars.setAttribute("aria-label", words);
    setHidden(this.#bars, known === 0);
    setHidden(this.#details, known === 0);
    const top = topOf(best?.kwh ?? 0);
    fillWith(
      this.#bars,
      el("span", { class: "bars-top" }, amount(top)),
      ...shown.map((day, index) => this.#bar(day, top, amount, index >= 3 && (shown.length - 1 - index) % 7 === 0)),
    );
    const [dayColumn, amountColumn] = this.#columns;
    const rows = shown.toReversed().map(({ day, kwh, complete }) => {
      const partial = kwh === null || complete ? "" : ` (${energy.incomplete})`;
      const said = kwh === null ? texts.page.none : `${amount(kwh)}${partial}`;
      return row(cell(dayColumn, speech.weekday(day)), cell(amountColumn, said));
    });
    fillWith(this.#table.body, ...rows);
  }

  #bar(
    { day, kwh, complete }: EnergyDay,
    top: number,
    amount: (kwh: number) => string,
    isMarked: boolean,
  ): HTMLElement {
    const { speech, texts } = this.#context;
    const { energy } = texts.device;
    const facts = { day: speech.weekday(day), amount: kwh === null ? "" : amount(kwh) };
    const text = kwh === null ? energy.unknown : complete ? energy.bar : energy.partial;
    const fill = el("span", { class: "bar-fill", "data-partial": !complete });
    fill.style.height = `${kwh === null ? 0 : Math.min(100, Math.max(kwh > 0 ? 1 : 0, (kwh / top) * 100))}%`;
    const label = el("span", { class: "bar-label" }, isMarked ? speech.day(day) : "");
    return el(
      "span",
      { class: "bar", "data-text": speech.fill(text, facts) },
      el("span", { class: "bar-track" }, fill),
      label,
    );
  }
}
