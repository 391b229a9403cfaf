import type { DeviceView, LiveEvents, ValueView } from "../../api-types.js";
import { highlightsOf } from "../logic/device-words.js";
import type { ViewContext } from "../parts/context.js";
import { el, setHidden } from "../parts/dom.js";
import { Highlights } from "../parts/highlights.js";
import type { DeviceNames } from "../parts/names.js";
import { DeviceCharts } from "./device-charts.js";
import { DeviceEnergy } from "./device-energy.js";
import { DeviceFacts } from "./device-facts.js";
import type { DeviceSection } from "./device-part.js";

/** What a device says now and said in the last days. */
export function openNow(context: ViewContext, id: string, names: DeviceNames): DeviceSection {
  const highlights = new Highlights(context);
  const card = el("div", { class: "card" }, highlights.element);
  const charts = new DeviceCharts(context, id);
  const energy = new DeviceEnergy(context, id);
  const facts = new DeviceFacts(context, names);
  let shown: readonly ValueView[] = [];
  const element = el(
    "div",
    { class: "beside" },
    el("div", { class: "stack" }, card, charts.element, energy.element),
    facts.element,
  );
  return {
    element,
    show: (device: DeviceView) => {
      shown = highlightsOf(device);
      highlights.show(shown);
      setHidden(card, shown.length === 0);
      charts.show(device);
      energy.show(device);
      facts.show(device);
    },
    update: (told: LiveEvents["state"]) => {
      shown = shown.map((view) => ({ ...view, value: told.values[view.key] ?? view.value }));
      highlights.show(shown);
      charts.update(told);
    },
  };
}
