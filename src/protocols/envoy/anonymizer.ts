import type { Frame } from "../../model/protocol.js";
import type { Pseudonyms } from "../../model/pseudonyms.js";
import { unwrap, wrap } from "../../wire/compression.js";
import { findHttpMessage, type HttpMessage } from "../../wire/http1-body.js";
import { bodyFraming, headerValue, latin1 } from "../../wire/http1-head.js";
import { mediaType } from "./body.js";
import { disguiseHead } from "./head-disguise.js";
import { disguiseText } from "./text-disguise.js";

const inflatedLimitBytes = 16 * 1024 * 1024;

/**
 * Serial numbers, addresses, places, names and tokens replaced in head and body; the body is packed again as it was, and its length told
 * anew. A body that nobody can read becomes zeros. The time zone stays: without it times could not be told any more. Never throws.
 */
export function anonymizeFrame(frame: Frame, pseudonyms: Pseudonyms): Uint8Array {
  const message = frame.whole ? findHttpMessage(frame.bytes) : undefined;
  if (message === undefined) return pseudonyms.scrub(frame.bytes);
  const head = latin1(frame.bytes, 0, message.headBytes);
  if (message.body.length === 0) {
    const rest = pseudonyms.scrub(frame.bytes.subarray(message.headBytes));
    return Buffer.concat([bytesOf(disguiseHead(head, {}, pseudonyms), pseudonyms), rest]);
  }
  const body = anonymizeBody(message, pseudonyms);
  const isChunked = bodyFraming(message).type === "chunked";
  // A body that was cut short stays shorter than was announced.
  const missing = message.complete ? 0 : Number(headerValue(message, "content-length")) - message.body.length;
  const lines = disguiseHead(head, isChunked ? {} : { contentLength: body.length + missing }, pseudonyms);
  return Buffer.concat([bytesOf(lines, pseudonyms), isChunked ? asChunk(body) : body]);
}

function anonymizeBody(message: HttpMessage, pseudonyms: Pseudonyms): Uint8Array {
  const { body } = message;
  const type = mediaType(headerValue(message, "content-type"));
  const unwrapped = unwrap(body, inflatedLimitBytes, type.includes("deflate"));
  if (unwrapped !== undefined) {
    return wrap({ ...unwrapped, bytes: disguiseReadable(unwrapped.bytes, pseudonyms) });
  }
  return disguiseReadable(body, pseudonyms);
}

function disguiseReadable(bytes: Uint8Array, pseudonyms: Pseudonyms): Uint8Array {
  if (!isText(bytes)) return new Uint8Array(bytes.length);
  return bytesOf(disguiseText(latin1(bytes, 0, bytes.length), pseudonyms), pseudonyms);
}

/** Without control characters but blanks and ends of lines. */
function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

function bytesOf(text: string, pseudonyms: Pseudonyms): Uint8Array {
  return pseudonyms.scrub(Buffer.from(text, "latin1"));
}

function asChunk(body: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n0\r\n\r\n")]);
}
