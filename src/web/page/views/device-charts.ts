import type { DeviceView, LiveEvents, SeriesView } from "../../api-types.js";
import { highlightsOf } from "../logic/device-words.js";
import { extended, extentOf, groupByUnit, reachMs } from "../logic/series.js";
import { exactValue } from "../logic/value-words.js";
import { Chart, lineColour, type Span } from "../parts/chart.js";
import type { ViewContext } from "../parts/context.js";
import { el, fillWith, setHidden, setText } from "../parts/dom.js";
import { cell, row, table } from "../parts/table.js";
import { watch } from "../parts/watching.js";
import { button, section } from "../parts/widgets.js";

const hourMs = 3_600_000;
const hours = 48;
const spans = [
  { name: "h48", ms: 48 * hourMs },
  { name: "h24", ms: 24 * hourMs },
  { name: "h6", ms: 6 * hourMs },
  { name: "h1", ms: hourMs },
] as const;
const mostLines = 6;
const shortestMs = 10 * 60_000;
const againMs = 300_000;

/** Charts of a device's last 48 hours, one for each unit; which values are drawn is chosen. */
export class DeviceCharts {
  readonly element: HTMLElement;
  readonly #context: ViewContext;
  readonly #id: string;
  readonly #choice = el("div", { class: "chips" });
  readonly #charts = el("div", { class: "charts" });
  readonly #none = el("p", { class: "hint" });
  readonly #legend: ReturnType<typeof table>;
  readonly #content: HTMLElement;
  readonly #place = el("div");
  readonly #drawn = new Map<string, Chart>();
  readonly #spanButton = new Map<number, HTMLElement>();
  #device: DeviceView | undefined;
  #chosen: readonly string[] = [];
  #series: readonly SeriesView[] = [];
  /** Of the whole span that ends now; undefined: `#fixed` is shown. */
  #lastMs: number | undefined = hours * hourMs;
  #fixed: Span = { from: 0, to: 0 };
  #again: (() => void) | undefined;

  constructor(context: ViewContext, id: string) {
    const { charts } = context.texts.device;
    this.#context = context;
    this.#id = id;
    this.#legend = table(charts.table, this.#columns);
    this.#content = el("div", { class: "stack" }, this.#charts, this.#none, this.#legend.element);
    this.element = section(
      charts.title,
      { class: "card" },
      el("fieldset", { class: "choice" }, el("legend", {}, charts.choose), this.#choice),
      this.#spanButtons(),
      this.#place,
      el("p", { class: "hint" }, charts.hint),
    );
    const timer = setInterval(() => this.#again?.(), againMs);
    context.scope.add(() => clearInterval(timer));
  }

  show(device: DeviceView): void {
    const isFirst = this.#device === undefined;
    this.#device = device;
    const { charts } = this.#context.texts.device;
    if (device.charted.length === 0) {
      this.#place.replaceChildren(el("p", { class: "hint" }, charts.noHistory));
      return;
    }
    if (!isFirst) return;
    const wanted = [...highlightsOf(device).map(({ key }) => key), ...device.charted];
    this.#chosen = wanted.filter((key) => device.charted.includes(key)).slice(0, 1);
    this.#showChoice(device);
    this.#read();
  }

  update({ values, lastSeen }: LiveEvents["state"]): void {
    this.#series = this.#series.map((series) => {
      const value = values[series.key];
      return typeof value === "number" ? extended(series, [lastSeen, value], hours * hourMs) : series;
    });
    this.#draw();
  }

