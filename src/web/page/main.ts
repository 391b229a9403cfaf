import type { Language } from "../../texts/language.js";
import type { Texts } from "../../texts/texts.js";
import { Api } from "./logic/api.js";
import { Live } from "./logic/live.js";
import { chooseLanguage, Preferences } from "./logic/preferences.js";
import { parseRoute, type Route } from "./logic/route.js";
import { Scope } from "./logic/scope.js";
import { createSpeech } from "./logic/speech.js";
import type { OpenView, PageContext, View } from "./parts/context.js";
import { fillWith } from "./parts/dom.js";
import { Shell } from "./parts/shell.js";
import { applyTheme, browserStorage } from "./parts/theme.js";
import { Ticker } from "./parts/ticker.js";
import { after } from "./parts/watching.js";
import { openUnknown } from "./views/unknown.js";

/** A page that nobody looks at keeps no connection: browsers allow only a few to one host. */
const asleepAfterMs = 20_000;

const loadTexts: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: async () => (await import("../../texts/en/index.js")).en,
  de: async () => (await import("../../texts/de/index.js")).de,
};

/** Views are loaded when they are first looked at. */
const loadView: Readonly<Record<Route["view"], () => Promise<OpenView>>> = {
  overview: async () => (await import("./views/overview.js")).openOverview,
  device: async () => (await import("./views/device.js")).openDevice,
  sessions: async () => (await import("./views/sessions.js")).openSessions,
  session: async () => (await import("./views/session.js")).openSession,
  captures: async () => (await import("./views/captures.js")).openCaptures,
  setup: async () => (await import("./views/setup.js")).openSetup,
  privacy: async () => (await import("./views/privacy.js")).openPrivacy,
  unknown: async () => openUnknown,
};

const preferences = new Preferences(browserStorage());
const api = new Api((path, options) => fetch(path, options));
const live = new Live({ open: (path) => new EventSource(path), after });
const ticker = new Ticker();
/** How far Cloudtap's clock is ahead of this one. */
let aheadMs = 0;
let scope = new Scope();
let shown: { readonly route: Route; readonly view: View } | undefined;

live.on("hello", ({ now }) => {
  aheadMs = now - Date.now();
});

async function build(): Promise<void> {
  const language = preferences.language ?? chooseLanguage(navigator.languages);
  const texts = await loadTexts[language]();
  const speech = createSpeech(language, texts.time);
  document.documentElement.lang = language;
  const shell = new Shell({
    ...{ texts, language, theme: preferences.theme },
    chooseLanguage: (chosen) => {
      preferences.language = chosen;
      window.location.reload();
    },
    chooseTheme: (theme) => {
      preferences.theme = theme;
      applyTheme(theme);
    },
  });
  const notify = (text: string): void => shell.notify(text);
  const context: PageContext = { api, live, texts, speech, ticker, notify, now: () => Date.now() + aheadMs };
  live.on("hello", ({ version }) => shell.showVersion(speech.fill(texts.page.version, { version })));
  watchConnection(shell, texts);
  fillWith(document.body, shell.element);
  window.addEventListener("hashchange", () => void follow(shell, context, true));
  watchVisibility();
  await follow(shell, context, false);
}

/** Shows what the address says. `isMove`: somebody went there from another view. */
async function follow(shell: Shell, context: PageContext, isMove: boolean): Promise<void> {
  const { hash } = window.location;
  const route = parseRoute(hash);
  if (shown?.route.view === route.view && shown.view.follow?.(route) === true) {
    shell.mark(route, hash);
    return;
  }
  const open = await loadView[route.view]();
  // Somebody may have gone on while the view was loaded.
  if (window.location.hash !== hash) return;
  scope.end();
  scope = new Scope();
  const view = open({ ...context, scope, setTitle: (title) => setTitle(context, title) }, route);
  shown = { route, view };
  shell.show(view.element);
  shell.mark(route, hash);
  if (!isMove) return;
  window.scrollTo(0, 0);
  const heading = view.element.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
}

function setTitle({ texts }: PageContext, title: string): void {
  document.title = `${title} – ${texts.page.product}`;
}

function watchConnection(shell: Shell, texts: Texts): void {
  let wasLost = false;
  live.onConnection((isConnected) => {
    shell.showLost(isConnected ? undefined : texts.page.lost);
    if (isConnected && wasLost) shell.notify(texts.page.restored);
    wasLost = !isConnected;
  });
}

function watchVisibility(): void {
  let takeBack: (() => void) | undefined;
  const look = (): void => {
    takeBack?.();
    if (document.hidden) takeBack = after(asleepAfterMs, () => live.sleep());
    else {
      live.wake();
      ticker.tick();
    }
  };
  document.addEventListener("visibilitychange", look);
  look();
}

await build();
