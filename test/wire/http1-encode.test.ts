import { expect, it } from "vitest";
import { parseHttpMessage } from "../../src/wire/http1-body.js";
import { encodeHttpMessage } from "../../src/wire/http1-encode.js";

it("puts lines, a blank line and the body behind each other", () => {
  const bytes = encodeHttpMessage(["POST / HTTP/1.1", "Content-Length: 2"], Uint8Array.of(1, 2));
  expect(Buffer.from(bytes).toString("latin1")).toBe("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n\u0001\u0002");
  expect([...parseHttpMessage(bytes).body]).toEqual([1, 2]);
});
