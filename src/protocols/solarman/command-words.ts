import { commandKinds, errorCodes, harmlessAtCommands, registerNames } from "./enums.js";
import type { Answer, Command } from "./messages.js";
import type { ModbusFrame } from "./modbus.js";

const longestText = 120;
const mostValues = 12;
const readFunctions: readonly number[] = [3, 4];
const writeFunctions: readonly number[] = [6, 16];

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

/**
 * What the cloud wants to be changed, in words; undefined for questions and for what no logger obeys:
 * docs/protocols/solarman.md §8.
 */
export function describeChange(command: Command): string | undefined {
  const { kind, content, modbus } = command;
  if (kind === commandKinds.at) return `cloud sent AT command ${atText(content)}`;
  if (kind === commandKinds.registerReads) return undefined;
  if (kind !== commandKinds.modbus) return `cloud sent a command of kind ${kind}, ${content.length} bytes, not decoded`;
  if (modbus === undefined || readFunctions.includes(modbus.functionCode)) return undefined;
  return writeFunctions.includes(modbus.functionCode)
    ? `cloud asked for a ${nameModbus(modbus)}`
    : `cloud sent ${nameModbus(modbus)}`;
}

/** How an answer turned out, for the log. What an AT command gives back can be a password, so it is not shown. */
export function nameAnswer(answer: Answer): string {
  const { kind, content, modbus, errorCode } = answer;
  if (errorCode !== undefined) return `error ${errorCode}, ${errorCodes[errorCode] ?? "not known"}`;
  if (kind === commandKinds.at) {
    const outcome = /^\+(ok|ERR)/i.exec(printable(content))?.[0];
    return `AT answer ${outcome ?? ""} of ${content.length} bytes`;
  }
  if (modbus === undefined) return `${content.length} bytes of kind ${kind}`;
  if (modbus.exceptionCode !== undefined) return `Modbus exception ${modbus.exceptionCode}`;
  return modbus.byteCount === undefined ? `done: ${nameModbus(modbus)}` : `${modbus.registers?.length ?? 0} registers`;
}

function nameModbus({ functionCode, firstRegister = 0, registerCount = 0, registers }: ModbusFrame): string {
  const last = firstRegister + registerCount - 1;
  const name = registerNames[firstRegister];
  const which = registerCount > 1 ? `registers ${firstRegister}-${last}` : `register ${firstRegister}`;
  if (readFunctions.includes(functionCode)) return `Modbus read of ${which}`;
  if (!writeFunctions.includes(functionCode)) return `Modbus function ${functionCode}`;
  const values = registers === undefined ? "" : ` = ${shortList(registers)}`;
  return `Modbus write of ${which}${values}${name === undefined ? "" : ` (${name})`}`;
}

function shortList(values: readonly number[]): string {
  const shown = values.slice(0, mostValues).join(", ");
  return values.length > mostValues ? `${shown}, …` : shown;
}

/** Parameters are shown only where they are known to hold no password. */
function atText(content: Uint8Array): string {
  const text = printable(content);
  const name = /^[^=]*/.exec(text)?.[0] ?? "";
  return harmlessAtCommands.includes(name) || name === text ? text : `${name}=…`;
}

function printable(content: Uint8Array): string {
  return Array.from(content.subarray(0, longestText), (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : " ",
  )
    .join("")
    .trim();
}
