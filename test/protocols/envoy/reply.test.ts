import { deflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { encodeReportResponse } from "../../../src/protocols/envoy/cloud.js";
import { isFailure, isInterim, isSuccess, readReply } from "../../../src/protocols/envoy/reply.js";
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
    '<perf_report_response status="success"><events_processed/><upgrade url="http://host/x"/>' +
    '<tasks><task type="new image"/></tasks></perf_report_response>';
  const tasks = [
    { name: "upgrade", words: ["upgrade"] },
    { name: "tasks", words: ["tasks", "task", "new image"] },
  ];
  expect(reply("application/x-deflate", deflateSync(xml))).toMatchObject({ tasks, isUnderstood: true });
  expect(readReply(parseHttpMessage(encodeReportResponse([1, 2])))).toMatchObject({ tasks: [], isUnderstood: true });
});

it.each(["application/x-deflate", "application/octet-stream", "text/html"])(
  "sees it too where the reply claims to be %s, deflated or not",
  (contentType) => {
    const xml = '<?xml version="1.0"?>\n<perf_report_response><rescan/></perf_report_response>\n';
    for (const body of [deflateSync(xml), Buffer.from(xml)])
      expect(reply(contentType, body).tasks.map(({ name }) => name)).toEqual(["rescan"]);
  },
);

it.each([
  ["half a reply", "<perf_report_response"],
  ["another document", "<tasks><upgrade/></tasks>"],
  ["a document type", "<!DOCTYPE x><perf_report_response><upgrade/></perf_report_response>"],
  ["no text", "\u0000\u0001"],
  ["more than a reply can hold", `<perf_report_response>${"<x/>".repeat(6_000)}</perf_report_response>`],
])("says that it does not understand %s", (_name, text) => {
  expect(reply("text/xml", Buffer.from(text))).toMatchObject({ tasks: [], isUnderstood: false });
});

it.each([
  [100, "another answer follows"],
  [101, "an answer"],
  [200, "success"],
  [204, "success"],
  [302, "an answer"],
  [404, "an answer"],
  [408, "later perhaps"],
  [429, "later perhaps"],
  [503, "later perhaps"],
])("takes a status of %i for: %s", (status, meaning) => {
  const found = [
    isInterim(status) ? "another answer follows" : [],
    isSuccess(status) ? "success" : [],
    isFailure(status) ? "later perhaps" : [],
  ].flat();
  expect(found).toEqual(meaning === "an answer" ? [] : [meaning]);
});
