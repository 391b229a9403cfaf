import type { DeviceEventView } from "../../api-types.js";
import { eventFacts, eventSentence, eventTitle } from "../logic/event-words.js";
import { createFilter } from "../logic/filter.js";
import type { ViewContext } from "../parts/context.js";
import { el, fillWith, setHidden, setText } from "../parts/dom.js";
import { watch } from "../parts/watching.js";
import { filterField, section } from "../parts/widgets.js";
import type { DeviceSection } from "./device-part.js";

const mostEvents = 200;

/** What happened with a device, the newest first. */
export function openEvents(context: ViewContext, id: string): DeviceSection {
  const { texts, api, live, scope } = context;
  const { events: words } = texts.device;
  const [list, none, place] = [el("ol", { class: "events" }), el("p", { class: "hint" }), el("div")];
  let events: readonly DeviceEventView[] = [];
  let filter = createFilter("");
  const draw = (): void => {
    const found = events.filter((event) => filter(searchable(event, context)));
    fillWith(list, ...found.map((event) => eventItem(context, event)));
    setHidden(none, found.length > 0);
    setText(none, events.length === 0 ? words.empty : texts.page.filterNone);
  };
  watch(context, {
    load: () => api.events(id),
    show: (loaded) => {
      events = loaded.slice(0, mostEvents);
      draw();
    },
    content: el("div", {}, none, list),
    place,
  });
  scope.add(
    live.on("event", ({ device, ...event }) => {
      if (device !== id) return;
      events = [event, ...events].slice(0, mostEvents);
      draw();
    }),
  );
  const field = filterField(words.filterLabel, texts.page.filter, (text) => {
    filter = createFilter(text);
    draw();
  });
  const element = section(words.title, { class: "card" }, el("div", { class: "toolbar" }, field), place);
  return { element, show: () => undefined };
}

function searchable(event: DeviceEventView, { texts }: ViewContext): string {
  return `${eventTitle(event.type, texts.device.eventTypes)} ${event.type} ${JSON.stringify(event.attributes)}`;
}

function eventItem({ texts, speech, now }: ViewContext, event: DeviceEventView): HTMLElement {
  const said = eventSentence(event);
  const facts = eventFacts(event, texts.page).map(([name, text]) =>
    el("div", {}, el("dt", {}, name), el("dd", {}, text)),
  );
  return el(
    "li",
    {},
    el("time", { datetime: new Date(event.at).toISOString() }, speech.moment(event.at, now())),
    el(
      "div",
      { class: "event" },
      el("strong", {}, eventTitle(event.type, texts.device.eventTypes)),
      said === undefined ? undefined : el("p", {}, said),
      facts.length === 0 ? undefined : el("dl", {}, ...facts),
    ),
  );
}
