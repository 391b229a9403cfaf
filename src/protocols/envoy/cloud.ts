import { deflate } from "../../wire/deflate.js";
import { type HttpMessage, parseHttpMessage } from "../../wire/http1-body.js";
import { encodeHttpMessage } from "../../wire/http1-encode.js";
import { headerValue } from "../../wire/http1-head.js";
import { readReportBody } from "./body.js";
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

/** Answers any request as a stand-in for the vendor. Throws WireError where `request` is none. */
export function answerRequest(request: Uint8Array): Uint8Array {
  return answerKnown(request) ?? encodeResponse(404, "text/plain", text("nothing here\n"));
}

/** True where an answer is known that the Envoy may take for the vendor's. Throws WireError where `request` is none. */
export function canAnswer(request: Uint8Array): boolean {
  const message = parseHttpMessage(request);
  const path = pathOf(message);
  return path.endsWith("/task_complete") || (path.endsWith("/performance_report") && eventsOf(message) !== undefined);
}

/** For a request that only the vendor can answer, who is away. */
export function encodeBadGateway(): Uint8Array {
  return encodeResponse(502, "text/plain", text("the cloud is away\n"));
}

/** For a report that could not be put on disk: the Envoy keeps it and sends it again. */
export function encodeNotStored(): Uint8Array {
  return encodeResponse(500, "text/plain", text("not stored, send it again\n"));
}

/** Events that a report calls to be acknowledged; undefined: it is none, or cannot be decoded. */
export function eventsOf(message: HttpMessage): readonly number[] | undefined {
  const { xml } = readReportBody(headerValue(message, "content-type"), message.body);
  const report = xml === undefined ? undefined : readReport(xml, undefined).report;
  return report?.events.map(({ id }) => id);
}

/** Undefined where the path is none of the vendor's. */
export function answerKnown(request: Uint8Array): Uint8Array | undefined {
  const message = parseHttpMessage(request);
  const path = pathOf(message);
  if (path.endsWith("/performance_report")) return answerReport(message);
  return path.endsWith("/task_complete") ? encodeTaskResponse() : undefined;
}

function encodeTaskResponse(): Uint8Array {
  const xml = '<?xml version="1.0" encoding="UTF-8"?>\n<task_response status="success"/>\n';
  return encodeResponse(200, "application/xml", text(xml));
}

/** A body that cannot be decoded is no success: the Envoy would drop what nobody has got. */
function answerReport(message: HttpMessage): Uint8Array {
  const events = eventsOf(message);
  return events === undefined
    ? encodeResponse(500, "text/plain", text("report not understood\n"))
    : encodeReportResponse(events);
}

function pathOf({ start }: HttpMessage): string {
  return start.type === "request" ? start.target.split("?", 1).join("") : "";
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
