import { deflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { encodeReportResponse } from "../../../src/protocols/envoy/cloud.js";
import { readReply } from "../../../src/protocols/envoy/reply.js";
import { parseHttpMessage } from "../../../src/wire/http1-body.js";

function reply(contentType: string, body: Buffer) {
  const head = `HTTP/1.1 200 OK\r\nContent-Type: ${contentType}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return readReply(parseHttpMessage(Buffer.concat([Buffer.from(head), body])));
}

it.each([
  ["application/x-deflate", deflateSync("<a/>\n <b/>"), "<a/> <b/>"],
  ["text/html", Buffer.from("no\r\n\u0007way"), "no way"],
  ["application/xml", Buffer.from("<x/>"), "<x/>"],
  ["application/octet-stream", Buffer.from([0, 255, 16]), "base64 AP8Q"],
  ["application/x-deflate", Buffer.from("not deflate"), "body_undecodable"],
])("E08: writes a body of %s into the log line", (contentType, body, excerpt) => {
  expect(reply(contentType, body).excerpt).toBe(excerpt);
});

it("never writes a place, and only the beginning", () => {
  const { excerpt } = reply("text/plain", Buffer.from(`latitude="-47.3769" {"longitude": 8.5417} ${"x".repeat(500)}`));
  expect(excerpt).not.toMatch(/47|8\.5/);
  expect(excerpt.length).toBeLessThanOrEqual(120);
});

it("sees what the vendor wants besides acknowledging", () => {
  const xml =
    '<perf_report_response status="success"><events_processed/><upgrade url="x"/><rescan/><rescan/></perf_report_response>';
  expect(reply("application/x-deflate", deflateSync(xml)).tasks).toEqual(["upgrade", "rescan"]);
  expect(readReply(parseHttpMessage(encodeReportResponse([1, 2]))).tasks).toEqual([]);
  expect(reply("text/html", Buffer.from("<perf_report_response")).tasks).toEqual([]);
});
