import type { DestinationView, PrivacyView } from "../../api-types.js";
import { dayBars, newestDay, sumOf } from "../logic/privacy-sums.js";
import { hashOf } from "../logic/route.js";
import type { OpenView, ViewContext } from "../parts/context.js";
import { el, fillWith } from "../parts/dom.js";
import { watch } from "../parts/watching.js";
import { nextId, notice } from "../parts/widgets.js";

const shownDays = 30;
const againMs = 60_000;

type DevicePrivacy = PrivacyView["devices"][number];

/** What each device tells whom, in words and small bars. */
export const openPrivacy: OpenView = (context) => {
  const { texts, scope, api } = context;
  const { privacy } = texts;
  context.setTitle(privacy.title);
  const content = el("div", { class: "stack" });
  const place = el("div");
  // Which lists of fields somebody has opened, so that they stay open when all is drawn anew.
  const opened = new Set<string>();
  const again = watch(context, {
    load: () => api.privacy(),
    show: ({ devices }) => {
      const newest = newestDay(devices.flatMap(({ destinations }) => destinations));
      const cards = devices.map((device) => deviceCard(context, device, newest, opened));
      fillWith(content, ...(devices.length === 0 ? [notice("info", privacy.empty)] : cards));
    },
    content,
    place,
  });
  const timer = setInterval(again, againMs);
  scope.add(() => clearInterval(timer));
  const head = el(
    "header",
    { class: "view-head" },
    el("h1", {}, privacy.title),
    el("p", { class: "lead" }, privacy.text),
  );
  return { element: el("div", { class: "view" }, head, place) };
};

function deviceCard(
  context: ViewContext,
  device: DevicePrivacy,
  newest: string | undefined,
  opened: Set<string>,
): HTMLElement {
  const { privacy } = context.texts;
  const { destinations, id, unread } = device;
  const link = el("a", { href: hashOf({ view: "device", id, part: "charts" }) }, device.name);
  const title = el("h2", { id: nextId("privacy") }, link);
  return el(
    "article",
    { class: "card", "aria-labelledby": title.id, "data-device": id },
    title,
    el("p", { class: "sentence" }, sentence(context, destinations)),
    unread ? notice("warn", privacy.unread) : undefined,
    el("ul", { class: "destinations" }, ...destinations.map((one) => destinationItem(context, one, newest))),
    destinations.length === 0 ? undefined : fieldList(context, device, opened),
  );
}

function sentence({ texts, speech }: ViewContext, destinations: readonly DestinationView[]): string {
  const { privacy } = texts;
  if (destinations.length === 0) return privacy.nobody;
  const hosts = speech.list([...new Set(destinations.map(({ host }) => host))]);
  const { sent, received } = sumOf(destinations);
  const span = speech.count(privacy.days, shownDays);
  const amounts = { days: span, sent: speech.bytes(sent), received: speech.bytes(received) };
  return `${speech.count(privacy.tells, destinations.length, { hosts })} ${speech.fill(privacy.amount, amounts)}`;
}

function destinationItem(context: ViewContext, destination: DestinationView, newest: string | undefined): HTMLElement {
  const { texts, speech, ticker, scope, now } = context;
  const { privacy, page } = texts;
  const { host, port, security, lastAt } = destination;
  const bars = dayBars(destination, shownDays, newest ?? "");
  const most = bars.reduce<(typeof bars)[number] | undefined>(
    (found, bar) => (bar.share > (found?.share ?? 0) ? bar : found),
    undefined,
  );
  const words =
    most === undefined
      ? privacy.quiet
      : speech.fill(privacy.chart, { host, day: speech.day(most.day), most: speech.bytes(most.sent + most.received) });
  const columns = bars.map(({ day, sent, received, share }) => {
    const amounts = { day: speech.day(day), sent: speech.bytes(sent), received: speech.bytes(received) };
    const column = el("span", { class: "day-bar", title: speech.fill(privacy.bar, amounts) }, el("span"));
    if (column.firstElementChild instanceof HTMLElement)
      column.firstElementChild.style.height = `${share === 0 ? 0 : Math.max(6, share * 100)}%`;
    return column;
  });
  const last = el("span");
  ticker.show(last, () => speech.fill(privacy.last, { ago: speech.ago(lastAt, now()) }), scope);
  return el(
    "li",
    {},
    el(
      "div",
      { class: "row-name" },
      el("strong", {}, host),
      el(
        "span",
        { class: "detail" },
        speech.fill(privacy.to, { port: String(port), security: page.security[security] }),
      ),
      el("span", { class: "detail" }, last),
    ),
    el("div", { class: "day-bars", role: "img", "aria-label": words }, ...columns),
    el("p", { class: "detail" }, words),
  );
}

function fieldList({ texts, speech }: ViewContext, { id, fields }: DevicePrivacy, opened: Set<string>): HTMLElement {
  const { privacy } = texts;
  if (fields.length === 0) return el("p", { class: "hint" }, privacy.noFields);
  const list = el("ul", { class: "chips" }, ...fields.map(({ name }) => el("li", { class: "chip" }, name)));
  const details = el(
    "details",
    { open: opened.has(id) },
    el("summary", {}, speech.count(privacy.fields, fields.length)),
    list,
    el("p", { class: "hint" }, privacy.local),
  );
  details.addEventListener("toggle", () => (details.open ? opened.add(id) : opened.delete(id)));
  return details;
}
