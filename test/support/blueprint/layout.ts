import type { FieldSpan, Frame } from "../../../src/model/protocol.js";
import { decodeMessage } from "./decoder.js";
import { reportFields, reportPayloadBytes } from "./fields.js";
import { headerBytes, trailerBytes } from "./splitter.js";

const sizes = { u16be: 2, s16be: 2, u32be: 4 } as const;

/** Names the bytes of a whole frame. Never throws. */
export function layOutFrame({ bytes, whole }: Frame): readonly FieldSpan[] {
  const payloadEnd = bytes.length - trailerBytes;
  if (!whole || payloadEnd < headerBytes) return [];
  const message = decodeMessage(bytes);
  const spans: FieldSpan[] = [
    { offset: 0, length: 2, name: "start" },
    { offset: 2, length: 2, name: "payload_length", value: `${payloadEnd - headerBytes} bytes` },
    { offset: 4, length: 1, name: "type", value: message.type },
    { offset: 5, length: 1, name: "sequence", value: String(message.sequence) },
    { offset: 6, length: 4, name: "serial", value: String(message.serial) },
  ];
  if (message.type === "report" && payloadEnd >= headerBytes + reportPayloadBytes) {
    for (const { key, offset, type, unit } of reportFields) {
      const value = message.values[key];
      const text = value === undefined ? {} : { value: `${value} ${unit}` };
      spans.push({ offset: headerBytes + offset, length: sizes[type], name: key, ...text });
    }
  }
  return [...spans, { offset: payloadEnd, length: trailerBytes, name: "checksum" }];
}

/** Bytes before the payload; 0 for what is shorter. */
export function headBytesOf({ bytes }: Frame): number {
  return bytes.length < headerBytes ? 0 : headerBytes;
}
