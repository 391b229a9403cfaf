import { answerBit, frameTypes } from "./messages.js";
import { checksum, headerBytes, magic, trailerBytes } from "./splitter.js";

interface FrameHead {
  readonly type: number;
  readonly sequence: number;
  readonly serial: number;
}

/** One whole frame. `payload`: at most 1,024 bytes. */
export function encodeFrame(head: FrameHead, payload: Uint8Array): Buffer {
  const frame = Buffer.alloc(headerBytes + payload.length + trailerBytes);
  frame.set(magic, 0);
  frame.writeUInt16BE(payload.length, 2);
  frame.writeUInt8(head.type, 4);
  frame.writeUInt8(head.sequence & 0xff, 5);
  frame.writeUInt32BE(head.serial, 6);
  frame.set(payload, headerBytes);
  frame.writeUInt8(checksum(frame.subarray(0, -trailerBytes)), frame.length - trailerBytes);
  return frame;
}

export interface ReportValues {
  readonly powerW: number;
  readonly temperatureC: number;
  readonly energyTotalWh: number;
}

export function encodeReport(serial: number, sequence: number, values: ReportValues): Buffer {
  const payload = Buffer.alloc(8);
  payload.writeUInt16BE(values.powerW, 0);
  payload.writeInt16BE(Math.round(values.temperatureC * 10), 2);
  payload.writeUInt32BE(values.energyTotalWh, 4);
  return encodeFrame({ type: frameTypes.report, sequence, serial }, payload);
}

export function encodePulses(serial: number, sequence: number, energyWh: number): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(energyWh, 0);
  return encodeFrame({ type: frameTypes.pulses, sequence, serial }, payload);
}

/** Cloud to device. */
export function encodeInterval(serial: number, sequence: number, intervalS: number): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(intervalS, 0);
  return encodeFrame({ type: frameTypes.interval, sequence, serial }, payload);
}

export function encodeAnswer(serial: number, sequence: number, to: number): Buffer {
  return encodeFrame({ type: to | answerBit, sequence, serial }, new Uint8Array(0));
}
