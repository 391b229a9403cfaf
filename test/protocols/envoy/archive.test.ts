import { deflateSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Frame } from "../../../src/model/protocol.js";
import { archive } from "../../../src/protocols/envoy/archive.js";
import { encodeReportResponse, encodeReportResponseXml } from "../../../src/protocols/envoy/cloud.js";
import { describeWithCaptures, readCapture } from "../../support/captures.js";

const up = "device-to-cloud";
const down = "cloud-to-device";

function parts(direction: Frame["direction"], bytes: Uint8Array): Readonly<Record<string, string>> {
  if (archive.type !== "bodies") throw new Error("expected bodies");
  const found = archive.parts({ direction, bytes, whole: true });
  return Object.fromEntries(found.map((part) => [part.extension, Buffer.from(part.bytes).toString("latin1")]));
}

function request(contentType: string, body: Uint8Array | string, path = "performance_report"): Buffer {
  const bytes = Buffer.from(body);
  const head = `POST /emu_reports/${path}?webcomm_version=3.0 HTTP/1.1\r\nHost: x\r\nContent-Type: ${contentType}\r\n`;
  return Buffer.concat([Buffer.from(`${head}Content-Length: ${bytes.length}\r\n\r\n`), bytes]);
}

const headOf = (message: Buffer): string => message.subarray(0, message.indexOf("\r\n\r\n") + 4).toString("latin1");

describe("archive of an Envoy", () => {
  it("keeps the report byte for byte as its url-decoded field, and the request with its body inflated", () => {
    const xml = "<perf_report>\n é + </perf_report>\n";
    const form = `a=1&body=${encodeURIComponent(xml)}`;
    const message = request("application/x-deflate", deflateSync(form));
    expect(parts(up, message)).toEqual({
      xml: Buffer.from(xml).toString("latin1"),
      request: headOf(message) + form,
    });
  });

  it("keeps the report that is no form", () => {
    const xml = "\ufeff <perf_report/>";
    const found = parts(up, request("application/x-deflate; x=y", deflateSync(xml)));
    expect(found.xml).toBe(Buffer.from(xml).toString("latin1"));
  });

  it.each(["text/plain; charset=utf-8", "application/xml", "TEXT/HTML"])("keeps %s as it is", (type) => {
    const message = request(type, "<x/>", "task_complete");
    expect(parts(up, message)).toEqual({ request: message.toString("latin1") });
  });

  it.each(["application/octet-stream", "image/png"])("writes %s as base64", (type) => {
    const message = request(type, Buffer.from([0, 1, 255]), "other");
    expect(parts(up, message)).toEqual({ request: `${headOf(message)}AAH/` });
  });

  it("writes as base64 what claims to be deflated and is not", () => {
    const message = request("application/x-deflate", "none");
    expect(parts(up, message)).toEqual({ request: `${headOf(message)}bm9uZQ==` });
  });

  it("joins the chunks of a body", () => {
    const head =
      "POST /emu_reports/task_complete HTTP/1.1\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n";
    const found = parts(up, Buffer.from(`${head}3\r\n<a>\r\n4\r\n</a>\r\n0\r\n\r\n`));
    expect(found).toEqual({ request: `${head}<a></a>` });
  });

  it("keeps the answer with its body inflated, but not one that only announces it", () => {
    const message = Buffer.from(encodeReportResponse([221]));
    expect(parts(down, message)).toEqual({ response: headOf(message) + encodeReportResponseXml([221]) });
    expect(parts(down, Buffer.from("HTTP/1.1 100 Continue\r\n\r\n"))).toEqual({});
  });

  it("takes any bytes", () => {
    fc.assert(
      fc.property(fc.constantFrom(up, down), fc.uint8Array(), fc.string(), (direction, bytes, type) => {
        parts(direction, bytes);
        parts(up, request(type.replaceAll(/[\r\n]/g, ""), bytes));
      }),
    );
  });
});

describeWithCaptures("archive of recorded reports", () => {
  it("holds the very XML of a report that came as a form", () => {
    const { xml = "" } = parts(up, readCapture("envoy/envoy-2015-backfill-part1.request.form.http"));
    const expected = readCapture("envoy/envoy-2015-backfill-part1.request.xml").toString("latin1");
    expect(xml === expected).toBe(true);
  });

  it("holds the very XML of a report that came as XML", () => {
    const message = readCapture("envoy/envoy-2012-startup.request.rawxml.http");
    const { xml = "" } = parts(up, message);
    expect(xml === inflateSync(message.subarray(headOf(message).length)).toString("latin1")).toBe(true);
  });

  it("holds the very XML of the vendor's answer", () => {
    const { response = "" } = parts(down, readCapture("envoy/envoy-2012-startup.response.http"));
    const xml = readCapture("envoy/envoy-2012-startup.response.xml").toString("latin1");
    expect(response.slice(response.indexOf("\r\n\r\n") + 4)).toBe(xml);
  });
});
