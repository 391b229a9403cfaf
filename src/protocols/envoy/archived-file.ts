import type { Direction } from "../../model/session.js";
import { deflate, inflate } from "../../wire/deflate.js";
import { parseHttpMessage } from "../../wire/http1-body.js";
import { encodeHttpMessage } from "../../wire/http1-encode.js";
import { bodyFraming, type HttpHead, headerValue, parseHttpHead } from "../../wire/http1-head.js";
import { WireError } from "../../wire/wire-error.js";
import { mediaType } from "./body.js";

const deflateType = "application/x-deflate";
const inflatedLimitBytes = 16 * 1024 * 1024;

interface Restored {
  readonly direction: Direction;
  readonly bytes: Uint8Array;
}

/** An archived report, request or answer as one that could have been on the wire. What is still as on the wire is taken, too. */
export function restore(file: Uint8Array): Restored | undefined {
  if (beginsLikeXml(file)) return reportOf(file);
  try {
    return messageOf(file);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** A byte order mark and blanks may stand before it. */
export function beginsLikeXml(bytes: Uint8Array): boolean {
  return /^(?:\u00ef\u00bb\u00bf)?\s*</.test(latin1(bytes.subarray(0, 64)));
}

/** Without the request that brought it. */
function reportOf(xml: Uint8Array): Restored {
  const head = ["POST /emu_reports/performance_report HTTP/1.1", `Content-Type: ${deflateType}`];
  return { direction: "device-to-cloud", bytes: withBody(head, deflate(xml)) };
}

function messageOf(file: Uint8Array): Restored {
  const head = parseHttpHead(file);
  const { start, headBytes } = head;
  const [first = "", ...headers] = latin1(file.subarray(0, headBytes)).trimEnd().split(/\r?\n/);
  const kept = headers.filter((line) => !/^(?:content-length|transfer-encoding)\s*:/i.test(line));
  const body = bodyOnWire(head, unchunked(head, file));
  const direction = start.type === "request" ? "device-to-cloud" : "cloud-to-device";
  return { direction, bytes: withBody([first, ...kept], body) };
}

/** An archived body has no chunks, whatever its head says. */
function unchunked(head: HttpHead, file: Uint8Array): Uint8Array {
  const archived = file.subarray(head.headBytes);
  if (bodyFraming(head).type !== "chunked") return archived;
  try {
    const { body, complete } = parseHttpMessage(file);
    return complete ? body : archived;
  } catch (error) {
    if (error instanceof WireError) return archived;
    throw error;
  }
}

function bodyOnWire(head: HttpHead, body: Uint8Array): Uint8Array {
  const type = mediaType(headerValue(head, "content-type"));
  if (body.length === 0 || type.startsWith("text/") || type === "application/xml") return body;
  if (type === deflateType && inflate(body, inflatedLimitBytes).type !== "not-deflate") return body;
  return fromBase64(body) ?? (type === deflateType ? deflate(body) : body);
}

function fromBase64(body: Uint8Array): Uint8Array | undefined {
  const text = latin1(body);
  const isBase64 = text.length % 4 === 0 && /^[0-9a-zA-Z+/]+={0,2}$/.test(text);
  return isBase64 ? Buffer.from(text, "base64") : undefined;
}

function withBody(head: readonly string[], body: Uint8Array): Uint8Array {
  return encodeHttpMessage([...head, `Content-Length: ${body.length}`], body);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
