import { readAtLines } from "./at-commands.js";
import { commandKinds, errorCodes, registerNames } from "./enums.js";
import type { Answer, Command } from "./messages.js";
import { type ModbusFrame, readFunctions, writeFunctions } from "./modbus.js";

const mostValues = 12;
const mostLines = 4;
/** `+ok=` and `+ERR=` begin within as many bytes. */
const outcomeBytes = 16;

/** What the cloud asked for, for the log. */
export function nameCommand(command: Command): string {
  const { kind, content, modbus } = command;
  if (kind === commandKinds.at) return `AT command ${atText(content)}`;
  if (modbus === undefined) {
    if (kind === commandKinds.registerReads) return "a batch of register reads";
    const what = kind === commandKinds.modbus ? "Modbus without a valid frame" : `kind ${kind}, not decoded`;
    return `command of ${content.length} bytes, ${what}`;
  }
  return nameModbus(modbus);
}

/** What the cloud wants done, in words: docs/protocols/solarman.md §8. */
export function describeCommand(command: Command): string {
  const { kind, content, modbus } = command;
  if (kind === commandKinds.at) return `cloud sent AT command ${atText(content)}`;
  if (kind !== commandKinds.modbus) return `cloud sent a command of kind ${kind}, ${content.length} bytes, not decoded`;
  if (modbus === undefined) return `cloud sent a Modbus command of ${content.length} bytes without a valid frame`;
  return writeFunctions.includes(modbus.functionCode)
    ? `cloud asked for a ${nameModbus(modbus)}`
    : `cloud sent ${nameModbus(modbus)}`;
}

/** How an answer turned out, for the log. What an AT command gives back can be a password, so it is not shown. */
export function nameAnswer(answer: Answer): string {
  const { kind, content, modbus, errorCode } = answer;
  if (errorCode !== undefined) return `error ${errorCode}, ${errorCodes[errorCode] ?? "not known"}`;
  if (kind === commandKinds.at) {
    const outcome = /^\s*(\+(?:ok|ERR))/i.exec(String.fromCharCode(...content.subarray(0, outcomeBytes)))?.[1];
    return `AT answer ${outcome ?? ""} of ${content.length} bytes`;
  }
  if (modbus === undefined) return `${content.length} bytes of kind ${kind}`;
  if (modbus.exceptionCode !== undefined) return `Modbus exception ${modbus.exceptionCode}`;
  return modbus.byteCount === undefined ? `done: ${nameModbus(modbus)}` : `${modbus.registers?.length ?? 0} registers`;
}

function nameModbus({ functionCode, firstRegister = 0, registerCount = 0, registers }: ModbusFrame): string {
  const last = firstRegister + registerCount - 1;
  const which = registerCount > 1 ? `registers ${firstRegister}-${last}` : `register ${firstRegister}`;
  if (readFunctions.includes(functionCode)) return `Modbus read of ${which}`;
  if (!writeFunctions.includes(functionCode)) return `Modbus function ${functionCode}`;
  const values = registers === undefined ? "" : ` = ${shortList(registers)}`;
  const names = namesIn(firstRegister, Math.max(firstRegister, last));
  return `Modbus write of ${which}${values}${names === "" ? "" : ` (${names})`}`;
}

function namesIn(first: number, last: number): string {
  const named = Object.entries(registerNames).filter(([register]) => {
    const number = Number(register);
    return number >= first && number <= last;
  });
  return [...new Set(named.map(([, name]) => name))].join(", ");
}

function shortList(values: readonly number[]): string {
  const shown = values.slice(0, mostValues).join(", ");
  return values.length > mostValues ? `${shown}, …` : shown;
}

function atText(content: Uint8Array): string {
  const texts = readAtLines(content).map(({ text }) => text);
  const shown = texts.slice(0, mostLines).join("; ");
  if (texts.length === 0) return "without a text";
  return texts.length > mostLines ? `${shown}; …` : shown;
}
