import type { DeviceView } from "../../api-types.js";
import { cloudState } from "../logic/device-words.js";
import { hashOf } from "../logic/route.js";
import type { ViewContext } from "../parts/context.js";
import { type Child, el, fillWith, setText } from "../parts/dom.js";
import type { DeviceNames } from "../parts/names.js";
import { section } from "../parts/widgets.js";

/** What a device is, where it is, and how it comes here. */
export class DeviceFacts {
  readonly element: HTMLElement;
  readonly #context: ViewContext;
  readonly #names: DeviceNames;
  readonly #list = el("dl", { class: "facts" });
  readonly #seen = el("span");
  #lastSeen = 0;
  #told = "";

  constructor(context: ViewContext, names: DeviceNames) {
    const { ticker, scope, speech, now, texts } = context;
    this.#context = context;
    this.#names = names;
    ticker.show(this.#seen, () => (this.#lastSeen === 0 ? "" : speech.ago(this.#lastSeen, now())), scope);
    this.element = section(texts.device.facts.title, { class: "card" }, this.#list);
  }

  show(device: DeviceView): void {
    const { texts, speech, now } = this.#context;
    const { facts } = texts.device;
    this.#lastSeen = device.lastSeen;
    setText(this.#seen, speech.ago(device.lastSeen, now()));
    const lastAnswer = device.cloud?.lastAnswerAt;
    const rows: readonly (readonly [label: string, value: Child])[] = [
      [facts.lastSeen, this.#seen],
      [facts.interval, speech.fill(facts.every, { span: speech.span(device.intervalS * 1000) })],
      [facts.cloud, cloudState(device, texts.overview)?.label],
      [facts.lastAnswer, lastAnswer === undefined ? undefined : speech.moment(lastAnswer, now())],
      [facts.model, device.model],
      [facts.manufacturer, device.manufacturer],
      [facts.serialNumber, device.serialNumber],
      [facts.swVersion, device.swVersion],
      [facts.hwVersion, device.hwVersion],
      [facts.address, device.address],
      [facts.relay, device.relay],
      [facts.via, device.via === undefined ? undefined : this.#link(device.via)],
      [facts.id, device.id],
    ];
    const known = rows.filter(([, value]) => value !== undefined);
    const told = JSON.stringify([
      known.map(([label, value]) => [label, typeof value === "string" ? value : ""]),
      [device.via ?? "", ...device.children].map(this.#names.of),
    ]);
    if (told === this.#told) return;
    this.#told = told;
    const children = el("ul", { class: "plain" }, ...device.children.map((id) => el("li", {}, this.#link(id))));
    fillWith(
      this.#list,
      ...known.map(([label, value]) => el("div", {}, el("dt", {}, label), el("dd", {}, value))),
      device.children.length === 0
        ? undefined
        : el("div", {}, el("dt", {}, texts.device.children), el("dd", {}, children)),
    );
  }

  #link(id: string): HTMLElement {
    return el("a", { href: hashOf({ view: "device", id, part: "charts" }) }, this.#names.of(id));
  }
}
