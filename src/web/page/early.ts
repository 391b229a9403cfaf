import { Preferences } from "./logic/preferences.js";
import { applyTheme, browserStorage } from "./parts/theme.js";

// Before anything is drawn, so that nobody sees the other look flash by.
applyTheme(new Preferences(browserStorage()).theme);
