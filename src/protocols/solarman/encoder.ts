import { sum8 } from "../../wire/checksum.js";
import { compileFieldTable, type FieldValues } from "../../wire/field-table.js";
import { answerStep, frameTypes } from "./enums.js";
import {
  acknowledgementFields,
  answerFields,
  dataHeaderFields,
  helloFields,
  microinverterFields,
  reportFields,
  wifiInfoFields,
} from "./fields.js";
import type { FrameHead, LoggerTimes } from "./messages.js";
import { controlByte, frameEnd, frameStart, headerBytes, trailerBytes } from "./splitter.js";

/** Who says it, and which frames it answers to: docs/protocols/solarman.md §2. Sequences are cut to one byte. */
export type Address = Omit<FrameHead, "type">;

const tables = {
  acknowledgement: compileFieldTable(acknowledgementFields),
  answer: compileFieldTable(answerFields),
  dataHead: compileFieldTable(dataHeaderFields),
  hello: compileFieldTable(helloFields),
  microinverter: compileFieldTable(microinverterFields),
  report: compileFieldTable(reportFields),
  wifiInfo: compileFieldTable(wifiInfoFields),
};

/** A whole frame around a payload of at most 65,535 bytes. */
export function encodeFrame(type: number, address: Address, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(headerBytes + payload.length + trailerBytes);
  const view = new DataView(frame.buffer);
  frame[0] = frameStart;
  view.setUint16(1, payload.length, true);
  frame[3] = controlByte;
  frame[4] = type;
  frame[5] = address.serverSequence & 0xff;
  frame[6] = address.deviceSequence & 0xff;
  view.setUint32(7, address.loggerSerial, true);
  frame.set(payload, headerBytes);
  frame[frame.length - 2] = sum8(frame, 1, frame.length - 2);
  frame[frame.length - 1] = frameEnd;
  return frame;
}

/** The variant of 130 bytes, as Deye loggers send it. `values`: keys of the hello's field table. */
export function encodeHello(address: Address, times: LoggerTimes, values: FieldValues): Uint8Array {
  const payload = new Uint8Array(130);
  payload.set([0x07, 0x00, 0xff], 86);
  payload[129] = 0xff;
  tables.hello.write(payload, { frame_type: 0x02, ...timeValues(times), ...values });
  return encodeFrame(frameTypes.hello, address, payload);
}

export interface RecordHead extends LoggerTimes {
  readonly stored: boolean;
  readonly sensorType: number;
  readonly recordCounter: number;
}

/** A micro-inverter's record of 330 bytes. `values`: keys of its field table; what is missing is zero. */
export function encodeMicroinverterRecord(address: Address, head: RecordHead, values: FieldValues): Uint8Array {
  const payload = new Uint8Array(330);
  tables.dataHead.write(payload, {
    ...timeValues(head),
    frame_type: head.stored ? 0x81 : 0x01,
    sensor_type: head.sensorType,
    data_status: 1,
    record_counter: head.recordCounter,
  });
  tables.microinverter.write(payload, values);
  // Bytes 284 to 287 repeat registers 34 and 35, which stand at 223 too.
  payload.copyWithin(284, 223, 227);
  return encodeFrame(frameTypes.data, address, payload);
}

export function encodeWifiInfo(address: Address, times: LoggerTimes, signalPercent: number): Uint8Array {
  const payload = new Uint8Array(47);
  payload[46] = 0x01;
  tables.wifiInfo.write(payload, { frame_type: 0x01, ...timeValues(times), sub_id: 0, signal_strength: signalPercent });
  return encodeFrame(frameTypes.wifiInfo, address, payload);
}

/** Ends the opening of a session. Sub-type 05 with a content that says nothing. */
export function encodeReport(address: Address, times: LoggerTimes): Uint8Array {
  const payload = new Uint8Array(60).fill(0xff, 16);
  const values = { frame_type: 0x01, ...timeValues(times), status: 1, sub_type: 0x05, content_length: 44 };
  tables.report.write(payload, values);
  return encodeFrame(frameTypes.report, address, payload);
}

export function encodeHeartbeat(address: Address): Uint8Array {
  return encodeFrame(frameTypes.heartbeat, address, Uint8Array.of(0));
}

export interface AcknowledgementValues {
  /** Type of the frame that is acknowledged, and its first payload byte. */
  readonly of: number;
  readonly firstByte: number;
  readonly unixTimeS: number;
  /** East of UTC. */
  readonly timezoneMinutes: number;
}

/** `address`: the sequences as they are to stand in the acknowledgement. */
export function encodeAcknowledgementFrame(address: Address, values: AcknowledgementValues): Uint8Array {
  const payload = new Uint8Array(10);
  tables.acknowledgement.write(payload, {
    frame_type: values.firstByte,
    status: 1,
    unix_time: values.unixTimeS,
    timezone_offset: values.timezoneMinutes,
  });
  return encodeFrame(values.of - answerStep, address, payload);
}

/** Cloud to device. `content`: AT text with its CR, or a Modbus frame with its checksum. */
export function encodeCommand(address: Address, kind: number, content: Uint8Array, sensorType = 0): Uint8Array {
  const payload = new Uint8Array(15 + content.length);
  payload[0] = kind;
  payload[1] = sensorType & 0xff;
  payload[2] = sensorType >> 8;
  payload.set(content, 15);
  return encodeFrame(frameTypes.command, address, payload);
}

/** `address.serverSequence`: that of the command. `content`: text, a Modbus frame, or an error code in two bytes. */
export function encodeAnswer(address: Address, times: LoggerTimes, kind: number, content: Uint8Array): Uint8Array {
  const payload = new Uint8Array(14 + content.length);
  tables.answer.write(payload, { frame_type: kind, status: 1, ...timeValues(times) });
  payload.set(content, 14);
  return encodeFrame(frameTypes.answer, address, payload);
}

function timeValues({ totalS, powerOnS, offsetS }: LoggerTimes): FieldValues {
  return { total_working_time: totalS, power_on_time: powerOnS, offset_time: offsetS };
}
