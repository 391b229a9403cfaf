import type { HttpMessage } from "../../wire/http1-body.js";
import { headerValue } from "../../wire/http1-head.js";
import { WireError } from "../../wire/wire-error.js";
import { parseXml } from "../../wire/xml.js";
import { openBody } from "./body.js";

const excerptCharacters = 120;
const replyLimits = { characters: 256 * 1024, tags: 5_000 };
const acknowledged = "events_processed";

export interface Reply {
  /** Beginning of the body for the log: text in one line, base64 of what is no text. */
  readonly excerpt: string;
  /** What a reply to a report holds besides acknowledgements: docs/protocols/envoy.md §5. */
  readonly tasks: readonly string[];
}

/** The vendor cannot serve now, and may later. */
export function isFailure(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}

/** What the vendor answered. A body that cannot be read is no fault here: the status counts. */
export function readReply(message: HttpMessage): Reply {
  if (message.body.length === 0) return { excerpt: "", tasks: [] };
  const opened = openBody(headerValue(message, "content-type"), message.body);
  switch (opened.type) {
    case "text":
      return { excerpt: excerptOf(opened.text), tasks: tasksOf(opened.text) };
    case "binary":
      return { excerpt: `base64 ${opened.base64.slice(0, excerptCharacters)}`, tasks: [] };
    case "fault":
      return { excerpt: opened.fault.kind, tasks: [] };
  }
}

/** Where the user lives never shows, not even if the vendor should send it back. */
function excerptOf(text: string): string {
  const line = text
    .slice(0, 4 * excerptCharacters)
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
  const masked = line.replaceAll(/(latitude|longitude)\W*[-+\d.]*/gi, "(place)");
  return masked.slice(0, excerptCharacters);
}

function tasksOf(text: string): readonly string[] {
  if (!text.includes("<perf_report_response")) return [];
  try {
    const root = parseXml(text.trim(), replyLimits);
    if (root.name !== "perf_report_response") return [];
    const names = root.children.map((child) => child.name).filter((name) => name !== acknowledged);
    return [...new Set(names)].slice(0, 8).map((name) => name.slice(0, 40));
  } catch (error) {
    if (error instanceof WireError) return [];
    throw error;
  }
}
