import { type Language, languages } from "../../../texts/language.js";

/** `auto`: as the system wants it. */
export const themes = ["auto", "light", "dark"] as const;

export type Theme = (typeof themes)[number];

/** The part of the browser's storage that is used. It may throw: a page in a frame is not always allowed to keep anything. */
export interface Keeping {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** What somebody chose, kept in the browser under names of Cloudtap's own, for other pages of Home Assistant share the storage. */
export class Preferences {
  readonly #keeping: Keeping | undefined;

  constructor(keeping: Keeping | undefined) {
    this.#keeping = keeping;
  }

  get theme(): Theme {
    const kept = this.#read("theme");
    return themes.find((theme) => theme === kept) ?? "auto";
  }

  set theme(theme: Theme) {
    this.#write("theme", theme);
  }

  /** Undefined: nobody chose one. */
  get language(): Language | undefined {
    const kept = this.#read("language");
    return languages.find((language) => language === kept);
  }

  set language(language: Language) {
    this.#write("language", language);
  }

  #read(name: string): string | undefined {
    try {
      return this.#keeping?.getItem(`cloudtap.${name}`) ?? undefined;
    } catch {
      return undefined;
    }
  }

  #write(name: string, value: string): void {
    try {
      this.#keeping?.setItem(`cloudtap.${name}`, value);
    } catch {
      // Then it holds until the page is loaded again.
    }
  }
}

/** The first of the wished languages, such as `de-AT`, that the page speaks; otherwise its first one. */
export function chooseLanguage(wished: readonly string[]): Language {
  const spoken = wished.flatMap((wish) =>
    languages.filter((language) => wish.toLowerCase().split("-")[0] === language),
  );
  return spoken[0] ?? languages[0];
}
