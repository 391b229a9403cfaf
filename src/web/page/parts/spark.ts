import type { SeriesView } from "../../api-types.js";
import { extentOf } from "../logic/series.js";
import { drawSparkline, sparkSpan } from "../logic/sparkline.js";
import { exactValue } from "../logic/value-words.js";
import type { PageContext } from "./context.js";
import { el, setAttribute, setHidden, svg } from "./dom.js";

const box = { width: 240, height: 48 };
const dayMs = 86_400_000;

/** A day's course of one value, with its lowest, highest and newest figure in words. */
export class Spark {
  readonly #line = svg("path", { class: "spark-line" });
  readonly #area = svg("path", { class: "spark-area" });
  readonly #picture = svg(
    "svg",
    { viewBox: `0 -2 ${box.width} ${box.height + 4}`, preserveAspectRatio: "none", role: "img" },
    this.#area,
    this.#line,
  );
  readonly element = el("div", { class: "spark" }, this.#picture);
  readonly #context: PageContext;
  readonly #precision: (key: string) => number | undefined;

  constructor(context: PageContext, precision: (key: string) => number | undefined) {
    this.#context = context;
    this.#precision = precision;
  }

  show(series: SeriesView | undefined): void {
    const extent = series === undefined ? undefined : extentOf(series.points);
    // One value alone has no course.
    const isDrawn = (series?.points.filter(([, value]) => value !== null).length ?? 0) > 1;
    setHidden(this.element, !isDrawn);
    if (!isDrawn || series === undefined || extent === undefined) return;
    const { speech, texts, now } = this.#context;
    const [from, to] = sparkSpan(series.points, now(), dayMs);
    const { line, area } = drawSparkline(series.points, from, to, box);
    setAttribute(this.#line, "d", line);
    setAttribute(this.#area, "d", area);
    const precision = this.#precision(series.key);
    const unit = series.unit === undefined ? {} : { unit: series.unit };
    const say = (value: number): string =>
      exactValue(
        { value, ...unit, ...(precision === undefined ? {} : { precision }) },
        { speech, texts: texts.page, now: to },
      );
    const facts = { lowest: say(extent.lowest), highest: say(extent.highest), newest: say(extent.newest) };
    setAttribute(this.#picture, "aria-label", speech.fill(texts.overview.trend, { name: series.name, ...facts }));
  }
}
