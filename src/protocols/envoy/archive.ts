import type { Archive, ArchivedBody } from "../../model/protocol.js";
import { inflate } from "../../wire/deflate.js";
import { formFieldBytes } from "../../wire/form-bytes.js";
import { findHttpMessage, type HttpMessage } from "../../wire/http1-body.js";
import { headerValue } from "../../wire/http1-head.js";
import { beginsLikeXml, restore } from "./archived-file.js";
import { mediaType } from "./body.js";
import { purposeOf } from "./cloud.js";
import { isInterim } from "./reply.js";

const inflatedLimitBytes = 16 * 1024 * 1024;

/**
 * The files that earlier tools made (docs/spool.md): `.request` and `.response` hold the head as it stood on the
 * wire and behind its blank line the body, inflated where it was deflated, as it is where it is text, else as base64; `.xml` is the
 * report alone, byte for byte as the Envoy wrote it. An answer that only announces another one is none.
 */
export const archive: Archive = {
  type: "bodies",
  parts({ bytes }) {
    const message = findHttpMessage(bytes);
    if (message === undefined) return [];
    const { start, headBytes } = message;
    const whole = Buffer.concat([bytes.subarray(0, headBytes), readableBody(message)]);
    if (start.type === "response") return isInterim(start.status) ? [] : [{ extension: "response", bytes: whole }];
    const xml = purposeOf(message) === "report" ? reportXml(message) : undefined;
    const report: readonly ArchivedBody[] = xml === undefined ? [] : [{ extension: "xml", bytes: xml }];
    return [...report, { extension: "request", bytes: whole }];
  },
  restore,
};

function readableBody(message: HttpMessage): Uint8Array {
  const { body } = message;
  const type = mediaType(headerValue(message, "content-type"));
  const isText = type.startsWith("text/") || type === "application/xml";
  const text = isText ? body : inflated(type, body);
  return text ?? Buffer.from(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("base64"));
}

function inflated(type: string, body: Uint8Array): Uint8Array | undefined {
  if (body.length === 0) return body;
  if (type !== "application/x-deflate") return undefined;
  const result = inflate(body, inflatedLimitBytes);
  return result.type === "inflated" ? result.bytes : undefined;
}

/** A report's XML, bare or in the form field `body`; what the body is tells itself, whatever type is claimed. */
function reportXml(message: HttpMessage): Uint8Array | undefined {
  const type = mediaType(headerValue(message, "content-type"));
  const text = inflated(type, message.body) ?? message.body;
  return beginsLikeXml(text) ? text : formFieldBytes(text, "body");
}
