import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { archive } from "../../../src/protocols/envoy/archive.js";
import { beginsLikeXml, restore } from "../../../src/protocols/envoy/archived-file.js";
import { readReportBody } from "../../../src/protocols/envoy/body.js";
import { parseHttpMessage } from "../../../src/wire/http1-body.js";
import { headerValue } from "../../../src/wire/http1-head.js";

const head = "POST /emu_reports/performance_report?webcomm_version=3.0 HTTP/1.1\r\nHost: x\r\n";

/** The report that is read from a file again. */
function xmlOf(file: string | Uint8Array): string | undefined {
  const restored = restore(Buffer.from(file));
  if (restored === undefined) return undefined;
  const message = parseHttpMessage(restored.bytes);
  expect(message.complete).toBe(true);
  return readReportBody(headerValue(message, "content-type"), message.body).xml;
}

describe("archived file of an Envoy", () => {
  it.each(["<perf_report/>", "\ufeff<perf_report/>", "\n  <perf_report/>"])("may be a bare report", (xml) => {
    expect(restore(Buffer.from(xml))?.direction).toBe("device-to-cloud");
    expect(xmlOf(xml)?.trim()).toBe("<perf_report/>");
  });

  it.each([
    ["its body inflated", "application/x-deflate", "<perf_report/>"],
    ["a form inflated", "application/x-deflate", "body=%3Cperf_report/%3E"],
    ["a body as on the wire", "application/x-deflate", deflateSync("<perf_report/>")],
    ["a body as text", "application/xml", "<perf_report/>"],
    ["a body as base64", "application/octet-stream", Buffer.from("<perf_report/>").toString("base64")],
  ])("may be a request with %s, whatever length is announced", (_title, type, body) => {
    const start = Buffer.from(`${head}Content-Type: ${type}\r\nContent-Length: 7\r\n\r\n`);
    const file = Buffer.concat([start, Buffer.from(body)]);
    expect(xmlOf(file)).toBe("<perf_report/>");
    const restored = Buffer.from(restore(file)?.bytes ?? []).toString("latin1");
    expect(restored.startsWith(head)).toBe(true);
  });

  it("may be a request whose chunks are joined, or not", () => {
    const chunked = `${head}Content-Type: application/xml\r\nTransfer-Encoding: chunked\r\n\r\n`;
    expect(xmlOf(`${chunked}<perf_report/>`)).toBe("<perf_report/>");
    expect(xmlOf(`${chunked}e\r\n<perf_report/>\r\n0\r\n\r\n`)).toBe("<perf_report/>");
  });

  it("may be an answer", () => {
    expect(restore(Buffer.from("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<ok/>"))?.direction).toBe(
      "cloud-to-device",
    );
  });

  it("is nothing else", () => {
    expect(restore(Buffer.from("hello"))).toBeUndefined();
    expect(beginsLikeXml(Buffer.from("a <b>"))).toBe(false);
  });

  it("gives back every report that was archived", () => {
    const xmls = fc.string({ unit: "grapheme" }).map((text) => `<r>${text.replaceAll(/[<&]/g, "")}</r>`);
    fc.assert(
      fc.property(xmls, fc.boolean(), (xml, isForm) => {
        const body = deflateSync(isForm ? `x=1&body=${encodeURIComponent(xml)}` : xml);
        const start = `${head}Content-Type: application/x-deflate\r\nContent-Length: ${body.length}\r\n\r\n`;
        const bytes = Buffer.concat([Buffer.from(start), body]);
        if (archive.type !== "bodies") throw new Error("expected bodies");
        for (const part of archive.parts({ direction: "device-to-cloud", bytes, whole: true })) {
          expect(xmlOf(part.bytes)).toBe(xml.trim());
        }
      }),
    );
  });

  it("takes any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        restore(bytes);
        restore(Buffer.concat([Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n`), bytes]));
      }),
    );
  });
});
