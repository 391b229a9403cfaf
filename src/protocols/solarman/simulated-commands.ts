import { type Address, encodeAnswer } from "./encoder.js";
import { commandKinds } from "./enums.js";
import type { Command, LoggerTimes } from "./messages.js";
import { encodeReadResponse, encodeWriteResponse } from "./modbus.js";

export interface SimulatedLogger {
  /** With the command's server sequence. */
  readonly address: Address;
  readonly times: LoggerTimes;
  /** Registers by number; a write changes them. */
  readonly registers: Map<number, number>;
  /** The command names this logger's serial number. */
  readonly isForUs: boolean;
}

const noAnswer = Uint8Array.of(5, 0);
const wrongSerial = Uint8Array.of(6, 0);
const ok = Uint8Array.from("+ok", (letter) => letter.charCodeAt(0));
const mostRegisters = 120;

/** Answers a command as a logger with a working inverter would: docs/protocols/solarman.md §8. */
export function answerCommand(command: Command, logger: SimulatedLogger): Uint8Array {
  const { address, times, isForUs } = logger;
  return encodeAnswer(address, times, command.kind, isForUs ? contentOf(command, logger) : wrongSerial);
}

function contentOf({ kind, modbus }: Command, { registers }: SimulatedLogger): Uint8Array {
  if (kind === commandKinds.at) return ok;
  if (modbus === undefined) return noAnswer;
  const { firstRegister = 0, registerCount = 0 } = modbus;
  if (modbus.registers !== undefined) {
    for (const [index, value] of modbus.registers.entries()) {
      if (registers.has(firstRegister + index)) registers.set(firstRegister + index, value);
    }
    return encodeWriteResponse(modbus);
  }
  if (registerCount > mostRegisters) return noAnswer;
  const read = Array.from({ length: registerCount }, (_, index) => registers.get(firstRegister + index) ?? 0);
  return encodeReadResponse(modbus, read);
}