  #read(): void {
    this.#again = watch(this.#context, {
      load: () => this.#load(),
      show: (series) => {
        if (this.#series.length === 0) this.#fitSpan(series);
        this.#series = this.#chosen.flatMap((key) => series.filter((one) => one.key === key));
        this.#draw();
      },
      content: this.#content,
      place: this.#place,
      gapMs: 300,
    });
  }

  /** At first no more is shown than there is: a chart of 48 hours would hide the first minutes. */
  #fitSpan(series: readonly SeriesView[]): void {
    const reach = reachMs(series, this.#context.now());
    if (reach !== undefined && this.#lastMs !== undefined)
      this.#lastMs = spans.findLast(({ ms }) => ms >= reach)?.ms ?? hours * hourMs;
  }

  async #load(): Promise<readonly SeriesView[]> {
    // Without keys the answer would be all of them.
    if (this.#chosen.length === 0) return [];
    return (await this.#context.api.history(this.#id, this.#chosen, hours)).series;
  }

  get #columns() {
    const { charts } = this.#context.texts.device;
    return [
      { label: charts.value },
      { label: charts.newest, isNumber: true },
      { label: charts.lowest, isNumber: true },
      { label: charts.highest, isNumber: true },
    ] as const;
  }

  #showChoice(device: DeviceView): void {
    const nameOf = (key: string): string => device.values.find((value) => value.key === key)?.name ?? key;
    const boxes = device.charted.map((key) => {
      const box = el("input", { type: "checkbox", checked: this.#chosen.includes(key) });
      box.addEventListener("change", () => this.#choose(key, box));
      return el("label", { class: "chip" }, box, el("span", {}, nameOf(key)));
    });
    fillWith(this.#choice, ...boxes);
  }

  #choose(key: string, box: HTMLInputElement): void {
    if (box.checked && this.#chosen.length >= mostLines) {
      box.checked = false;
      return;
    }
    this.#chosen = box.checked ? [...this.#chosen, key] : this.#chosen.filter((one) => one !== key);
    this.#again?.();
  }

  #draw(): void {
    const { texts } = this.#context;
    const { charts } = texts.device;
    const groups = groupByUnit(this.#series);
    const span = this.#span();
    for (const [ms, one] of this.#spanButton) one.setAttribute("aria-pressed", String(ms === this.#lastMs));
    for (const [unit, chart] of this.#drawn) {
      if (groups.some((group) => unitKey(group.unit) === unit)) continue;
      chart.end();
      chart.element.remove();
      this.#drawn.delete(unit);
    }
    for (const group of groups) {
      const colours = group.series.map((series) => this.#series.indexOf(series));
      const names = this.#context.speech.list(group.series.map(({ name }) => name));
      const text = this.#context.speech.fill(charts.picture, { names });
      this.#chartOf(group.unit).show(group, colours, span, text);
    }
    const isEmpty = this.#series.every(({ points }) => points.length === 0);
    setHidden(this.#charts, isEmpty);
    setHidden(this.#none, !isEmpty);
    setText(this.#none, this.#chosen.length === 0 ? charts.none : charts.empty);
    this.#showLegend(span);
  }

  #chartOf(unit: string | undefined): Chart {
    const known = this.#drawn.get(unitKey(unit));
    if (known !== undefined) return known;
    const { speech, scope, now } = this.#context;
    const chart = new Chart({ speech, scope, now, chooseSpan: (span) => this.#setSpan(span) });
    this.#drawn.set(unitKey(unit), chart);
    this.#charts.append(chart.element);
    return chart;
  }

  #showLegend({ from, to }: Span): void {
    const { texts, speech, now } = this.#context;
    const [name, newest, lowest, highest] = this.#columns;
    const rows = this.#series.flatMap((series, index) => {
      const extent = extentOf(series.points.filter(([at]) => at >= from && at <= to));
      if (extent === undefined) return [];
      const view = this.#device?.values.find(({ key }) => key === series.key);
      const shape = {
        ...(series.unit === undefined ? {} : { unit: series.unit }),
        ...(view?.precision === undefined ? {} : { precision: view.precision }),
      };
      const say = (value: number): string => exactValue({ ...shape, value }, { speech, texts: texts.page, now: now() });
      const mark = el("span", { class: "mark" });
      mark.style.background = lineColour(index);
      return row(
        cell(name, mark, series.name),
        cell(newest, say(extent.newest)),
        cell(lowest, say(extent.lowest)),
        cell(highest, say(extent.highest)),
      );
    });
    fillWith(this.#legend.body, ...rows);
    setHidden(this.#legend.element, rows.length === 0);
  }

  #span(): Span {
    const to = this.#context.now();
    return this.#lastMs === undefined ? this.#fixed : { from: to - this.#lastMs, to };
  }

  /** Undefined: all of it. */
  #setSpan(span: Span | undefined): void {
    const now = this.#context.now();
    if (span === undefined) this.#lastMs = hours * hourMs;
    else {
      const width = Math.min(hours * hourMs, Math.max(shortestMs, span.to - span.from));
      const middle = (span.from + span.to) / 2;
      const to = Math.min(now, Math.max(middle + width / 2, now - hours * hourMs + width));
      this.#lastMs = undefined;
      this.#fixed = { from: to - width, to };
    }
    this.#draw();
  }

  /** Scales the span around its middle, and moves it by a share of its width. */
  #change(scale: number, move: number): void {
    const { from, to } = this.#span();
    const [middle, width] = [(from + to) / 2 + move * (to - from), (to - from) * scale];
    this.#setSpan({ from: middle - width / 2, to: middle + width / 2 });
  }

  #spanButtons(): HTMLElement {
    const { charts } = this.#context.texts.device;
    const last = spans.map(({ name, ms }) =>
      button({
        label: charts.spans[name],
        look: "plain",
        press: () => {
          this.#lastMs = ms;
          this.#draw();
        },
      }),
    );
    for (const [index, one] of last.entries()) this.#spanButton.set(spans[index]?.ms ?? 0, one);
    return el(
      "div",
      { class: "toolbar", role: "group", "aria-label": charts.span },
      ...last,
      el(
        "span",
        { class: "together" },
        button({ label: charts.earlier, sign: "left", isBare: true, press: () => this.#change(1, -0.5) }),
        button({ label: charts.zoomOut, sign: "minus", isBare: true, press: () => this.#change(2, 0) }),
        button({ label: charts.zoomIn, sign: "plus", isBare: true, press: () => this.#change(0.5, 0) }),
        button({ label: charts.later, sign: "right", isBare: true, press: () => this.#change(1, 0.5) }),
      ),
    );
  }
}

function unitKey(unit: string | undefined): string {
  return unit ?? "";
}
