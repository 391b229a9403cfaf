import type { CapturesView, OverviewView, RunningCaptureView } from "../../api-types.js";
import type { OpenView, ViewContext } from "../parts/context.js";
import { el, fillWith, setHidden, setText } from "../parts/dom.js";
import { type DeviceNames, readNames } from "../parts/names.js";
import { type Part, PartList } from "../parts/part-list.js";
import { faultWords, watch } from "../parts/watching.js";
import { button, field, notice, section } from "../parts/widgets.js";
import { CaptureFiles } from "./capture-files.js";

const durations = [
  { name: "m1", seconds: 60 },
  { name: "m10", seconds: 600 },
  { name: "h1", seconds: 3600 },
  { name: "h6", seconds: 21_600 },
  { name: "d1", seconds: 86_400 },
] as const;
const againMs = 15_000;

/** What is captured, what was, and how to begin. */
export const openCaptures: OpenView = (context) => {
  const { texts, scope, live, api } = context;
  context.setTitle(texts.captures.title);
  const names = readNames(context);
  const view = new Captures(context, names);
  const again = watch(context, {
    load: () => api.captures(),
    show: (loaded) => view.show(loaded),
    content: view.content,
    place: view.place,
  });
  names.onRead((overview) => view.showTargets(overview));
  view.onChange = again;
  scope.add(live.on("captures", again));
  // Files grow without a word.
  const timer = setInterval(again, againMs);
  scope.add(() => clearInterval(timer));
  return { element: view.element };
};

class Captures {
  readonly content = el("div", { class: "stack" });
  readonly place = el("div");
  readonly element: HTMLElement;
  onChange: () => void = () => undefined;
  readonly #context: ViewContext;
  readonly #names: DeviceNames;
  readonly #problem = el("div");
  readonly #target: HTMLSelectElement;
  readonly #duration: HTMLSelectElement;
  readonly #outcome = el("p", { class: "outcome", role: "status" });
  readonly #running: PartList<RunningCaptureView>;
  readonly #noneRunning = el("p", { class: "hint" });
  readonly #mode = el("p", { class: "hint" });
  readonly #counts = el("p", { class: "hint" });
  readonly #files: CaptureFiles;
  #loaded: CapturesView | undefined;

  constructor(context: ViewContext, names: DeviceNames) {
    const { captures: texts } = context.texts;
    this.#context = context;
    this.#names = names;
    this.#target = el("select", {}, el("option", { value: "all" }, texts.targets.all));
    this.#duration = el(
      "select",
      {},
      ...durations.map(({ name, seconds }) => el("option", { value: seconds }, texts.durations[name])),
    );
    this.#duration.value = "600";
    const list = el("ul", { class: "rows" });
    this.#running = new PartList(
      list,
      ({ id }) => id,
      (capture) => this.#runningRow(capture),
    );
    setText(this.#noneRunning, texts.noneRunning);
    this.#files = new CaptureFiles(context);
    const running = section(texts.running, { class: "card" }, this.#mode, this.#noneRunning, list, this.#counts);
    this.content.append(this.#problem, notice("warn", texts.warning), this.#form(), running, this.#files.element);
    const head = el(
      "header",
      { class: "view-head" },
      el("h1", {}, texts.title),
      el("p", { class: "lead" }, texts.text),
    );
    this.element = el("div", { class: "view" }, head, this.place);
  }

  show(loaded: CapturesView): void {
    const { speech, texts } = this.#context;
    const { captures } = texts;
    const { problem } = loaded;
    const wasProblem = this.#loaded?.problem;
    this.#loaded = loaded;
    if (problem !== wasProblem)
      fillWith(
        this.#problem,
        problem === undefined ? undefined : notice("bad", speech.fill(captures.problem, { detail: problem })),
      );
    this.#running.show(loaded.running);
    setHidden(this.#noneRunning, loaded.running.length > 0);
    setText(this.#mode, captures.mode[loaded.mode]);
    const counts = { captured: speech.number(loaded.captured), dropped: speech.number(loaded.dropped) };
    setText(this.#counts, speech.fill(captures.counts, counts));
    this.#files.show(loaded);
  }

  /** What can be captured: everything, one relay, one device. */
  showTargets({ relays, devices }: OverviewView): void {
    const { targets } = this.#context.texts.captures;
    const chosen = this.#target.value;
    fillWith(
      this.#target,
      el("option", { value: "all" }, targets.all),
      el("optgroup", { label: targets.relays }, ...relays.map(({ name }) => el("option", { value: name }, name))),
      el("optgroup", { label: targets.devices }, ...devices.map(({ id, name }) => el("option", { value: id }, name))),
    );
    this.#target.value = chosen;
    if (this.#target.value === "") this.#target.value = "all";
    if (this.#loaded !== undefined) this.show(this.#loaded);
  }

  #form(): HTMLElement {
    const { captures } = this.#context.texts;
    const begin = el("button", { type: "submit", class: "button primary" }, captures.begin);
    const form = el(
      "form",
      { class: "fields-row" },
      field(captures.target, this.#target),
      field(captures.duration, this.#duration),
      begin,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#start();
    });
    return section(captures.start, { class: "card" }, form, this.#outcome);
  }

  async #start(): Promise<void> {
    const { api, speech, texts } = this.#context;
    try {
      const { target } = await api.startCapture(this.#target.value, Number(this.#duration.value));
      this.#tell("ok", speech.fill(texts.captures.started, { target: this.#nameOf(target) }));
    } catch (error) {
      this.#tell("bad", speech.fill(texts.captures.failed, { error: faultWords(this.#context, error) }));
    }
    this.onChange();
  }

  async #stop(id: string): Promise<void> {
    const { api, speech, texts } = this.#context;
    try {
      await api.stopCapture(id);
      this.#tell("ok", texts.captures.stopped);
    } catch (error) {
      this.#tell("bad", speech.fill(texts.captures.failed, { error: faultWords(this.#context, error) }));
    }
    this.onChange();
  }

  #tell(tone: "ok" | "bad", text: string): void {
    this.#outcome.dataset.tone = tone;
    setText(this.#outcome, text);
  }

  #nameOf(target: string): string {
    return target === "all" ? this.#context.texts.captures.everything : this.#names.of(target);
  }

  #runningRow(first: RunningCaptureView): Part<RunningCaptureView> {
    const { texts, speech, ticker, scope, now } = this.#context;
    const { captures } = texts;
    let capture = first;
    const [name, reason] = [el("strong"), el("span", { class: "detail" })];
    const left = ticker.show(
      el("span", { class: "detail" }),
      () => {
        const { until } = capture;
        if (until === undefined) return captures.endless;
        const time = speech.fill(captures.until, { time: speech.time(until, true) });
        return `${speech.fill(captures.left, { span: speech.span(until - now()) })} (${time})`;
      },
      scope,
    );
    const stop = button({ label: captures.stop, sign: "stop", press: () => void this.#stop(first.id) });
    const element = el("li", {}, el("div", { class: "row-name" }, name, reason), left, stop);
    const update = (next: RunningCaptureView): void => {
      capture = next;
      const target = this.#nameOf(next.target);
      setText(name, target);
      setText(reason, speech.fill(captures.because, { reason: next.reason }));
      stop.setAttribute("aria-label", speech.fill(captures.stopLabel, { target }));
    };
    update(first);
    return { element, update, end: () => ticker.forget(left) };
  }
}
