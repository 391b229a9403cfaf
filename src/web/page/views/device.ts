import type { DeviceView, LiveEvents } from "../../api-types.js";
import { deviceSentence, deviceState } from "../logic/device-words.js";
import { type DevicePart, deviceParts, hashOf, type Route } from "../logic/route.js";
import { Scope } from "../logic/scope.js";
import type { OpenView, ViewContext } from "../parts/context.js";
import { el, setAttribute, setHidden, setText } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { type DeviceNames, readNames } from "../parts/names.js";
import { ProblemNotes } from "../parts/problem-notes.js";
import { faultWords, watch } from "../parts/watching.js";
import { button, Pill } from "../parts/widgets.js";
import { openEvents } from "./device-events.js";
import { openNow } from "./device-now.js";
import type { DeviceSection } from "./device-part.js";
import { openProperties } from "./device-properties.js";
import { openSettings } from "./device-settings.js";
import { openValues } from "./device-values.js";

const openPart: Readonly<Record<DevicePart, (context: ViewContext, id: string, names: DeviceNames) => DeviceSection>> =
  {
    charts: openNow,
    values: openValues,
    settings: openSettings,
    events: openEvents,
    properties: openProperties,
  };

/** One device: what it says now, all its values, its settings, events and properties. */
export const openDevice: OpenView = (context, route) => {
  const [id, part] = route.view === "device" ? [route.id, route.part] : ["", "charts" as const];
  const { api, live, scope, texts } = context;
  const view = new Device(context, id, part);
  const again = watch(context, {
    load: () => api.device(id),
    show: (device) => view.show(device),
    content: view.content,
    place: view.place,
    missing: texts.device.missing,
    gapMs: 3000,
  });
  scope.add(
    live.on("state", (told) => {
      if (told.device !== id) return;
      view.update(told);
      again();
    }),
  );
  scope.add(live.on("device", ({ device }) => (device === id ? again() : undefined)));
  scope.add(live.on("overview", again));
  return { element: view.element, follow: (next) => view.follow(next) };
};

class Device {
  readonly content = el("div", { class: "stack" });
  readonly place = el("div");
  readonly element: HTMLElement;
  readonly #context: ViewContext;
  readonly #id: string;
  readonly #title = el("h1");
  readonly #sentence = el("p", { class: "lead" });
  readonly #pill = new Pill("ok", "");
  readonly #problems: ProblemNotes;
  readonly #readAgain: HTMLElement;
  readonly #links = new Map<DevicePart, HTMLElement>();
  readonly #shown = el("div", { class: "stack" });
  #scope = new Scope();
  #part: DevicePart;
  #section: DeviceSection | undefined;
  readonly #names: DeviceNames;
  #device: DeviceView | undefined;

  constructor(context: ViewContext, id: string, part: DevicePart) {
    const { texts } = context;
    this.#context = context;
    this.#id = id;
    this.#part = part;
    this.#names = readNames(context);
    this.#names.onRead(() => (this.#device === undefined ? undefined : this.show(this.#device)));
    this.#problems = new ProblemNotes(context, this.#names.of);
    this.#readAgain = this.#openReadAgain();
    const parts = deviceParts.map((name) => {
      const link = el("a", { href: hashOf({ view: "device", id, part: name }) }, texts.device.parts[name]);
      this.#links.set(name, link);
      return el("li", {}, link);
    });
    const tabs = el("nav", { class: "tabs", "aria-label": texts.device.partsLabel }, el("ul", {}, ...parts));
    this.content.append(this.#problems.element, this.#readAgain, tabs, this.#shown);
    const back = el("a", { class: "back", href: hashOf({ view: "overview" }) }, icon("left"), texts.page.overview);
    const head = el("div", { class: "title-row" }, this.#title, this.#pill.element);
    this.element = el(
      "div",
      { class: "view" },
      el("header", { class: "view-head" }, back, head, this.#sentence),
      this.place,
    );
    setText(this.#title, id);
    setHidden(this.#pill.element, true);
    context.setTitle(id);
    context.scope.add(() => this.#scope.end());
  }

  show(device: DeviceView): void {
    const { texts, speech, now } = this.#context;
    this.#device = device;
    const state = deviceState(device, texts.overview);
    this.#context.setTitle(device.name);
    setText(this.#title, device.name);
    setHidden(this.#pill.element, false);
    this.#pill.show(state.tone, state.label);
    const told = { speech, texts: texts.overview, now: now(), nameOf: this.#names.of };
    setText(this.#sentence, deviceSentence(device, told));
    this.#problems.show(device.problems);
    setHidden(this.#readAgain, device.encryption === undefined || device.encryption.state === "readable");
    const properties = this.#links.get("properties")?.parentElement;
    if (properties instanceof HTMLElement) setHidden(properties, !device.hasProperties);
    if (this.#section === undefined) this.#open();
    else this.#section.show(device);
  }

  update(told: LiveEvents["state"]): void {
    this.#section?.update?.(told);
  }

  follow(route: Route): boolean {
    if (route.view !== "device" || route.id !== this.#id) return false;
    this.#part = route.part;
    if (this.#device !== undefined) this.#open();
    return true;
  }

  #open(): void {
    this.#scope.end();
    this.#scope = new Scope();
    for (const [name, link] of this.#links)
      setAttribute(link, "aria-current", name === this.#part ? "page" : undefined);
    // Where the page is narrow, not all of them are in sight; what was only just made is not in the page before the next frame.
    const current = this.#links.get(this.#part);
    requestAnimationFrame(() => current?.scrollIntoView({ block: "nearest", inline: "nearest" }));
    this.#section = openPart[this.#part]({ ...this.#context, scope: this.#scope }, this.#id, this.#names);
    this.#shown.replaceChildren(this.#section.element);
    if (this.#device !== undefined) this.#section.show(this.#device);
  }

  /** For a device that refused Cloudtap's certificate. */
  #openReadAgain(): HTMLElement {
    const { api, texts, notify } = this.#context;
    const press = async (): Promise<void> => {
      try {
        await api.forgetSplice(this.#id);
        notify(texts.device.readAgainDone);
      } catch (error) {
        notify(faultWords(this.#context, error));
      }
    };
    return el(
      "div",
      { class: "card action" },
      el("p", {}, texts.device.readAgainText),
      button({ label: texts.device.readAgain, sign: "lock", press: () => void press() }),
    );
  }
}
