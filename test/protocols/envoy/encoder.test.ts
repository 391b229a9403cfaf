import { expect, it } from "vitest";
import { readReportBody } from "../../../src/protocols/envoy/body.js";
import { encodeReport, encodeReportRequest } from "../../../src/protocols/envoy/encoder.js";
import { readReport } from "../../../src/protocols/envoy/report-reader.js";
import { parseHttpMessage } from "../../../src/wire/http1-body.js";
import { describeWithCaptures, readCapture } from "../../support/captures.js";
import { device, eqid, event, interval, reading, report } from "./reports.js";

const full = report({
  webcommVersion: "4.6.0",
  intervals: [interval(1)],
  readings: [reading(2)],
  events: [event(3, { messageKey: "1", params: { value: "]]>" } })],
  devices: [device("121", { channels: [{ eqid: eqid("121.1"), conditionFlags: 16 }] })],
});

it("encodes what is read again as the same", () => {
  expect(readReport(encodeReport(full), undefined)).toEqual({ report: full, findings: [] });
});

it.each(["form", "raw-xml"] as const)("wraps it as an Envoy does (%s)", (variant) => {
  const xml = encodeReport(full);
  const message = parseHttpMessage(encodeReportRequest(xml, "3.0", variant));
  expect(message.start).toEqual({
    type: "request",
    method: "POST",
    target: "/emu_reports/performance_report?webcomm_version=3.0",
  });
  expect(message.complete).toBe(true);
  expect(readReportBody("application/x-deflate", message.body)).toEqual({ xml, findings: [] });
});

describeWithCaptures("the recorded request", () => {
  it.each([
    ["rawxml", "raw-xml"],
    ["form", "form"],
  ] as const)("has the headers that the encoder writes (%s)", (name, variant) => {
    const recorded = readCapture(`envoy/envoy-2012-startup.request.${name}.http`);
    const xml = readCapture("envoy/envoy-2012-startup.request.xml").toString();
    const encoded = Buffer.from(encodeReportRequest(xml, "3.0", variant));
    const head = (bytes: Buffer) =>
      bytes
        .subarray(0, bytes.indexOf("\r\n\r\n"))
        .toString()
        .replace(/Length: \d+/, "Length: n");
    expect(head(encoded)).toBe(head(recorded));
  });
});
