import { type Address, encodeAnswer } from "./encoder.js";
import { commandKinds } from "./enums.js";
import type { Command, LoggerTimes } from "./messages.js";
import { encodeException, encodeReadResponse, encodeWriteResponse, type ModbusFrame } from "./modbus.js";

/** What becomes of Modbus writes: `refuse` answers with an exception, `ignore` not at all. */
export type WriteManners = "obey" | "refuse" | "ignore";

export interface SimulatedLogger {
  /** With the command's server sequence. */
  readonly address: Address;
  readonly times: LoggerTimes;
  /** Registers by number; a write changes them. */
  readonly registers: Map<number, number>;
  /** The command names this logger's serial number. */
  readonly isForUs: boolean;
  readonly writes: WriteManners;
}

const noAnswer = Uint8Array.of(5, 0);
const wrongSerial = Uint8Array.of(6, 0);
const ok = Uint8Array.from("+ok", (letter) => letter.charCodeAt(0));
const mostRegisters = 120;
const illegalAddress = 2;

/** Answers a command as a logger with a working inverter would: docs/protocols/solarman.md §8. Undefined: not at all. */
export function answerCommand(command: Command, logger: SimulatedLogger): Uint8Array | undefined {
  const { address, times, isForUs } = logger;
  const content = isForUs ? contentOf(command, logger) : wrongSerial;
  return content === undefined ? undefined : encodeAnswer(address, times, command.kind, content);
}

function contentOf({ kind, modbus }: Command, logger: SimulatedLogger): Uint8Array | undefined {
  if (kind === commandKinds.at) return ok;
  if (modbus === undefined) return noAnswer;
  const { firstRegister = 0, registerCount = 0 } = modbus;
  if (modbus.registers !== undefined) return write(modbus, firstRegister, modbus.registers, logger);
  if (registerCount > mostRegisters) return noAnswer;
  const read = Array.from({ length: registerCount }, (_, index) => logger.registers.get(firstRegister + index) ?? 0);
  return encodeReadResponse(modbus, read);
}

function write(
  modbus: ModbusFrame,
  first: number,
  values: readonly number[],
  { registers, writes }: SimulatedLogger,
): Uint8Array | undefined {
  if (writes === "ignore") return undefined;
  if (writes === "refuse") return encodeException(modbus, illegalAddress);
  for (const [index, value] of values.entries()) {
    if (registers.has(first + index)) registers.set(first + index, value);
  }
  return encodeWriteResponse(modbus);
}
