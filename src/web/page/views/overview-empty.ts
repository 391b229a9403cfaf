import type { OverviewView } from "../../api-types.js";
import { known } from "../logic/known.js";
import { hashOf } from "../logic/route.js";
import type { PageContext } from "../parts/context.js";
import { el } from "../parts/dom.js";
import { icon } from "../parts/icons.js";

/** What is shown before the first device has called. */
export function openEmpty({ texts, speech }: PageContext, { relays }: OverviewView): HTMLElement {
  const { empty } = texts.overview;
  const waiting = relays.map(({ protocol, listen }) => {
    const port = listen.slice(listen.lastIndexOf(":") + 1);
    return el(
      "li",
      {},
      icon("clock"),
      speech.fill(empty.waiting, { what: known(texts.page.protocols, protocol) ?? protocol, port }),
    );
  });
  return el(
    "section",
    { class: "card empty" },
    el("img", { src: "assets/web/page/cloudtap.svg", alt: "", width: 72, height: 72 }),
    el("h2", {}, empty.title),
    el("p", {}, empty.text),
    el("p", {}, el("a", { class: "button primary", href: hashOf({ view: "setup" }) }, icon("setup"), empty.action)),
    el("ul", { class: "plain" }, ...waiting),
  );
}
