import type { Pseudonyms } from "../../model/pseudonyms.js";
import { editFormFields } from "../../wire/form-edit.js";

type Kind = "serial" | "mac" | "address" | "place" | "name" | "harmless";

/** What the value of an attribute, an element, a form field or a JSON key is, by its name: docs/protocols/envoy.md §6. */
const kinds: readonly (readonly [pattern: RegExp, kind: Kind])[] = [
  [/serial|eqid|^(?:envoy|emu|gateway)_?(?:id|sn)$|^sn$/i, "serial"],
  [/(?:^|[_-])mac(?:$|[_-]|addr)/i, "mac"],
  [/(?:^|[_-])ip(?:$|[_-]|addr)/i, "address"],
  [/^(?:lat|latitude|lon|lng|long|longitude)$/i, "place"],
  [/ssid|passw|passphrase|token|secret|auth|cookie|session|credential|api[_-]?key|psk/i, "name"],
  [/user|login|mail|phone|owner|street|address|city|zip|postal|hostname|(?:site|system|first|last)_?name/i, "name"],
  [/version|stats|date|time|duration|flags|bits|part_num/i, "harmless"],
];

/** Values that name nobody, whatever they are called. */
const commonValue = /^(?:true|false|yes|no|on|off|null|none|-?\d{1,5})$/i;

const attribute = /([\w:.-]{1,64})\s{0,8}=\s{0,8}(["'])(.{0,8192}?)\2/;
const element = /<([\w:.-]{1,64})>([^<>]{1,8192})(?=<\/)/;
const jsonPair = /"([\w.-]{1,64})"\s{0,8}:\s{0,8}("(?:[^"\\]|\\.){0,8192}"|-?\d[\d.]{0,32})/;
const macWord = /(?<![0-9a-f:-])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![0-9a-f:-])/;
const addressWord = /(?<![\w./-])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])/;
/** As the vendor numbers its devices. */
const serialWord = /(?<![\w,.-])\d{12}(?:\.\d)?(?!\w)/;
const words = new RegExp(`(${macWord.source})|(${addressWord.source})|(${serialWord.source})`, "gi");
const pairs = new RegExp(
  `${attribute.source}|${element.source}|${jsonPair.source}|${macWord.source}|${addressWord.source}|${serialWord.source}`,
  "gis",
);

/** A form, XML or JSON, one character a byte, with everything replaced that tells whose it is; its shape stays. */
export function disguiseText(text: string, pseudonyms: Pseudonyms): string {
  const isForm = /^\s*[\w.%-]+=/.test(text);
  return isForm
    ? editFormFields(text, (value, key) => disguiseForm(key, value, pseudonyms))
    : disguiseMarkup(text, pseudonyms);
}

/** A value by the name it has: of a field, a header, a parameter. */
export function disguiseNamed(key: string, value: string, pseudonyms: Pseudonyms): string {
  const kind = kinds.find(([pattern]) => pattern.test(key))?.[1];
  switch (kind) {
    case undefined:
      return disguiseWords(value, pseudonyms);
    case "harmless":
      return value;
    case "name":
      return commonValue.test(value) ? value : pseudonyms.name(value);
    default:
      return /\S/.test(value) ? pseudonyms[kind](value) : value;
  }
}

/** What can be told by its form alone: MAC and IP addresses, and the numbers that the vendor gives. */
export function disguiseWords(text: string, pseudonyms: Pseudonyms): string {
  return text.replaceAll(words, (word: string, mac?: string, address?: string) => {
    if (mac !== undefined) return pseudonyms.mac(word);
    return address === undefined ? pseudonyms.serial(word) : pseudonyms.address(word);
  });
}

function disguiseForm(key: string, value: string, pseudonyms: Pseudonyms): string {
  return /^[\s\u00ef\u00bb\u00bf]*[<{]/.test(value)
    ? disguiseMarkup(value, pseudonyms)
    : disguiseNamed(key, value, pseudonyms);
}

function disguiseMarkup(text: string, pseudonyms: Pseudonyms): string {
  return text.replaceAll(pairs, (found: string, ...groups: readonly (string | undefined)[]) => {
    const [name, , quoted, tag, content, key, json] = groups;
    if (name !== undefined) return edited(found, quoted, (value) => disguiseNamed(name, value, pseudonyms), 1);
    if (tag !== undefined) return edited(found, content, (value) => disguiseNamed(tag, value, pseudonyms), 0);
    if (key === undefined) return disguiseWords(found, pseudonyms);
    const isQuoted = json?.startsWith('"') === true;
    const value = isQuoted ? json.slice(1, -1) : json;
    return edited(found, value, (old) => disguiseNamed(key, old, pseudonyms), isQuoted ? 1 : 0);
  });
}

/** `found` ends in the value and as many characters more. */
function edited(found: string, value = "", edit: (value: string) => string, behind: number): string {
  const start = found.slice(0, found.length - value.length - behind);
  return `${start}${edit(value)}${found.slice(found.length - behind, behind === 0 ? 0 : undefined)}`;
}
