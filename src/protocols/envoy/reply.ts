import type { HttpMessage } from "../../wire/http1-body.js";
import { headerValue } from "../../wire/http1-head.js";
import { WireError } from "../../wire/wire-error.js";
import { parseXml, type XmlElement } from "../../wire/xml.js";
import { openBody, sniffText } from "./body.js";

const excerptCharacters = 120;
const replyLimits = { characters: 256 * 1024, tags: 5_000 };
const acknowledged = "events_processed";
const nameCharacters = 40;

export interface Reply {
  /** Beginning of the body for the log: text in one line, base64 of what is no text. */
  readonly excerpt: string;
  /** What a reply to a report holds besides acknowledgements: docs/protocols/envoy.md §5. */
  readonly tasks: readonly Task[];
  /** It is empty or a reply to a report; what else it may hold nobody can tell. */
  readonly isUnderstood: boolean;
}

export interface Task {
  readonly name: string;
  /** All that its elements say in single words, its name included. */
  readonly words: readonly string[];
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Another answer to the same request follows. */
export function isInterim(status: number): boolean {
  return status >= 100 && status < 200 && status !== 101;
}

/** The vendor cannot serve now, and may later. */
export function isFailure(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}

/** What the vendor answered. A body that cannot be read is no fault here: the status counts. */
export function readReply(message: HttpMessage): Reply {
  if (message.body.length === 0) return { excerpt: "", tasks: [], isUnderstood: true };
  const tasks = tasksOf(message.body);
  return { excerpt: excerptOf(message), tasks: tasks ?? [], isUnderstood: tasks !== undefined };
}

function excerptOf(message: HttpMessage): string {
  const opened = openBody(headerValue(message, "content-type"), message.body);
  switch (opened.type) {
    case "text":
      return masked(opened.text);
    case "binary":
      return `base64 ${opened.base64.slice(0, excerptCharacters)}`;
    case "fault":
      return opened.fault.kind;
  }
}

/** Where the user lives never shows, not even if the vendor should send it back. */
function masked(text: string): string {
  const line = text
    .slice(0, 4 * excerptCharacters)
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return line.replaceAll(/(latitude|longitude)\W*[-+\d.]*/gi, "(place)").slice(0, excerptCharacters);
}

/** Whatever type the reply claims to be. Undefined: it is no reply to a report. */
function tasksOf(body: Uint8Array): readonly Task[] | undefined {
  const text = sniffText(body);
  if (text === undefined) return undefined;
  try {
    const root = parseXml(text, replyLimits);
    if (root.name !== "perf_report_response") return undefined;
    return root.children
      .filter(({ name }) => name !== acknowledged)
      .map((child) => ({ name: child.name.slice(0, nameCharacters), words: wordsOf(child) }));
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** Names of elements, and attributes that are words: an address or a path says nothing of what is wanted. */
function wordsOf({ name, attributes, children }: XmlElement): readonly string[] {
  const values = [...attributes.values()].filter((value) => /^[\w -]{1,40}$/.test(value));
  return [name, ...values, ...children.flatMap(wordsOf)];
}
