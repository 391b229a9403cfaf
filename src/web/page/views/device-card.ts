import type { DeviceSummary } from "../../api-types.js";
import { cloudState, deviceSentence, deviceState, highlightsOf } from "../logic/device-words.js";
import { hashOf } from "../logic/route.js";
import { showValue } from "../logic/value-words.js";
import type { ViewContext } from "../parts/context.js";
import { el, setAttribute, setHidden, setText } from "../parts/dom.js";
import { Highlights } from "../parts/highlights.js";
import { icon } from "../parts/icons.js";
import { type Part, PartList } from "../parts/part-list.js";
import { ProblemNotes } from "../parts/problem-notes.js";
import { Spark } from "../parts/spark.js";
import { nextId, Pill } from "../parts/widgets.js";

/** A device with those that are reached through it. */
export interface Family {
  readonly device: DeviceSummary;
  readonly children: readonly DeviceSummary[];
}

type NameOf = (id: string) => string;

/** One device: its state in a sentence, its values, its day, and the devices behind it. */
export function deviceCard(context: ViewContext, first: Family, nameOf: NameOf): Part<Family> {
  const { texts, speech } = context;
  let { device } = first;
  const link = el("a", { class: "device-link", href: deviceHash(device) });
  const model = el("p", { class: "model" });
  const sentence = el("p", { class: "sentence" });
  const pill = new Pill("ok", "");
  const problems = new ProblemNotes(context, nameOf);
  const highlights = new Highlights(context);
  const spark = new Spark(context, (key) => device.highlights.find((view) => view.key === key)?.precision);
  const body = el("div", { class: "device-body" }, highlights.element, spark.element);
  const foot = cardFoot(context, () => device);
  const behind = new Behind(context);
  const title = el("h3", { id: nextId("device") }, link);
  const head = el("header", {}, el("div", {}, title, model), pill.element);
  const element = el(
    "article",
    { class: "card device", "aria-labelledby": title.id, "data-device": device.id },
    ...[head, sentence, problems.element],
    body,
    ...[behind.element, foot.element],
  );
  const update = ({ device: next, children }: Family): void => {
    device = next;
    const state = deviceState(device, texts.overview);
    setText(link, device.name);
    setText(model, device.model ?? device.id);
    pill.show(state.tone, state.label);
    setText(sentence, deviceSentence(device, { speech, texts: texts.overview, now: context.now(), nameOf }));
    // What is wrong says the same, with more words.
    setHidden(sentence, device.status === "offline" && device.problems.length > 0);
    problems.show(device.problems);
    highlights.show(highlightsOf(device));
    spark.show(device.sparkline);
    behind.show(children);
    foot.update();
    for (const wide of [element, body]) setAttribute(wide, "data-wide", children.length > 0 ? "" : undefined);
  };
  update(first);
  return { element, update, end: foot.end };
}

/** When it was last heard, and who answers it. */
function cardFoot(context: ViewContext, device: () => DeviceSummary) {
  const { texts, speech, ticker, scope, now } = context;
  const seen = ticker.show(el("span"), () => speech.ago(device().lastSeen, now()), scope);
  const cloudText = el("span");
  const cloud = el("span", { class: "foot-item" }, icon("cloud"), cloudText);
  const seenItem = el(
    "span",
    { class: "foot-item" },
    icon("clock"),
    el("span", {}, `${texts.overview.lastSeen} `, seen),
  );
  return {
    element: el("footer", {}, seenItem, cloud),
    update: () => {
      const state = cloudState(device(), texts.overview);
      setHidden(cloud, state === undefined);
      setText(cloudText, state?.label ?? "");
      setText(seen, speech.ago(device().lastSeen, now()));
    },
    end: () => ticker.forget(seen),
  };
}

/** Those that are reached through a device: a line each. */
class Behind {
  readonly element: HTMLDetailsElement;
  readonly #context: ViewContext;
  readonly #title = el("summary");
  readonly #rows: PartList<DeviceSummary>;
  #wasShown = false;

  constructor(context: ViewContext) {
    this.#context = context;
    const list = el("ul", { class: "behind" });
    this.element = el("details", {}, this.#title, list);
    this.#rows = new PartList(
      list,
      ({ id }) => id,
      (child) => behindRow(context, child),
    );
  }

  show(children: readonly DeviceSummary[]): void {
    const { speech, texts } = this.#context;
    setHidden(this.element, children.length === 0);
    setText(this.#title, speech.count(texts.overview.behind, children.length));
    this.#rows.show(children);
    // A dozen fits on the page; a roof full of them is opened by whoever wants to see it.
    if (!this.#wasShown && children.length > 0) this.element.open = children.length <= 12;
    this.#wasShown ||= children.length > 0;
  }
}

function behindRow(context: ViewContext, first: DeviceSummary): Part<DeviceSummary> {
  const { texts, speech, ticker, scope, now } = context;
  let device = first;
  const link = el("a", { class: "device-link", href: deviceHash(device) });
  const pill = new Pill("ok", "");
  const value = el("span", { class: "behind-value" });
  const seen = ticker.show(el("span", { class: "behind-seen" }), () => speech.ago(device.lastSeen, now()), scope);
  const spark = new Spark(context, (key) => device.highlights.find((view) => view.key === key)?.precision);
  const problems = new ProblemNotes(context, (id) => (id === device.id ? device.name : id));
  const element = el(
    "li",
    { "data-device": device.id },
    link,
    pill.element,
    value,
    spark.element,
    seen,
    problems.element,
  );
  const update = (next: DeviceSummary): void => {
    device = next;
    const state = deviceState(device, texts.overview);
    const [main] = highlightsOf(device);
    const shown = main === undefined ? undefined : showValue(main, { speech, texts: texts.page, now: now() });
    setText(link, device.name);
    pill.show(state.tone, state.label);
    setText(value, shown === undefined ? "" : [shown.text, shown.unit].join("\u202f").trim());
    setText(seen, speech.ago(device.lastSeen, now()));
    spark.show(device.sparkline);
    problems.show(device.problems);
  };
  update(first);
  return { element, update, end: () => ticker.forget(seen) };
}

function deviceHash({ id }: DeviceSummary): string {
  return hashOf({ view: "device", id, part: "charts" });
}
