import { describe, expect, it } from "vitest";
import type { Frame } from "../../../src/model/protocol.js";
import { layOutFrame } from "../../../src/protocols/envoy/layout.js";
import { headBytesOf } from "../../../src/protocols/envoy/splitter.js";

function frame(text: string, direction: Frame["direction"] = "device-to-cloud"): Frame {
  return { direction, bytes: Buffer.from(text, "latin1"), whole: true };
}

describe("names beside the bytes of an HTTP message", () => {
  it("names the request line, each header and the body", () => {
    expect(
      layOutFrame(frame("POST /emu_reports/x HTTP/1.1\r\nHost: a.b\r\nodd\r\nContent-Length: 2\r\n\r\nhi")),
    ).toEqual([
      { offset: 0, length: 30, name: "request_line", value: "POST /emu_reports/x HTTP/1.1" },
      { offset: 30, length: 11, name: "host", value: "a.b" },
      { offset: 41, length: 5, name: "line", value: "odd" },
      { offset: 46, length: 19, name: "content-length", value: "2" },
      { offset: 65, length: 2, name: "blank_line" },
      { offset: 67, length: 2, name: "body" },
    ]);
  });

  it("names the status line of a response without a body", () => {
    const names = layOutFrame(frame("HTTP/1.1 204 No Content\n\n", "cloud-to-device")).map(({ name }) => name);
    expect(names).toEqual(["status_line", "blank_line"]);
  });

  it("names nothing of what is no message", () => {
    expect(layOutFrame(frame("POST / HTTP/1.1\r\n"))).toEqual([]);
    expect(layOutFrame({ ...frame("GET / HTTP/1.1\r\n\r\n"), whole: false })).toEqual([]);
  });

  it("counts the head up to the blank line, with it", () => {
    expect(headBytesOf(frame("GET / HTTP/1.1\r\nA: b\r\n\r\nbody"))).toBe(24);
    expect(headBytesOf(frame("GET / HTTP/1.1\r\n"))).toBe(0);
  });
});
