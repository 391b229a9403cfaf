import { el } from "./dom.js";
import { button, nextId } from "./widgets.js";

export interface Question {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly cancel: string;
}

/** Asks before something that cannot be undone. True: yes. */
export function ask({ title, text, confirm, cancel }: Question): Promise<boolean> {
  return new Promise((resolve) => {
    const heading = el("h2", { id: nextId("dialog") }, title);
    const answer = (isYes: boolean): void => {
      resolve(isYes);
      dialog.close();
    };
    const buttons = el(
      "div",
      { class: "toolbar end" },
      button({ label: cancel, press: () => answer(false) }),
      button({ label: confirm, look: "danger", press: () => answer(true) }),
    );
    const dialog = el("dialog", { "aria-labelledby": heading.id }, heading, el("p", {}, text), buttons);
    // Also by the Escape key, which answers nothing.
    dialog.addEventListener("close", () => {
      resolve(false);
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
