import type { FieldSpan, Frame } from "../../model/protocol.js";
import { latin1 } from "../../wire/http1-head.js";
import { headBytesOf } from "./splitter.js";

const lineFeed = 0x0a;

/** Names the lines and the body of a whole HTTP message; what is in the body is not told. Never throws. */
export function layOutFrame(frame: Frame): readonly FieldSpan[] {
  const headEnd = frame.whole ? headBytesOf(frame) : 0;
  if (headEnd === 0) return [];
  const { bytes } = frame;
  const isRequest = frame.direction === "device-to-cloud";
  const spans: FieldSpan[] = [];
  for (let at = 0; at < headEnd; ) {
    const end = bytes.indexOf(lineFeed, at) + 1;
    const line = latin1(bytes, at, end).trimEnd();
    spans.push({ offset: at, length: end - at, ...describeLine(line, at === 0, isRequest) });
    at = end;
  }
  const bodyBytes = bytes.length - headEnd;
  return bodyBytes === 0 ? spans : [...spans, { offset: headEnd, length: bodyBytes, name: "body" }];
}

function describeLine(line: string, isFirst: boolean, isRequest: boolean): Pick<FieldSpan, "name" | "value"> {
  if (isFirst) return { name: isRequest ? "request_line" : "status_line", value: line };
  const colon = line.indexOf(":");
  if (line === "") return { name: "blank_line" };
  if (colon < 1) return { name: "line", value: line };
  return { name: line.slice(0, colon).trim().toLowerCase(), value: line.slice(colon + 1).trim() };
}
