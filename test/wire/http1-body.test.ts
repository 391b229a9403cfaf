import { describe, expect, it } from "vitest";
import { BodyScanner, findHttpMessage, parseHttpMessage } from "../../src/wire/http1-body.js";
import { WireError } from "../../src/wire/wire-error.js";

const chunked = "4\r\nWiki\r\n5;ext=1\r\npedia\r\n0\r\nTrailer: x\r\n\r\n";

describe("BodyScanner", () => {
  it("finds the end of a chunked body byte by byte, and its payload", () => {
    const payload: number[] = [];
    const scanner = new BodyScanner({ type: "chunked" }, (piece) => payload.push(...piece));
    const bytes = Buffer.from(`${chunked}behind`);
    let at = 0;
    while (!scanner.done) at = scanner.advance(bytes, at, at + 1);
    expect(at).toBe(chunked.length);
    expect(Buffer.from(payload).toString()).toBe("Wikipedia");
  });

  it("takes no more than the announced length", () => {
    const scanner = new BodyScanner({ type: "length", bytes: 3 });
    expect(scanner.advance(Buffer.from("abcdef"), 0, 2)).toBe(2);
    expect(scanner.advance(Buffer.from("abcdef"), 2, 6)).toBe(3);
    expect(scanner.done).toBe(true);
  });

  it.each(["x\r\n", "-1\r\n", "3\r\nabcd\r\n", "9".repeat(5000)])("says why the chunks in %j end", (text) => {
    const scanner = new BodyScanner({ type: "chunked" });
    const bytes = Buffer.from(text);
    expect(scanner.advance(bytes, 0, bytes.length)).toBeLessThanOrEqual(bytes.length);
    expect(scanner.fault).toMatch(/chunk/);
  });
});

describe("parseHttpMessage", () => {
  it("joins chunks", () => {
    const message = parseHttpMessage(Buffer.from(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}`));
    expect(Buffer.from(message.body).toString()).toBe("Wikipedia");
    expect(message.complete).toBe(true);
  });

  it("takes all that is there where the length is not told", () => {
    const message = parseHttpMessage(Buffer.from("HTTP/1.1 200 OK\r\n\r\nall of it"));
    expect(Buffer.from(message.body).toString()).toBe("all of it");
    expect(message.complete).toBe(true);
  });

  it("tells when the body is shorter than announced", () => {
    expect(parseHttpMessage(Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n")).complete).toBe(false);
  });

  it("refuses chunks that are none", () => {
    expect(() =>
      parseHttpMessage(Buffer.from("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello")),
    ).not.toThrow();
    expect(() =>
      parseHttpMessage(Buffer.from("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n")),
    ).toThrow(WireError);
  });
});

describe("findHttpMessage", () => {
  it("reads a message and finds none in anything else", () => {
    expect(findHttpMessage(Buffer.from("GET / HTTP/1.1\r\n\r\n"))?.start).toMatchObject({ type: "request" });
    for (const text of ["", "no message at all", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"]) {
      expect(findHttpMessage(Buffer.from(text))).toBeUndefined();
    }
  });
});
