import { describe, expect, it } from "vitest";
import { bodyFraming, findRequestLine, findStatusLine, headerValue, parseHttpHead } from "../../src/wire/http1-head.js";
import { WireError } from "../../src/wire/wire-error.js";

function head(...lines: readonly string[]) {
  return parseHttpHead(Buffer.from(`${lines.join("\r\n")}\r\n\r\n`));
}

describe("start lines", () => {
  it.each([
    ["POST /a?b=c HTTP/1.1\r", 0],
    ["GET / HTTP/1.0", 0],
    ["\u0001\u0002garbagePOST /a HTTP/1.1\r", 9],
    ["POST /a HTTP/2.0", -1],
    ["post /a HTTP/1.1", -1],
    ["POST  HTTP/1.1", -1],
    [" /a HTTP/1.1", -1],
    ["", -1],
  ])("a request line in %j is at %i", (line, at) => {
    expect(findRequestLine(line)).toBe(at);
  });

  it.each([
    ["HTTP/1.1 200 OK\r", 0],
    ["HTTP/1.0 404", 0],
    ["bodyHTTP/1.1 500 HTTP\r", 4],
    ["HTTP/1.1 2000", -1],
    ["HTTP/2 200", -1],
  ])("a status line in %j is at %i", (line, at) => {
    expect(findStatusLine(line)).toBe(at);
  });
});

describe("parseHttpHead", () => {
  it("keeps names as they stand and finds values in any case", () => {
    const parsed = head("POST /a HTTP/1.1", "hOsT: b:443", "X:", "no colon", "CONTENT-length : 3");
    expect(parsed.headers.map(([name]) => name)).toEqual(["hOsT", "X", "CONTENT-length"]);
    expect([headerValue(parsed, "host"), headerValue(parsed, "x"), headerValue(parsed, "y")]).toEqual([
      "b:443",
      "",
      undefined,
    ]);
    expect(parsed.start).toEqual({ type: "request", method: "POST", target: "/a" });
  });

  it("takes lines that end in LF alone", () => {
    expect(parseHttpHead(Buffer.from("HTTP/1.1 204\n\n")).start).toEqual({ type: "response", status: 204 });
  });

  it.each(["", "POST / HTTP/1.1\r\nA: b\r\n", "hello\r\n\r\n"])("refuses %j", (text) => {
    expect(() => parseHttpHead(Buffer.from(text))).toThrow(WireError);
  });
});

describe("bodyFraming", () => {
  it.each([
    [["POST / HTTP/1.1"], { type: "length", bytes: 0 }],
    [["POST / HTTP/1.1", "Content-Length: 12", "content-length: 12"], { type: "length", bytes: 12 }],
    [["POST / HTTP/1.1", "Content-Length: 12", "Transfer-Encoding: gzip, Chunked"], { type: "chunked" }],
    [["HTTP/1.1 200 OK"], { type: "until-close" }],
    [["HTTP/1.1 200 OK", "Transfer-Encoding: gzip"], { type: "until-close" }],
    [["HTTP/1.1 304 Not Modified", "Content-Length: 12"], { type: "length", bytes: 0 }],
    [["HTTP/1.1 100 Continue"], { type: "length", bytes: 0 }],
  ])("of %j", (lines, framing) => {
    expect(bodyFraming(head(...lines))).toEqual(framing);
  });

  it.each([
    [["POST / HTTP/1.1", "Content-Length: 1", "Content-Length: 2"]],
    [["POST / HTTP/1.1", "Content-Length: -1"]],
    [["POST / HTTP/1.1", "Content-Length: 99999999999999999999"]],
    [["POST / HTTP/1.1", "Transfer-Encoding: gzip"]],
  ])("refuses %j", (lines) => {
    expect(() => bodyFraming(head(...lines))).toThrow(WireError);
  });
});
