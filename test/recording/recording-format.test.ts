import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordingFormat } from "../../src/recording/recording-format.js";

function formatOf(text: string, isWhole = true): string {
  return recordingFormat(Buffer.from(text), isWhole);
}

describe("recordingFormat", () => {
  it.each([
    ["\u000a\u000d\u000d\u000a", "packets"],
    ['{\n\t"Start": "2024-01-20T10:39:54-08:00"', "session-log"],
    ["\n  [ {", "session-log"],
    ['{"Start":"2024-01-20T10:39:54-08:00"}', "session-log"],
    ['{"time":"2026-11-21T14:20:56Z","device":"a"}', "readings"],
    ['{"ti', "session-log"],
    ["POST /emu_reports/performance_report?webcomm_version=3.0 HTTP/1.1\r\nHost: a\r\n\r\n", "body"],
    ["HTTP/1.1 200 OK\r\n\r\n", "body"],
    ['<?xml version="1.0"?>\n', "body"],
    ["<perf_report>", "body"],
    ["\ufeff<perf_report>", "body"],
    ["> a5 01\n", "hex-lines"],
    ["< a5 01\n", "hex-lines"],
    ["<a501\n", "hex-lines"],
    ["# from the garage\n> a5", "hex-lines"],
    ["GET a5\n", "hex-lines"],
    ["", "hex-lines"],
    ["\u0000\u0001\u0002", "unknown"],
  ])("tells what %j is", (text, format) => {
    expect(formatOf(text)).toBe(format);
  });

  it("tells packets by four bytes of either kind and byte order", () => {
    for (const magic of ["d4c3b2a1", "a1b2c3d4", "4d3cb2a1", "a1b23c4d", "0a0d0d0a"]) {
      expect(recordingFormat(Buffer.from(magic, "hex"), false)).toBe("packets");
    }
  });

  it("waits for a line, unless no more comes", () => {
    expect(formatOf("> a5", false)).toBe("need-more");
    expect(formatOf("\n\n", false)).toBe("need-more");
    expect(formatOf("> a5\n", false)).toBe("hex-lines");
    expect(formatOf("{\n", false)).toBe("session-log");
    expect(formatOf('{"t', false)).toBe("need-more");
  });

  it("decides by 512 bytes at the latest, and never throws", () => {
    fc.assert(fc.property(fc.uint8Array(), (head) => recordingFormat(head, true) !== "need-more"));
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 512, maxLength: 600 }),
        (head) => recordingFormat(head, false) !== "need-more",
      ),
    );
  });
});
