import { expect, it } from "vitest";
import { createEnvoySplitter } from "../../../src/protocols/envoy/splitter.js";

it("cuts requests on the way to the cloud and responses on the way back", () => {
  const request = Buffer.from("POST /a HTTP/1.1\r\n\r\n");
  const response = Buffer.from("HTTP/1.1 204 No Content\r\n\r\n");
  const whole = (direction: Parameters<typeof createEnvoySplitter>[0], bytes: Buffer) =>
    createEnvoySplitter(direction)
      .push(bytes)
      .map((frame) => frame.whole);
  expect([whole("device-to-cloud", request), whole("cloud-to-device", response)]).toEqual([[true], [true]]);
  expect([whole("device-to-cloud", response), whole("cloud-to-device", request)].flat()).not.toContain(true);
});

it("E12: holds a message of 4 MiB at most, and a header of 64 KiB", () => {
  const splitter = createEnvoySplitter("device-to-cloud");
  splitter.push(Buffer.from("POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n"));
  const kinds = new Set<string | undefined>();
  for (let kib = 0; kib < 5 * 1024; kib += 64) {
    for (const { fault } of splitter.push(new Uint8Array(64 * 1024))) kinds.add(fault?.kind);
    expect(splitter.pendingBytes).toBeLessThanOrEqual(4 * 1024 * 1024);
  }
  expect(kinds).toContain("message_too_large");
  const endless = createEnvoySplitter("device-to-cloud").push(
    Buffer.from(`GET / HTTP/1.1\r\nX: ${"a".repeat(70_000)}`),
  );
  expect(endless[0]?.fault?.kind).toBe("header_too_long");
});
