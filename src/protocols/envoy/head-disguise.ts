import type { Pseudonyms } from "../../model/pseudonyms.js";
import { disguiseWord } from "../../wire/disguise.js";
import { editFormFields } from "../../wire/form-edit.js";
import { disguiseNamed, disguiseWords } from "./text-disguise.js";

export interface NewFraming {
  /** Stands in place of the old one. */
  readonly contentLength?: number;
}

/** Of a cookie, and no value. */
const cookieWords = /^(?:path|domain|expires|max-age|samesite|version)$/i;
const secretHeader = /token|secret|api-?key|auth|session|credential|cookie/i;
/** Versions look like addresses there, and dates like nothing else. */
const harmlessHeader = /^(?:content-type|date|expires|last-modified|server|user-agent|etag|age)$/i;

/** Request or status line and headers, lines ending as they did; the Host stays the vendor's. */
export function disguiseHead(head: string, framing: NewFraming, pseudonyms: Pseudonyms): string {
  const [start = "", ...lines] = head.split("\n");
  return [disguiseStart(start, pseudonyms), ...lines.map((line) => disguiseLine(line, framing, pseudonyms))].join("\n");
}

function disguiseStart(line: string, pseudonyms: Pseudonyms): string {
  const [, method = "", target = "", version = ""] = /^(\S+ )(\S+)( HTTP\/\S+\s*)$/.exec(line) ?? [];
  if (method === "") return line;
  const [, path = "", query] = /^([^?]*)(?:\?(.*))?$/s.exec(target) ?? [];
  const words = path.replaceAll(/[^/;,=]+/g, (word) => disguiseWord(word, pseudonyms) ?? word);
  if (query === undefined) return method + words + version;
  const edited = editFormFields(query, (value, key) => disguiseNamed(key, value, pseudonyms));
  return `${method}${words}?${edited}${version}`;
}

function disguiseLine(line: string, framing: NewFraming, pseudonyms: Pseudonyms): string {
  const [, name = "", gap = "", value = "", end = ""] = /^([^:\s]+)(\s*:[ \t]*)(.*?)(\s*)$/s.exec(line) ?? [];
  if (value === "" || harmlessHeader.test(name)) return line;
  return `${name}${gap}${newValue(name.toLowerCase(), value, framing, pseudonyms)}${end}`;
}

function newValue(name: string, value: string, { contentLength }: NewFraming, pseudonyms: Pseudonyms): string {
  if (name === "content-length") return contentLength === undefined ? value : String(contentLength);
  if (name.includes("cookie")) return disguiseCookie(value, pseudonyms);
  if (!secretHeader.test(name)) return disguiseWords(value, pseudonyms);
  const [, scheme = "", secret = value] = /^((?:Basic|Bearer|Digest|Negotiate|Token)\s+)(.*)$/is.exec(value) ?? [];
  return scheme + pseudonyms.name(secret);
}

function disguiseCookie(value: string, pseudonyms: Pseudonyms): string {
  return value.replaceAll(/([^=;\s]+)=([^;]*)/g, (whole: string, key: string, secret: string) => {
    return cookieWords.test(key) ? whole : `${key}=${pseudonyms.name(secret)}`;
  });
}
