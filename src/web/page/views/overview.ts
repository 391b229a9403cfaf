import type { DeviceSummary, LiveEvents, OverviewView } from "../../api-types.js";
import { extended } from "../logic/series.js";
import type { OpenView, ViewContext } from "../parts/context.js";
import { el, setHidden, setText } from "../parts/dom.js";
import { PartList } from "../parts/part-list.js";
import { ProblemNotes } from "../parts/problem-notes.js";
import { watch } from "../parts/watching.js";
import { Connections } from "./connections.js";
import { deviceCard, type Family } from "./device-card.js";
import { openEmpty } from "./overview-empty.js";

/** Courses of the day are read anew now and then; the newest values come by themselves. */
const againMs = 300_000;
const dayMs = 86_400_000;

/** Every device in a card, what is wrong, and what devices and values pass through. */
export const openOverview: OpenView = (context) => {
  const { texts, scope, live, api } = context;
  context.setTitle(texts.overview.title);
  const view = new Overview(context);
  const again = watch(context, {
    load: () => api.overview(),
    show: (loaded) => view.show(loaded),
    content: view.content,
    place: view.place,
    gapMs: 2000,
  });
  scope.add(live.on("state", (told) => view.update(told)));
  scope.add(live.on("device", again));
  scope.add(live.on("overview", again));
  const timer = setInterval(again, againMs);
  scope.add(() => clearInterval(timer));
  return { element: view.element };
};

class Overview {
  readonly content = el("div", { class: "stack" });
  readonly place = el("div");
  readonly element: HTMLElement;
  readonly #context: ViewContext;
  readonly #summary = el("p", { class: "lead" });
  readonly #problems: ProblemNotes;
  readonly #single: PartList<Family>;
  readonly #families: PartList<Family>;
  readonly #connections: Connections;
  readonly #empty = el("div");
  #loaded: OverviewView | undefined;

  constructor(context: ViewContext) {
    const { texts } = context;
    this.#context = context;
    const nameOf = (id: string): string => this.#loaded?.devices.find((device) => device.id === id)?.name ?? id;
    this.#problems = new ProblemNotes(context, nameOf);
    this.#connections = new Connections(context);
    const listIn = (place: HTMLElement): PartList<Family> =>
      new PartList(
        place,
        ({ device }) => device.id,
        (family) => deviceCard(context, family, nameOf),
      );
    const [cards, wideCards] = [el("div", { class: "cards" }), el("div", { class: "stack" })];
    this.#single = listIn(cards);
    this.#families = listIn(wideCards);
    const devices = el("h2", { class: "unseen" }, texts.overview.devices);
    this.content.append(this.#problems.element, this.#empty, devices, cards, wideCards, this.#connections.element);
    const head = el("header", { class: "view-head" }, el("h1", {}, texts.overview.title), this.#summary);
    this.element = el("div", { class: "view" }, head, this.place);
  }

  show(loaded: OverviewView): void {
    this.#loaded = loaded;
    this.#problems.show(loaded.problems);
    this.#showDevices(loaded.devices);
    this.#connections.show(loaded);
    setText(this.#summary, summarize(this.#context, loaded));
    setHidden(this.#empty, loaded.devices.length > 0);
    if (loaded.devices.length === 0) this.#empty.replaceChildren(openEmpty(this.#context, loaded));
  }

  /** Puts values that just came in where they are shown. */
  update({ device: id, values, lastSeen }: LiveEvents["state"]): void {
    const loaded = this.#loaded;
    if (loaded === undefined) return;
    const devices = loaded.devices.map((device) => {
      if (device.id !== id) return device;
      const highlights = device.highlights.map((view) => ({ ...view, value: values[view.key] ?? view.value }));
      return { ...device, highlights, lastSeen, ...extendedSpark(device, values, lastSeen) };
    });
    this.#loaded = { ...loaded, devices };
    this.#showDevices(devices);
  }

  /** Those with others behind them have cards as wide as the page, below the rest. */
  #showDevices(devices: readonly DeviceSummary[]): void {
    const families = familiesOf(devices);
    this.#single.show(families.filter(({ children }) => children.length === 0));
    this.#families.show(families.filter(({ children }) => children.length > 0));
  }
}

function extendedSpark(
  { sparkline }: DeviceSummary,
  values: LiveEvents["state"]["values"],
  at: number,
): Pick<DeviceSummary, "sparkline"> {
  if (sparkline === undefined) return {};
  const value = values[sparkline.key];
  return typeof value === "number" ? { sparkline: extended(sparkline, [at, value], dayMs) } : {};
}

/** Devices whose way is not known stand for themselves. */
function familiesOf(devices: readonly DeviceSummary[]): readonly Family[] {
  const isBehind = ({ via }: DeviceSummary): boolean => devices.some(({ id }) => id === via);
  return devices
    .filter((device) => !isBehind(device))
    .map((device) => ({ device, children: devices.filter(({ via }) => via === device.id) }));
}

function summarize({ texts, speech }: ViewContext, { devices, problems }: OverviewView): string {
  const { summary } = texts.overview;
  if (devices.length === 0) return "";
  const wrong = problems.length + devices.reduce((sum, device) => sum + device.problems.length, 0);
  const states = [
    { text: summary.reporting, count: devices.filter(({ status }) => status === "online").length },
    { text: summary.asleep, count: devices.filter(({ status }) => status === "asleep").length },
    { text: summary.offline, count: devices.filter(({ status }) => status === "offline").length },
  ];
  const first = wrong === 0 ? summary.fine : speech.count(summary.problems, wrong);
  const told = states.filter(({ count }) => count > 0).map(({ text, count }) => speech.count(text, count));
  return [first, ...told].join(" ");
}
