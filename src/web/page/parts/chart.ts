import uPlot from "uplot";
import type { Scope } from "../logic/scope.js";
import { align, loneIndices, type SeriesGroup } from "../logic/series.js";
import type { Speech } from "../logic/speech.js";
import { el, setText } from "./dom.js";

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface ChartOptions {
  readonly speech: Speech;
  readonly scope: Scope;
  readonly now: () => number;
  /** Somebody chose a span with the pointer; undefined: all of it. */
  readonly chooseSpan: (span: Span | undefined) => void;
}

const height = 230;
const minuteS = 60;
const hourS = 3600;
const dayS = 86_400;
const steps = [minuteS, 5 * minuteS, 15 * minuteS, 30 * minuteS, hourS, 3 * hourS, 6 * hourS, 12 * hourS, dayS];
const dashes = [[], [7, 4], [2, 3], [10, 3, 2, 3]];

/** The colour of the nth line; the legend has the same. */
export function lineColour(index: number): string {
  return `var(--line-${(index % 6) + 1})`;
}

/** Lines that share a unit, over a span of time. Its figures stand in a table beside it: for those who listen it is a picture. */
export class Chart {
  readonly #readout = el("p", { class: "readout", "aria-hidden": "true" });
  readonly #canvas = el("div", { class: "chart", role: "img" });
  readonly element = el("div", { class: "chart-box" }, this.#readout, this.#canvas);
  readonly #options: ChartOptions;
  #plot: uPlot | undefined;
  #group: SeriesGroup = { unit: undefined, series: [] };
  #colours: readonly number[] = [];

  constructor(options: ChartOptions) {
    this.#options = options;
    const observer = new ResizeObserver(() => this.#resize());
    observer.observe(this.#canvas);
    const look = new MutationObserver(() => this.#plot?.redraw(false));
    look.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    const redraw = (): void => this.#plot?.redraw(false);
    system.addEventListener("change", redraw);
    options.scope.add(() => {
      observer.disconnect();
      look.disconnect();
      system.removeEventListener("change", redraw);
      this.end();
    });
  }

  /** `colours`: the number of each line's colour. `name`: what the picture is of. */
  show(group: SeriesGroup, colours: readonly number[], span: Span, name: string): void {
    const isSame = colours.join() === this.#colours.join() && group.unit === this.#group.unit;
    this.#group = group;
    this.#colours = colours;
    this.#canvas.setAttribute("aria-label", name);
    // The types of uPlot want arrays that may be written to; it does not write.
    const [times, ...values] = align(group.series);
    const data: uPlot.AlignedData = [[...times], ...values.map((one) => [...one])];
    if (this.#plot === undefined || !isSame) {
      this.end();
      this.#plot = new uPlot(this.#setup(span), data, this.#canvas);
    } else this.#plot.setData(data, false);
    this.setSpan(span);
  }

  setSpan({ from, to }: Span): void {
    this.#plot?.setScale("x", { min: from / 1000, max: to / 1000 });
  }

  end(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #resize(): void {
    const width = this.#canvas.clientWidth;
    if (width > 0 && this.#plot !== undefined && this.#plot.width !== width) this.#plot.setSize({ width, height });
  }

  #setup(span: Span): uPlot.Options {
    const { speech, chooseSpan } = this.#options;
    const axis = {
      stroke: () => colourOf("--muted"),
      font: "12px system-ui, sans-serif",
      grid: { stroke: () => colourOf("--grid"), width: 1 },
      ticks: { stroke: () => colourOf("--grid"), width: 1, size: 4 },
    };
    return {
      width: Math.max(200, this.#canvas.clientWidth),
      height,
      legend: { show: false },
      scales: { x: { time: true, min: span.from / 1000, max: span.to / 1000 } },
      cursor: {
        sync: { key: "cloudtap" },
        drag: { x: true, y: false, setScale: false },
        bind: { dblclick: () => () => showAll(chooseSpan) },
        points: { size: 7 },
      },
      axes: [
        {
          ...axis,
          incrs: steps,
          space: 64,
          size: 34,
          values: (_plot, splits) => splits.map((at) => this.#timeMark(at * 1000)),
        },
        { ...axis, size: 58, values: (_plot, splits) => splits.map((value) => speech.number(value)) },
      ],
      series: [{}, ...this.#group.series.map((series, index) => this.#line(series.name, index))],
      hooks: { setSelect: [(plot) => this.#select(plot)], setCursor: [(plot) => this.#read(plot)] },
    };
  }

  #line(label: string, index: number): uPlot.Series {
    const colour = this.#colours[index] ?? index;
    return {
      label,
      stroke: () => colourOf(`--line-${(colour % 6) + 1}`),
      width: 2,
      dash: dashes[colour % dashes.length] ?? [],
      points: { show: true, size: 5, filter: (plot, at) => [...loneIndices(plot.data[at] ?? [])] },
      spanGaps: false,
    };
  }

  #timeMark(at: number): string {
    const { speech, now } = this.#options;
    const time = speech.time(at);
    return time === "00:00" ? speech.moment(at, now()).replace(/,?\s*00:00$/, "") : time;
  }

  #select(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < 4) return;
    const [from, to] = [plot.posToVal(left, "x"), plot.posToVal(left + width, "x")];
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.#options.chooseSpan({ from: from * 1000, to: to * 1000 });
  }

  #read(plot: uPlot): void {
    const { speech, now } = this.#options;
    const { idx } = plot.cursor;
    const at = idx === null || idx === undefined ? undefined : plot.data[0][idx];
    if (at === undefined || idx === null || idx === undefined) {
      setText(this.#readout, this.#group.unit ?? "");
      return;
    }
    const values = this.#group.series.map(({ name }, index) => {
      const value = plot.data[index + 1]?.[idx];
      return typeof value === "number" ? [`${name} ${speech.quantity(value, this.#group.unit)}`] : [];
    });
    setText(this.#readout, [speech.moment(at * 1000, now()), ...values.flat()].join(" · "));
  }
}

/** In place of what uPlot does at a double-click; it wants to be told so by null. */
function showAll(chooseSpan: ChartOptions["chooseSpan"]): null {
  chooseSpan(undefined);
  return null;
}

function colourOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
