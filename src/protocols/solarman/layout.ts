import type { FieldSpan, Frame } from "../../model/protocol.js";
import { type FieldWords, fieldSpans, withUnit } from "../../wire/field-spans.js";
import { compileFieldTable } from "../../wire/field-table.js";
import { decodeMessage, messageTables, wifiInfoPart } from "./decoder.js";
import { commandKindNames, commandKinds, errorCodes, frameTypeNames, sensorTypes } from "./enums.js";
import { commandFields, frameHeadFields, frameTailFields } from "./fields.js";
import { isoTime } from "./iso-time.js";
import { hex, nameSensor } from "./labels.js";
import type { Answer, Command, DataRecord, Message } from "./messages.js";
import { labelled, requestSpans, responseSpans } from "./modbus-layout.js";
import { decodeRecordValues, inferredKeys, recordTables } from "./record.js";
import { headerBytes, trailerBytes } from "./splitter.js";

const frameHead = compileFieldTable(frameHeadFields);
const frameTail = compileFieldTable(frameTailFields);
const commandHead = compileFieldTable(commandFields);

const words: FieldWords = {
  start: () => "a5",
  payload_length: (value) => `${value} bytes`,
  control: () => "10",
  type: (value) => `${hex(Number(value), 2)} ${frameTypeNames[Number(value)] ?? "not known"}`,
  sensor_type: (value) => nameSensor(Number(value)),
  sensor_list: (value) => hex(Number(value), 4),
  unix_time: (value) => isoTime(Number(value)),
  timezone_offset: (value) => `${value} min`,
  checksum: (value) => hex(Number(value), 2),
  end: () => "15",
};
const recordWords: FieldWords = {
  ...words,
  frame_type: (value) => `${value} (${Number(value) & 0x80 ? "stored" : "live"})`,
};
const kindWords: FieldWords = { ...words, frame_type: (value) => labelled(Number(value), commandKindNames) };

/** Names the bytes of a whole frame: docs/protocols/solarman.md §2 to §8. Never throws. */
export function layOutFrame({ bytes, whole }: Frame): readonly FieldSpan[] {
  const payloadEnd = bytes.length - trailerBytes;
  if (!whole || payloadEnd < headerBytes) return [];
  return [
    ...fieldSpans(frameHead, bytes.subarray(0, headerBytes), 0, words),
    ...payloadSpans(decodeMessage(bytes), bytes.subarray(headerBytes, payloadEnd)),
    ...fieldSpans(frameTail, bytes.subarray(payloadEnd), payloadEnd, words),
  ];
}

function payloadSpans(message: Message, payload: Uint8Array): readonly FieldSpan[] {
  switch (message.type) {
    case "data":
      return recordSpans(message.record);
    case "wifi_info":
      return fieldSpans(messageTables.wifi_info, wifiInfoPart(payload), headerBytes, words);
    case "hello":
    case "report":
    case "acknowledgement":
      return fieldSpans(messageTables[message.type], payload, headerBytes, words);
    case "command":
      return [...fieldSpans(commandHead, payload, headerBytes, kindWords), ...commandSpans(message.command, payload)];
    case "answer":
      return [
        ...fieldSpans(messageTables.answer, payload, headerBytes, kindWords),
        ...answerSpans(message.answer, payload),
      ];
    case "heartbeat":
    case "unknown":
    case "short":
      return [];
  }
}

function recordSpans(record: DataRecord): readonly FieldSpan[] {
  const head = fieldSpans(messageTables.dataHead, record.payload, headerBytes, recordWords);
  const layout = sensorTypes[record.sensorType]?.layout;
  if (layout === undefined) return head;
  const { values } = decodeRecordValues(record, layout);
  if (values === undefined) return head;
  const units = new Map(recordTables[layout].find(record.payload).map(({ row }) => [row.key, row.unit]));
  const body = fieldSpans(recordTables[layout], record.payload, headerBytes, words)
    .filter(({ name }) => name in values || !inferredKeys.includes(name))
    .map((span) => {
      const value = values[span.name];
      // What a record as a whole tells of a value goes before what its field alone does.
      return typeof value === "number" ? { ...span, value: withUnit(value, units.get(span.name)) } : span;
    });
  return [...head, ...body];
}

function commandSpans({ kind, content, modbus }: Command, payload: Uint8Array): readonly FieldSpan[] {
  if (modbus !== undefined) return requestSpans(modbus, offsetIn(payload, modbus.bytes));
  return kind === commandKinds.at ? textSpans(content, offsetIn(payload, content)) : [];
}

function answerSpans({ kind, content, modbus, errorCode }: Answer, payload: Uint8Array): readonly FieldSpan[] {
  const at = offsetIn(payload, content);
  if (modbus !== undefined) return responseSpans(modbus, offsetIn(payload, modbus.bytes));
  if (errorCode !== undefined) {
    return [{ offset: at, length: 2, name: "error_code", value: labelled(errorCode, errorCodes) }];
  }
  return kind === commandKinds.at ? textSpans(content, at) : [];
}

function textSpans(content: Uint8Array, offset: number): readonly FieldSpan[] {
  if (content.length === 0) return [];
  const value = JSON.stringify(Buffer.from(content).toString("latin1"));
  return [{ offset, length: content.length, name: "at_text", value }];
}

/** Where in the frame a view of its payload begins. */
function offsetIn(payload: Uint8Array, view: Uint8Array): number {
  return headerBytes + view.byteOffset - payload.byteOffset;
}
