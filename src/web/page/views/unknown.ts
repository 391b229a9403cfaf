import { hashOf } from "../logic/route.js";
import type { OpenView } from "../parts/context.js";
import { el } from "../parts/dom.js";

/** Shown where an address leads nowhere. */
export const openUnknown: OpenView = ({ texts, setTitle }) => {
  const { page } = texts;
  setTitle(page.notFound);
  const back = el("a", { class: "button primary", href: hashOf({ view: "overview" }) }, page.toOverview);
  return { element: el("div", { class: "view" }, el("h1", {}, page.notFound), el("p", {}, back)) };
};
