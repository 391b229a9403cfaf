import type { page as english } from "../../../texts/en/page.js";
import type { Wording } from "../../../texts/wording.js";
import type { ValueView } from "../../api-types.js";
import { known } from "./known.js";
import { friendly } from "./numbers.js";
import type { Speech } from "./speech.js";

export type ValueTexts = Pick<Wording<typeof english>, "on" | "off" | "unknown" | "values">;

interface BooleanWords {
  readonly on: string;
  readonly off: string;
}

export interface ValueContext {
  readonly speech: Speech;
  readonly texts: ValueTexts;
  readonly now: number;
}

export interface ShownValue {
  /** The number, or all of it. */
  readonly text: string;
  /** Shown after the number, smaller; empty: none. */
  readonly unit: string;
}

type Shown = Pick<ValueView, "value" | "unit" | "precision" | "deviceClass">;

/** A value as people read it; large quantities in their kilo-unit. */
export function showValue(view: Shown, context: ValueContext): ShownValue {
  const { value } = view;
  if (typeof value !== "number") return { text: exactValue(view, context), unit: "" };
  const shown = friendly(value, view.unit, view.precision);
  return { text: context.speech.number(shown.value, shown.precision), unit: shown.unit ?? "" };
}

/** A value in one piece, in its own unit. */
export function exactValue(view: Shown, { speech, texts, now }: ValueContext): string {
  const { value, unit, precision, deviceClass } = view;
  if (value === null) return texts.unknown;
  if (typeof value === "number") return speech.quantity(value, unit, precision);
  if (typeof value === "boolean") {
    const words = known<BooleanWords>(texts.values, deviceClass ?? "") ?? texts;
    return value ? words.on : words.off;
  }
  const at = deviceClass === "timestamp" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? value : speech.moment(at, now);
}
