import { inflate } from "../../wire/deflate.js";
import { formField } from "../../wire/form.js";

/** What was wrong, as a row of the anomaly table. */
export interface Finding {
  readonly kind: string;
  readonly detail: string;
}

/** A body as text where it is text; base64 of anything else. */
export type OpenedBody =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "binary"; readonly base64: string }
  | { readonly type: "fault"; readonly fault: Finding };

export interface ReportBody {
  readonly xml?: string;
  readonly findings: readonly Finding[];
}

const deflateType = "application/x-deflate";
const inflatedLimitBytes = 16 * 1024 * 1024;

/** The part before `;`, lower-cased. */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? "").split(";", 1).join("").trim().toLowerCase();
}

/** `application/x-deflate` inflated, `text/*` and `application/xml` as they are: docs/protocols/envoy.md §4. */
export function openBody(contentType: string | undefined, bytes: Uint8Array): OpenedBody {
  const type = mediaType(contentType);
  if (type === deflateType) return openDeflated(bytes);
  if (type.startsWith("text/") || type === "application/xml") return { type: "text", text: utf8(bytes) };
  return { type: "binary", base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64") };
}

/** As text what begins like XML, deflated or not, whatever it claims to be. */
export function sniffText(bytes: Uint8Array): string | undefined {
  const plain = xmlText(bytes);
  if (plain !== undefined) return plain;
  const inflated = inflate(bytes, inflatedLimitBytes);
  return inflated.type === "inflated" ? xmlText(inflated.bytes) : undefined;
}

function xmlText(bytes: Uint8Array): string | undefined {
  const text = utf8(bytes).trim();
  return text.startsWith("<") ? text : undefined;
}

/** The XML of a report in either encoding. Another content type is a finding, and the bytes are taken as they are. */
export function readReportBody(contentType: string | undefined, bytes: Uint8Array): ReportBody {
  const type = mediaType(contentType);
  const expected = type === deflateType;
  const findings: Finding[] = expected
    ? []
    : [{ kind: "unexpected_content_type", detail: `expected ${deflateType}, found ${shown(type)}` }];
  if (bytes.length === 0) return { findings: [...findings, withoutBody] };
  const opened: OpenedBody = expected ? openDeflated(bytes) : { type: "text", text: utf8(bytes) };
  if (opened.type === "fault") return { findings: [...findings, opened.fault] };
  const xml = opened.type === "text" ? findXml(opened.text) : undefined;
  return xml === undefined ? { findings: [...findings, withoutBody] } : { xml, findings };
}

const withoutBody: Finding = { kind: "report_without_body", detail: "expected XML or a form field `body`" };

function openDeflated(bytes: Uint8Array): OpenedBody {
  const inflated = inflate(bytes, inflatedLimitBytes);
  switch (inflated.type) {
    case "inflated":
      return { type: "text", text: utf8(inflated.bytes) };
    case "too-large": {
      const detail = `${bytes.length} bytes inflate to more than ${inflatedLimitBytes}`;
      return { type: "fault", fault: { kind: "deflate_bomb", detail } };
    }
    case "not-deflate":
      return { type: "fault", fault: { kind: "body_undecodable", detail: `${bytes.length} bytes are not deflate` } };
  }
}

function findXml(text: string): string | undefined {
  const start = text.trimStart();
  if (start.startsWith("<")) return start;
  const field = formField(start, "body")?.trimStart();
  return field === undefined || field === "" ? undefined : field.replace(/^\uFEFF\s*/, "");
}

/** Drops a byte order mark. */
function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function shown(type: string): string {
  return type === "" ? "none" : type.slice(0, 60);
}
