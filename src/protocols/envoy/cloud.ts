import type { DeviceId } from "../../model/device.js";
import { deflate } from "../../wire/deflate.js";
import { type HttpMessage, parseHttpMessage } from "../../wire/http1-body.js";
import { encodeHttpMessage } from "../../wire/http1-encode.js";
import { headerValue } from "../../wire/http1-head.js";
import { readReportBody } from "./body.js";
import { envoyId } from "./description.js";
import type { PerfReport } from "./report.js";
import { readReport } from "./report-reader.js";

const reasons: Readonly<Record<number, string>> = {
  200: "OK",
  404: "Not Found",
  500: "Internal Server Error",
  502: "Bad Gateway",
};

/** What the vendor answers to a report with these events: docs/protocols/envoy.md §5. */
export function encodeReportResponse(eventIds: readonly number[]): Uint8Array {
  const body = deflate(new TextEncoder().encode(encodeReportResponseXml(eventIds)));
  return encodeResponse(200, "application/x-deflate; charset=utf-8", body);
}

/** Byte for byte as the vendor lays it out. Nothing but events is known to be acknowledged. */
export function encodeReportResponseXml(eventIds: readonly number[]): string {
  const events = eventIds.map((id) => `    <event id="${id}"/>\n`).join("");
  const processed = events === "" ? "" : `  <events_processed>\n${events}  </events_processed>\n`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<perf_report_response status="success">\n${processed}</perf_report_response>\n`;
}

/** What a request is for; `other`: for nothing that is known of the vendor. */
export type Purpose = "report" | "task" | "other";

export function purposeOf({ start }: HttpMessage): Purpose {
  if (start.type !== "request" || start.method !== "POST") return "other";
  const path = start.target.split("?", 1).join("");
  if (path.endsWith("/performance_report")) return "report";
  return path.endsWith("/task_complete") ? "task" : "other";
}

/** Answers any request as a stand-in for the vendor. Throws WireError where `request` is none. */
export function answerRequest(request: Uint8Array): Uint8Array {
  return answerMessage(parseHttpMessage(request));
}

/** The same for a request that is parsed already. */
export function answerMessage(message: HttpMessage): Uint8Array {
  switch (purposeOf(message)) {
    case "report":
      return answerReport(message);
    case "task":
      return encodeTaskResponse();
    case "other":
      return encodeResponse(404, "text/plain", text("nothing here\n"));
  }
}

/** Whose report, or whose finished task, a request is; undefined: it is neither, or does not say. */
export function senderOf(message: HttpMessage): DeviceId | undefined {
  switch (purposeOf(message)) {
    case "report": {
      const serial = reportOf(message)?.envoy.serialNum;
      return serial === undefined ? undefined : envoyId(serial);
    }
    case "task": {
      const [, serial] = /\sserial_num\s*=\s*["'](\d{1,20})["']/.exec(xmlOf(message) ?? "") ?? [];
      return serial === undefined ? undefined : envoyId(serial);
    }
    case "other":
      return undefined;
  }
}

/** For a request that only the vendor can answer, who is away. */
export function encodeBadGateway(): Uint8Array {
  return encodeResponse(502, "text/plain", text("the cloud is away\n"));
}

/** For a report that could not be put on disk: the Envoy keeps it and sends it again. */
export function encodeNotStored(): Uint8Array {
  return encodeResponse(500, "text/plain", text("not stored, send it again\n"));
}

/** The status alone, of an answer whose content does not pass. */
export function encodeStatus(status: number): Uint8Array {
  return encodeResponse(status, "text/plain", text(""));
}

/** The vendor's own answer to a finished task is not known. */
export function encodeTaskResponse(): Uint8Array {
  const xml = '<?xml version="1.0" encoding="UTF-8"?>\n<task_response status="success"/>\n';
  return encodeResponse(200, "application/xml", text(xml));
}

/** A body that cannot be decoded is no success: the Envoy would drop what nobody has got. */
function answerReport(message: HttpMessage): Uint8Array {
  const report = reportOf(message);
  if (report === undefined) return encodeResponse(500, "text/plain", text("report not understood\n"));
  return encodeReportResponse(report.events.map(({ id }) => id));
}

function reportOf(message: HttpMessage): PerfReport | undefined {
  const xml = xmlOf(message);
  return xml === undefined ? undefined : readReport(xml, undefined).report;
}

function xmlOf(message: HttpMessage): string | undefined {
  return readReportBody(headerValue(message, "content-type"), message.body).xml;
}

function encodeResponse(status: number, contentType: string, body: Uint8Array): Uint8Array {
  const lines = [
    `HTTP/1.1 ${status} ${reasons[status] ?? ""}`.trimEnd(),
    `Content-Type: ${contentType}`,
    `Content-Length: ${body.length}`,
    "Connection: close",
  ];
  return encodeHttpMessage(lines, body);
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}
