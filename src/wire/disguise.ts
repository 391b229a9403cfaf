import type { Pseudonyms } from "../model/pseudonyms.js";
import { parseIpAddress } from "./ip-address.js";
import { findTextRuns, putText } from "./text-runs.js";

export interface DisguisedArea {
  readonly from: number;
  readonly to: number;
  /** Shortest run of printable characters that counts as text. */
  readonly least: number;
  /** True: words that are no serial number, MAC or IP address stay. */
  readonly keepsWords?: true;
}

/** Replaces, in place, what reads like text among bytes that nobody understands. */
export function disguiseTexts(bytes: Uint8Array, area: DisguisedArea, pseudonyms: Pseudonyms): void {
  const { from, to, least, keepsWords } = area;
  for (const run of findTextRuns(bytes, least, from, to)) {
    const text = run.text.replaceAll(/[^\s,;="'<>]+/g, (word) => {
      const known = disguiseWord(word, pseudonyms);
      if (known !== undefined) return known.padEnd(word.length);
      return keepsWords === true ? word : pseudonyms.passage(word);
    });
    putText(bytes, run.from, run.text.length, text);
  }
}

/** With separators, or without and with a letter at least: digits alone are a serial number. */
const macForm = /^(?:(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?=.*[a-f])[0-9a-f]{12})$/i;

/** The stand-in of a word that can only be an address or a serial number; undefined: it could be anything. */
export function disguiseWord(word: string, pseudonyms: Pseudonyms): string | undefined {
  if (macForm.test(word)) return pseudonyms.mac(word);
  if (/[.:].*[.:]/.test(word) && parseIpAddress(word) !== undefined) return pseudonyms.address(word);
  return looksLikeSerial(word) ? pseudonyms.serial(word) : undefined;
}

/** Eight digits and letters or more, six of them digits: `2305107146-1`, `110AD0185160014`. */
function looksLikeSerial(word: string): boolean {
  return /^[0-9A-Za-z]{8,}([.-]\d{1,2})?$/.test(word) && word.replaceAll(/[^0-9]/g, "").length >= 6;
}
