import type { Outline } from "../../model/protocol.js";
import { answerStep, commandKinds, frameTypes } from "./enums.js";
import { headerBytes } from "./splitter.js";

/** A kind of answer that another one follows: docs/protocols/solarman.md §8. */
const interimKind = 8;

/** A device's frame that the cloud acknowledges; types that nobody knows are acknowledged like the others: §2, §7. */
export function isReportType(type = 0): boolean {
  return (type & 0xf0) === 0x40 && type !== frameTypes.command;
}

/** What the cloud acknowledges with. */
export function isAcknowledgementType(type = 0): boolean {
  return (type & 0xf0) === 0x10 && type !== frameTypes.answer;
}

/** What a device answers a command with. */
export function isAnswerType(type = 0): boolean {
  return type === frameTypes.answer || type === frameTypes.interimAnswer;
}

/** Another answer to the same command follows. */
export function isInterimAnswer(type: number, kind: number): boolean {
  return type === frameTypes.interimAnswer || (type === frameTypes.answer && kind === interimKind);
}

/** Token of the acknowledgement of a report with this type and this byte 6, as its device counts. */
export function reportToken(type: number, deviceSequence: number): string {
  return `a:${type.toString(16)}:${deviceSequence}`;
}

/** Token of the answer to the command with this byte 5. */
export function commandToken(serverSequence: number): string {
  return `c:${serverSequence}`;
}

/** What a device's whole frame asks or answers. */
export function outlineOfDevice(frame: Uint8Array): Outline {
  const [type = 0, serverSequence = 0, deviceSequence = 0] = frame.subarray(4, 7);
  if (isReportType(type)) return { asks: reportToken(type, deviceSequence) };
  if (!isAnswerType(type)) return {};
  const isInterim = isInterimAnswer(type, frame[headerBytes] ?? 0);
  return { answers: commandToken(serverSequence), ...(isInterim ? { interim: true } : {}) };
}

/** What a whole frame for the device asks or answers; `origin`: what the device calls the frame that is acknowledged. */
export function outlineOfCloud(frame: Uint8Array, origin: number): Outline {
  const [type = 0, serverSequence = 0] = frame.subarray(4, 6);
  if (isAcknowledgementType(type)) return { answers: reportToken(type + answerStep, origin) };
  return type === frameTypes.command ? { asks: commandToken(serverSequence) } : {};
}

/** True for a command whose refusal has a known form. */
export function isModbusCommand(frame: Uint8Array): boolean {
  return frame[4] === frameTypes.command && frame[headerBytes] === commandKinds.modbus;
}
