import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { answerRequest, encodeReportResponse, encodeReportResponseXml } from "../../../src/protocols/envoy/cloud.js";
import { encodeReport, encodeReportRequest } from "../../../src/protocols/envoy/encoder.js";
import { parseHttpMessage } from "../../../src/wire/http1-body.js";
import { headerValue } from "../../../src/wire/http1-head.js";
import { WireError } from "../../../src/wire/wire-error.js";
import { describeWithCaptures, readCapture, readCaptureJson } from "../../support/captures.js";
import { event, interval, report } from "./reports.js";

interface Sidecar {
  readonly expected: { readonly ack_event_ids: readonly number[] };
}

function answered(bytes: Uint8Array) {
  const message = parseHttpMessage(answerRequest(bytes));
  const status = message.start.type === "response" ? message.start.status : 0;
  return { status, contentType: headerValue(message, "content-type"), body: message.body };
}

describeWithCaptures("the vendor's recorded answer", () => {
  it("holds in its 142 bytes exactly the text that the encoder writes", () => {
    const ids = readCaptureJson<Sidecar>("envoy/envoy-2012-startup.json").expected.ack_event_ids;
    const recorded = parseHttpMessage(readCapture("envoy/envoy-2012-startup.response.http")).body;
    expect(recorded.length).toBe(142);
    expect(encodeReportResponseXml(ids)).toBe(inflateSync(recorded).toString());
    // Versions of zlib pack the same text into a few bytes more or less.
    const { body } = parseHttpMessage(encodeReportResponse(ids));
    expect(inflateSync(body).equals(inflateSync(recorded))).toBe(true);
  });

  it.each([
    "envoy-2012-startup.request.form",
    "envoy-2012-startup.request.rawxml",
    "envoy-2015-backfill-part1.request.form",
  ])("acknowledges every event of %s and nothing else", (name) => {
    const sidecar = readCaptureJson<Sidecar>(`envoy/${name.split(".")[0]}.json`);
    const { status, contentType, body } = answered(readCapture(`envoy/${name}.http`));
    expect([status, contentType]).toEqual([200, "application/x-deflate; charset=utf-8"]);
    expect(inflateSync(body).toString()).toBe(encodeReportResponseXml(sidecar.expected.ack_event_ids));
  });
});

describe("answers", () => {
  it("without events have 103 bytes before they are deflated", () => {
    expect(encodeReportResponseXml([]).length).toBe(103);
  });

  it.each(["1.0", "99.0-beta"])("a report of webcomm %s is acknowledged", (version) => {
    const xml = encodeReport(report({ events: [event(221)], intervals: [interval(1)] }));
    expect(inflateSync(answered(encodeReportRequest(xml, version, "form")).body).toString()).toContain(
      '<event id="221"/>',
    );
  });

  it("what cannot be decoded is no success", () => {
    expect(answered(encodeReportRequest("<nothing/>", "3.0", "form")).status).toBe(500);
    expect(answered(Buffer.from("POST /emu_reports/performance_report HTTP/1.1\r\n\r\n")).status).toBe(500);
  });

  it.each([
    ["/emu_reports/task_complete?webcomm_version=3.0", 200],
    ["/elsewhere", 404],
  ])("%s is answered with %i", (target, status) => {
    expect(answered(Buffer.from(`POST ${target} HTTP/1.1\r\n\r\n`)).status).toBe(status);
  });

  it("nothing but a request is answered", () => {
    expect(() => answerRequest(Buffer.from("hello"))).toThrow(WireError);
  });
});
