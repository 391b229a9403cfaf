import { copyText } from "./clipboard.js";
import type { PageContext } from "./context.js";
import { el } from "./dom.js";
import { button } from "./widgets.js";

/** Something to be copied into a file or a terminal. */
export function codeBlock({ texts, notify }: Pick<PageContext, "texts" | "notify">, code: string): HTMLElement {
  const { page } = texts;
  const copy = async (): Promise<void> => notify((await copyText(code)) ? page.copied : page.copyFailed);
  return el(
    "div",
    { class: "code" },
    el("pre", { tabindex: 0 }, el("code", {}, code)),
    button({ label: page.copy, sign: "copy", isBare: true, look: "plain", press: () => void copy() }),
  );
}
