import { Cursor } from "../../wire/cursor.js";
import { compileFieldTable, type FieldTable } from "../../wire/field-table.js";
import { answerStep, commandKinds, frameTypes } from "./enums.js";
import { isInterimAnswer } from "./exchanges.js";
import {
  acknowledgementFields,
  answerFields,
  dataHeaderFields,
  helloFields,
  reportFields,
  wifiInfoFields,
} from "./fields.js";
import type { Acknowledgement, Answer, Command, DataRecord, FrameHead, Message, MessageType } from "./messages.js";
import { findRequest, findResponse, type ModbusFrame } from "./modbus.js";
import { headerBytes, trailerBytes } from "./splitter.js";

/** By what they describe. */
export const messageTables = {
  hello: compileFieldTable(helloFields),
  wifi_info: compileFieldTable(wifiInfoFields),
  report: compileFieldTable(reportFields),
  dataHead: compileFieldTable(dataHeaderFields),
  acknowledgement: compileFieldTable(acknowledgementFields),
  answer: compileFieldTable(answerFields),
};

/** Payload bytes without which a message of this type tells nothing: docs/protocols/solarman.md §4 to §8. */
export const neededBytes = {
  hello: 19,
  data: 21,
  wifi_info: 13,
  report: 13,
  acknowledgement: 10,
  command: 15,
  answer: 14,
};
/** Where the content of commands and answers begins in their payloads: §8. */
export const commandContentAt = 15;
export const answerContentAt = 14;

/** The type byte of this variant of the WiFi info: another layout, without an SSID. */
const serialVariant = 0x04;

/** Decodes a whole frame as the splitter gives it out. Never throws. */
export function decodeMessage(frame: Uint8Array): Message {
  const head = decodeHead(frame);
  const payload = frame.subarray(headerBytes, frame.length - trailerBytes);
  const type = messageType(head.type);
  if (type === "heartbeat" || type === "unknown") return { type, head };
  const expectedBytes = neededBytes[type];
  if (payload.length < expectedBytes)
    return { type: "short", head, of: type, expectedBytes, foundBytes: payload.length };
  switch (type) {
    case "hello":
    case "report":
      return { type, head, ...messageTables[type].read(payload) };
    case "wifi_info":
      return { type, head, ...messageTables[type].read(wifiInfoPart(payload)) };
    case "data":
      return { type, head, record: decodeRecord(payload) };
    case "acknowledgement":
      return { type, head, acknowledgement: decodeAcknowledgement(head, payload) };
    case "command":
      return { type, head, command: decodeCommand(payload) };
    case "answer": {
      const answer = decodeAnswer(payload);
      return { type, head, answer, interim: isInterimAnswer(head.type, answer.kind) };
    }
  }
}

/** What of a WiFi info its field table describes. */
export function wifiInfoPart(payload: Uint8Array): Uint8Array {
  return payload[0] === serialVariant ? payload.subarray(0, 14) : payload;
}

function decodeHead(frame: Uint8Array): FrameHead {
  const cursor = new Cursor(frame, 4);
  return {
    type: cursor.u8(),
    serverSequence: cursor.u8(),
    deviceSequence: cursor.u8(),
    loggerSerial: cursor.u32le(),
  };
}

function messageType(type: number): MessageType {
  switch (type) {
    case frameTypes.hello:
      return "hello";
    case frameTypes.data:
    case frameTypes.dataLan:
      return "data";
    case frameTypes.wifiInfo:
      return "wifi_info";
    case frameTypes.heartbeat:
      return "heartbeat";
    case frameTypes.report:
      return "report";
    case frameTypes.command:
      return "command";
    case frameTypes.answer:
    case frameTypes.interimAnswer:
      return "answer";
    default:
      return (type & 0xf0) === 0x10 ? "acknowledgement" : "unknown";
  }
}

function decodeRecord(payload: Uint8Array): DataRecord {
  const number = numbersOf(messageTables.dataHead, payload);
  return {
    ...timesOf(number),
    stored: (number("frame_type") & 0x80) !== 0,
    sensorType: number("sensor_type"),
    dataStatus: number("data_status"),
    recordCounter: number("record_counter"),
    payload,
  };
}

function decodeAcknowledgement(head: FrameHead, payload: Uint8Array): Acknowledgement {
  const number = numbersOf(messageTables.acknowledgement, payload);
  const minutes = number("timezone_offset");
  return {
    of: head.type + answerStep,
    firstByte: number("frame_type"),
    status: number("status"),
    unixTimeS: number("unix_time"),
    timezoneMinutes: minutes >= -720 && minutes <= 840 ? minutes : undefined,
  };
}

function decodeCommand(payload: Uint8Array): Command {
  const cursor = new Cursor(payload);
  const kind = cursor.u8();
  const sensorType = cursor.u16le();
  const content = payload.subarray(commandContentAt);
  const modbus = kind === commandKinds.modbus ? findRequest(content) : undefined;
  return { kind, sensorType, content, ...part(modbus) };
}

function decodeAnswer(payload: Uint8Array): Answer {
  const number = numbersOf(messageTables.answer, payload);
  const kind = number("frame_type");
  const content = payload.subarray(answerContentAt);
  const answer = { ...timesOf(number), kind, status: number("status"), content };
  if (kind !== commandKinds.modbus) return answer;
  const [low = 0, high = 0] = content;
  return content.length === 2
    ? { ...answer, errorCode: low | (high << 8) }
    : { ...answer, ...part(findResponse(content)) };
}

function part(modbus: ModbusFrame | undefined): { readonly modbus?: ModbusFrame } {
  return modbus === undefined ? {} : { modbus };
}

function numbersOf(table: FieldTable, payload: Uint8Array): (key: string) => number {
  const { values } = table.read(payload);
  return (key) => Number(values[key]);
}

function timesOf(number: (key: string) => number): { totalS: number; powerOnS: number; offsetS: number } {
  return { totalS: number("total_working_time"), powerOnS: number("power_on_time"), offsetS: number("offset_time") };
}
