import { deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Direction } from "../../../src/model/session.js";
import { anonymizeFrame } from "../../../src/protocols/envoy/anonymizer.js";
import { createEnvoySplitter } from "../../../src/protocols/envoy/splitter.js";
import { KeyedPseudonyms } from "../../../src/recording/pseudonyms.js";
import { parseHttpMessage } from "../../../src/wire/http1-body.js";

const serial = "121319013553";
const xml = `<perf_report report_timestamp="1"><envoy serial_num="${serial}"/></perf_report>`;
const start = "POST /emu_reports/performance_report?webcomm_version=4.6.0 HTTP/1.1";

function request(body: Uint8Array, headers: readonly string[] = []): Buffer {
  const lines = [start, "Content-Type: application/x-deflate", `Content-Length: ${body.length}`, ...headers];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), body]);
}

/** The body of the copy, which is a whole message again. */
function anonymizedBody(bytes: Uint8Array, direction: Direction = "device-to-cloud"): Buffer {
  const copy = anonymizeFrame({ direction, bytes, whole: true }, new KeyedPseudonyms(new Uint8Array(32)));
  const splitter = createEnvoySplitter(direction);
  expect([...splitter.push(copy), ...splitter.end()].map(({ whole }) => whole)).toEqual([true]);
  return Buffer.from(parseHttpMessage(copy).body);
}

describe("anonymizing an Envoy's message", () => {
  it.each([
    ["zlib", (text: string) => deflateSync(text), (bytes: Buffer) => inflateSync(bytes)],
    ["raw deflate", (text: string) => deflateRawSync(text), (bytes: Buffer) => inflateRawSync(bytes)],
    ["gzip", (text: string) => gzipSync(text), (bytes: Buffer) => gunzipSync(bytes)],
    ["no compression", (text: string) => Buffer.from(text), (bytes: Buffer) => bytes],
  ])("edits a body inside %s", (_, pack, unpack) => {
    const text = unpack(anonymizedBody(request(pack(xml)))).toString();
    expect(text).toMatch(/^<perf_report report_timestamp="1"><envoy serial_num="\d{12}"\/><\/perf_report>$/);
    expect(text).not.toContain(serial);
  });

  it("keeps chunks a form of the body", () => {
    const half = Math.floor(xml.length / 2);
    const chunks = [xml.slice(0, half), xml.slice(half)].map((part) => `${part.length.toString(16)}\r\n${part}\r\n`);
    const message = `${start}\r\nTransfer-Encoding: chunked\r\nContent-Type: text/xml\r\n\r\n${chunks.join("")}0\r\n\r\n`;
    const body = anonymizedBody(Buffer.from(message)).toString();
    expect(body).toHaveLength(xml.length);
    expect(body).not.toContain(serial);
  });

  it("edits a reply that ends with its connection", () => {
    const body = anonymizedBody(Buffer.from(`HTTP/1.1 200 OK\r\n\r\n<x serial_num="${serial}"/>`), "cloud-to-device");
    expect(body.toString()).toMatch(/^<x serial_num="\d{12}"\/>$/);
  });

  it("leaves out a body that nobody can read", () => {
    const secret = Uint8Array.from({ length: 40 }, (_, index) => index);
    expect(anonymizedBody(request(secret)).equals(Buffer.alloc(40))).toBe(true);
  });

  it("leaves a message without a body as it is, its announced length too", () => {
    const head = "HTTP/1.1 200 OK\r\nContent-Length: 55\r\n\r\n";
    const frame = { direction: "cloud-to-device", bytes: Buffer.from(head), whole: true } as const;
    expect(Buffer.from(anonymizeFrame(frame, new KeyedPseudonyms(new Uint8Array(32)))).toString()).toBe(head);
  });

  it("finds in bytes that make no message what messages have shown", () => {
    const pseudonyms = new KeyedPseudonyms(new Uint8Array(32));
    anonymizeFrame({ direction: "device-to-cloud", bytes: request(deflateSync(xml)), whole: true }, pseudonyms);
    const copy = anonymizeFrame(
      { direction: "device-to-cloud", bytes: Buffer.from(`x${serial}x`), whole: false },
      pseudonyms,
    );
    expect(Buffer.from(copy).toString()).toMatch(/^x\d{12}x$/);
    expect(Buffer.from(copy).toString()).not.toContain(serial);
  });
});
