import { Buffer } from "node:buffer";

/** A message in its wire form; `lines` are the start line and the headers as they shall stand. */
export function encodeHttpMessage(lines: readonly string[], body: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body]);
}
