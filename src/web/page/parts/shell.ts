import { type Language, languages } from "../../../texts/language.js";
import type { Texts } from "../../../texts/texts.js";
import { type Theme, themes } from "../logic/preferences.js";
import { hashOf, type Route } from "../logic/route.js";
import { el, setHidden, setText } from "./dom.js";
import { type IconName, icon } from "./icons.js";
import { field, selectField } from "./widgets.js";

const entries = ["overview", "sessions", "captures", "setup", "privacy"] as const;

export interface ShellOptions {
  readonly texts: Texts;
  readonly language: Language;
  readonly theme: Theme;
  readonly chooseLanguage: (language: Language) => void;
  readonly chooseTheme: (theme: Theme) => void;
}

/** What surrounds the views: the way between them, the switches, and what is said shortly. */
export class Shell {
  readonly element: HTMLElement;
  readonly #main = el("main", { id: "content", tabindex: "-1" });
  readonly #links = new Map<string, HTMLAnchorElement>();
  readonly #status = el("div", { class: "toast", role: "status" });
  readonly #lost: HTMLElement;
  readonly #version = el("span");
  #forgetStatus: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ShellOptions) {
    const { page } = options.texts;
    const skip = el("a", { class: "skip", href: "#content", on: { click: (event) => this.#skip(event) } }, page.skip);
    const product = el(
      "a",
      { class: "product", href: hashOf({ view: "overview" }) },
      el("img", { src: "assets/web/page/cloudtap.svg", alt: "", width: 28, height: 28 }),
      el("span", {}, page.product),
    );
    const links = entries.map((view) => this.#link(view, page[view]));
    this.#lost = el("div", { class: "lost", role: "status", hidden: true });
    this.element = el(
      "div",
      { class: "shell" },
      skip,
      el("header", { class: "top" }, product, el("nav", { "aria-label": page.navigation }, el("ul", {}, ...links))),
      this.#lost,
      this.#main,
      el("footer", {}, this.#version, switches(options)),
      this.#status,
    );
  }

  show(view: HTMLElement): void {
    this.#main.replaceChildren(view);
  }

  /** Says where one is, in the menu; and in the page for programs that wait for a view. */
  mark(route: Route, hash: string): void {
    this.#main.dataset.shown = hash;
    const above: Readonly<Record<string, string>> = { device: "overview", session: "sessions" };
    const place = above[route.view] ?? route.view;
    for (const [name, link] of this.#links) {
      if (name === place) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  /** A word for those who see and those who listen; it goes after some seconds. */
  notify(text: string): void {
    clearTimeout(this.#forgetStatus);
    setText(this.#status, text);
    this.#forgetStatus = setTimeout(() => setText(this.#status, ""), 6000);
  }

  showLost(text: string | undefined): void {
    setText(this.#lost, text ?? "");
    setHidden(this.#lost, text === undefined);
  }

  showVersion(text: string): void {
    setText(this.#version, text);
  }

  /** The hash is the route, so the link itself must not change it. */
  #skip(event: Event): void {
    event.preventDefault();
    this.#main.focus();
  }

  #link(view: (typeof entries)[number], label: string): HTMLElement {
    const sign: IconName = view;
    const link = el("a", { href: hashOf({ view }) }, icon(sign), el("span", {}, label));
    this.#links.set(view, link);
    return el("li", {}, link);
  }
}

function switches({ texts, language, theme, chooseLanguage, chooseTheme }: ShellOptions): HTMLElement {
  const { page } = texts;
  const languageSelect = selectField(
    languages.map((value) => ({ value, label: page.languages[value] })),
    language,
    chooseLanguage,
  );
  const themeSelect = selectField(
    themes.map((value) => ({ value, label: page.themes[value] })),
    theme,
    chooseTheme,
  );
  return el("div", { class: "switches" }, field(page.language, languageSelect), field(page.theme, themeSelect));
}
