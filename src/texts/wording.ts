/** A text that depends on a number, which fills its gap `{count}`. */
export interface Counted {
  readonly one: string;
  readonly other: string;
}

/** The shape of a table of texts, whatever they say: what the tables of the other languages must have, no more and no less. */
export type Wording<T> = T extends string ? string : { readonly [K in keyof T]: Wording<T[K]> };
