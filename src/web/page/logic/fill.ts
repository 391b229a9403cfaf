import type { Counted } from "../../../texts/wording.js";

export type Facts = Readonly<Record<string, string | number>>;

/** Puts facts into the gaps of a text: `{name}`. A gap without a fact stays as it is. */
export function fill(text: string, facts: Facts): string {
  return text.replace(/\{([a-z_]+)\}/gi, (gap, name: string) => String(Object.hasOwn(facts, name) ? facts[name] : gap));
}

/** The names of a text's gaps, each once, sorted. */
export function gapsOf(text: string): readonly string[] {
  const found = [...text.matchAll(/\{([a-z_]+)\}/gi)].map(([, name = ""]) => name);
  return [...new Set(found)].sort();
}

/** Cuts a text at its gaps, for those whose facts are more than text. Every second piece is a gap's name. */
export function piecesOf(text: string): readonly string[] {
  return text.split(/\{([a-z_]+)\}/i);
}

/** Chooses the form that a number asks for. Both languages of the page have these two. */
export function formOf(counted: Counted, count: number, rules: Intl.PluralRules): string {
  return rules.select(count) === "one" ? counted.one : counted.other;
}
