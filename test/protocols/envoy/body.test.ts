import { deflateRawSync, deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { mediaType, openBody, readReportBody, sniffText } from "../../../src/protocols/envoy/body.js";
import { kinds } from "./reports.js";

const xml = "<?xml version='1.0'?><perf_report report_timestamp='1'/>";
const form = `webcomm=1&body=${encodeURIComponent(xml)}&x=y`;
const deflated = "application/x-deflate";

describe("mediaType", () => {
  it.each([
    "application/x-deflate",
    "Application/X-Deflate",
    " application/x-deflate ; charset=utf-8",
    "APPLICATION/X-DEFLATE;a=b",
  ])("E11: recognises %j", (contentType) => {
    expect(mediaType(contentType)).toBe(deflated);
    expect(readReportBody(contentType, deflateSync(xml))).toEqual({ xml, findings: [] });
  });

  it("is empty where there is none", () => {
    expect(mediaType(undefined)).toBe("");
  });
});

describe("openBody", () => {
  it("E08: inflates application/x-deflate", () => {
    expect(openBody(deflated, deflateSync("inflated"))).toEqual({ type: "text", text: "inflated" });
  });

  it.each(["text/plain", "text/html; charset=utf-8", "application/xml"])("E08: keeps %s as text", (contentType) => {
    expect(openBody(contentType, Buffer.from("as it is: é"))).toEqual({ type: "text", text: "as it is: é" });
  });

  it.each(["application/octet-stream", "image/png", undefined])("E08: writes %s as base64", (contentType) => {
    expect(openBody(contentType, Uint8Array.of(0, 255, 16))).toEqual({ type: "binary", base64: "AP8Q" });
  });
});

describe("readReportBody", () => {
  it.each([
    ["E09: a form field `body` among others", deflateSync(form)],
    [
      "a form with lower-case hex and plus for blank",
      deflateSync(`body=${encodeURIComponent(xml).toLowerCase().replace("%20", "+")}`),
    ],
    ["XML itself", deflateSync(xml)],
    ["XML behind a byte order mark and blanks", deflateSync(`\uFEFF \r\n${xml}`)],
    ["a raw deflate stream", deflateRawSync(form)],
  ])("finds the XML in %s", (_name, bytes) => {
    expect(readReportBody(deflated, bytes)).toEqual({ xml, findings: [] });
  });

  it.each(["application/xml", "text/xml", "application/x-www-form-urlencoded", undefined])(
    "E10: takes the bytes as they are under %s, and reports it",
    (contentType) => {
      const body = readReportBody(contentType, Buffer.from(form));
      expect(body.xml).toBe(xml);
      expect(kinds(body.findings)).toEqual(["unexpected_content_type"]);
    },
  );

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["a form without `body`", deflateSync("a=1&b=2")],
    ["a form with an empty `body`", deflateSync("body=&b=2")],
  ])("E10: reports %s", (_name, bytes) => {
    expect(readReportBody(deflated, bytes)).toMatchObject({ findings: [{ kind: "report_without_body" }] });
  });

  it("E12: reports a bomb and what is no deflate", () => {
    const bomb = deflateSync(Buffer.alloc(17 * 1024 * 1024));
    expect(kinds(readReportBody(deflated, bomb).findings)).toEqual(["deflate_bomb"]);
    expect(kinds(readReportBody(deflated, Buffer.from(xml)).findings)).toEqual(["body_undecodable"]);
  });
});

describe("sniffText", () => {
  it.each([
    ["plain", Buffer.from(` ${xml}\n`)],
    ["with a byte order mark", Buffer.from(`\uFEFF${xml}`)],
    ["in a zlib stream", deflateSync(xml)],
    ["in raw deflate", deflateRawSync(xml)],
  ])("finds XML %s, whatever it is said to be", (_name, bytes) => {
    expect(sniffText(bytes)).toBe(xml);
  });

  it.each([Buffer.from("text"), deflateSync("text"), deflateSync(Buffer.alloc(20 * 1024 * 1024)), Buffer.alloc(0)])(
    "finds nothing in anything else",
    (bytes) => {
      expect(sniffText(bytes)).toBeUndefined();
    },
  );
});
