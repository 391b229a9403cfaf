import type { Texts } from "../../../texts/texts.js";
import type { Api } from "../logic/api.js";
import type { Live } from "../logic/live.js";
import type { Route } from "../logic/route.js";
import type { Scope } from "../logic/scope.js";
import type { Speech } from "../logic/speech.js";
import type { Ticker } from "./ticker.js";

/** What every view works with. */
export interface PageContext {
  readonly api: Api;
  readonly live: Live;
  readonly texts: Texts;
  readonly speech: Speech;
  readonly ticker: Ticker;
  /** Cloudtap's clock, by which its times are meant. */
  now(): number;
  /** Says something shortly, also to those who listen. */
  notify(text: string): void;
}

/** What one view works with as long as it is open. */
export interface ViewContext extends PageContext {
  /** Ends when the view is left. */
  readonly scope: Scope;
  /** What the browser's tab says. */
  setTitle(title: string): void;
}

/** A view that is open. */
export interface View {
  readonly element: HTMLElement;
  /** Another route of the same view. False: the view must be opened anew. */
  follow?(route: Route): boolean;
}

/** Builds a view at once; what it shows may come later. */
export type OpenView = (context: ViewContext, route: Route) => View;
