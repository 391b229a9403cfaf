import type { Language } from "../../../texts/language.js";
import type { Counted } from "../../../texts/wording.js";
import { type Facts, fill, formOf } from "./fill.js";
import { createMoments, type Moments } from "./moments.js";
import { formatBytes, formatNumber, withUnit } from "./numbers.js";
import { formatAgo, formatSpan, type TimeTexts } from "./spans.js";

/** How the page says things in one language: its numbers, times, lists and plurals. */
export interface Speech extends Moments {
  readonly language: Language;
  fill(text: string, facts: Facts): string;
  /** With `{count}` filled in, and the form that it asks for. */
  count(text: Counted, count: number, facts?: Facts): string;
  /** Without `precision`: at most three decimals. */
  number(value: number, precision?: number): string;
  quantity(value: number, unit: string | undefined, precision?: number): string;
  bytes(bytes: number): string;
  span(ms: number): string;
  ago(at: number, now: number): string;
  /** `a, b and c`. */
  list(items: readonly string[]): string;
}

/** `timeZone`: for tests; otherwise that of the browser. */
export function createSpeech(language: Language, texts: TimeTexts, timeZone?: string): Speech {
  const plural = new Intl.PluralRules(language);
  const lists = new Intl.ListFormat(language === "en" ? "en-GB" : language, { type: "conjunction" });
  const time = { texts, plural };
  const number = (value: number, precision?: number): string => formatNumber(value, language, precision);
  return {
    ...createMoments(language, timeZone),
    language,
    fill,
    number,
    count: (text, count, facts = {}) => fill(formOf(text, count, plural), { ...facts, count: number(count) }),
    quantity: (value, unit, precision) => withUnit(number(value, precision), unit, language),
    bytes: (bytes) => formatBytes(bytes, language),
    span: (ms) => formatSpan(ms, time),
    ago: (at, now) => formatAgo(at, now, time),
    list: (items) => lists.format(items),
  };
}
