import { Buffer } from "node:buffer";
import { WireError } from "./wire-error.js";

export interface HttpRequestLine {
  readonly type: "request";
  readonly method: string;
  readonly target: string;
}

export interface HttpStatusLine {
  readonly type: "response";
  readonly status: number;
}

export interface HttpHead {
  readonly start: HttpRequestLine | HttpStatusLine;
  /** Names as they stood on the wire, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Bytes from the start line to the blank line, both included. */
  readonly headBytes: number;
}

/** How the end of a message's body is found. */
export type BodyFraming =
  | { readonly type: "length"; readonly bytes: number }
  | { readonly type: "chunked" }
  | { readonly type: "until-close" };

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const versions = ["HTTP/1.0", "HTTP/1.1"];

/** One character a byte. */
export function latin1(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1");
}

/** Where a request line begins in `line` (which holds no line feed) and ends with it; -1: nowhere. Linear. */
export function findRequestLine(line: string): number {
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  const targetEnd = text.lastIndexOf(" ");
  if (targetEnd < 0 || !versions.includes(text.slice(targetEnd + 1))) return -1;
  const methodEnd = text.lastIndexOf(" ", targetEnd - 1);
  if (methodEnd < 1 || methodEnd + 1 === targetEnd) return -1;
  let from = methodEnd;
  while (from > 0 && isMethodCharacter(text.charCodeAt(from - 1))) from -= 1;
  return from === methodEnd ? -1 : from;
}

/** Where a status line begins in `line` and ends with it; -1: nowhere. */
export function findStatusLine(line: string): number {
  const from = line.lastIndexOf("HTTP/1.");
  return from >= 0 && /^HTTP\/1\.[01] [1-9]\d\d(?:[ \r]|$)/.test(line.slice(from, from + 13)) ? from : -1;
}

/** `bytes` begin with a start line. Throws WireError where that or the blank line is missing. Lines may end in LF alone. */
export function parseHttpHead(bytes: Uint8Array): HttpHead {
  const headBytes = endOfHead(bytes);
  const [first = "", ...lines] = latin1(bytes, 0, headBytes)
    .split("\n")
    .map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  return { start: parseStartLine(first), headers: lines.flatMap(parseHeaderLine), headBytes };
}

/** The first value of a header, blanks around it cut. */
export function headerValue(head: HttpHead, name: string): string | undefined {
  return headerValues(head, name)[0];
}

/** Throws WireError where the headers contradict each other. */
export function bodyFraming(head: HttpHead): BodyFraming {
  const { start } = head;
  if (start.type === "response" && (start.status < 200 || start.status === 204 || start.status === 304)) {
    return { type: "length", bytes: 0 };
  }
  const codings = headerValues(head, "transfer-encoding").join(",").toLowerCase();
  if (/(^|,)\s*chunked\s*$/.test(codings)) return { type: "chunked" };
  if (codings !== "") {
    if (start.type === "response") return { type: "until-close" };
    throw new WireError("expected a request's transfer coding to end in chunked");
  }
  const lengths = [...new Set(headerValues(head, "content-length"))];
  const [length] = lengths;
  if (length === undefined) return start.type === "request" ? { type: "length", bytes: 0 } : { type: "until-close" };
  if (lengths.length > 1 || !/^\d{1,15}$/.test(length)) throw new WireError("expected one decimal Content-Length");
  return { type: "length", bytes: Number(length) };
}

function headerValues(head: HttpHead, name: string): readonly string[] {
  return head.headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
}

function endOfHead(bytes: Uint8Array): number {
  let lineAt = 0;
  for (;;) {
    const feed = bytes.indexOf(lineFeed, lineAt);
    if (feed < 0) throw new WireError(`expected a blank line within ${bytes.length} bytes`);
    const isBlank = feed === lineAt || (feed === lineAt + 1 && bytes[lineAt] === carriageReturn);
    if (isBlank) return feed + 1;
    lineAt = feed + 1;
  }
}

function parseStartLine(line: string): HttpRequestLine | HttpStatusLine {
  if (findStatusLine(line) === 0) return { type: "response", status: Number(line.slice(9, 12)) };
  const [method = "", target = "", version = ""] = line.split(" ");
  if (!versions.includes(version) || method === "" || target === "") {
    throw new WireError("expected an HTTP/1 request line or status line");
  }
  return { type: "request", method, target };
}

function parseHeaderLine(line: string): readonly (readonly [string, string])[] {
  const colon = line.indexOf(":");
  return colon < 1 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
}

/** Upper-case letters, `-` and `_`: so that a request is found behind garbage that ends in other characters. */
function isMethodCharacter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || code === 0x2d || code === 0x5f;
}
