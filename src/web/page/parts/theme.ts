import type { Theme } from "../logic/preferences.js";

/** The stylesheets know two looks; the choice of the system is their own. */
export function applyTheme(theme: Theme): void {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** The browser's storage; undefined where it may not be used, as in some frames. */
export function browserStorage(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}
