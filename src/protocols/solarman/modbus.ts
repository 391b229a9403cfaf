import { crc16Modbus } from "../../wire/checksum.js";

/** A Modbus RTU frame whose checksum is right: docs/protocols/solarman.md §8. Registers are big endian. */
export interface ModbusFrame {
  readonly unit: number;
  readonly functionCode: number;
  readonly firstRegister?: number;
  readonly registerCount?: number;
  readonly byteCount?: number;
  /** Read or to be written. */
  readonly registers?: readonly number[];
  /** Of a refusal: function code with bit 7 set. */
  readonly exceptionCode?: number;
  /** Checksum included. */
  readonly bytes: Uint8Array;
}

const writeOne = 6;
const writeMany = 16;
/** Function codes. */
export const readFunctions: readonly number[] = [3, 4];
export const writeFunctions: readonly number[] = [writeOne, writeMany];

/** Finds the request in a command's content. Undefined: there is none with a right checksum. */
export function findRequest(content: Uint8Array): ModbusFrame | undefined {
  return find(content, (rtu) => (rtu[1] === writeMany ? 9 + (rtu[6] ?? 0) : 8), readRequest);
}

/** Finds the response in an answer's content. Some sticks put a stray FF before it, or zeros or a second checksum behind. */
export function findResponse(content: Uint8Array): ModbusFrame | undefined {
  return find(content, responseLength, readResponse);
}

function find(
  content: Uint8Array,
  lengthOf: (rtu: Uint8Array) => number,
  read: (rtu: Uint8Array) => ModbusFrame,
): ModbusFrame | undefined {
  for (const start of content[0] === 0xff ? [1, 0] : [0]) {
    const rest = content.subarray(start);
    const length = lengthOf(rest);
    if (rest.length < length) continue;
    const rtu = rest.subarray(0, length);
    const found = (rtu[length - 2] ?? 0) | ((rtu[length - 1] ?? 0) << 8);
    if (found === crc16Modbus(rtu, 0, length - 2)) return read(rtu);
  }
  return undefined;
}

function responseLength(rtu: Uint8Array): number {
  const code = rtu[1] ?? 0;
  if ((code & 0x80) !== 0) return 5;
  return readFunctions.includes(code) ? 5 + (rtu[2] ?? 0) : 8;
}

function readRequest(bytes: Uint8Array): ModbusFrame {
  const [unit = 0, functionCode = 0] = bytes;
  const frame = { unit, functionCode, firstRegister: u16(bytes, 2), bytes };
  if (functionCode === writeOne) return { ...frame, registerCount: 1, registers: [u16(bytes, 4)] };
  if (functionCode !== writeMany) return { ...frame, registerCount: u16(bytes, 4) };
  return { ...frame, registerCount: u16(bytes, 4), registers: registersOf(bytes.subarray(7, -2)) };
}

function readResponse(bytes: Uint8Array): ModbusFrame {
  const [unit = 0, functionCode = 0, third = 0] = bytes;
  if ((functionCode & 0x80) !== 0) return { unit, functionCode, exceptionCode: third, bytes };
  if (readFunctions.includes(functionCode)) {
    return { unit, functionCode, byteCount: third, registers: registersOf(bytes.subarray(3, -2)), bytes };
  }
  const frame = { unit, functionCode, firstRegister: u16(bytes, 2), bytes };
  return functionCode === writeOne
    ? { ...frame, registerCount: 1, registers: [u16(bytes, 4)] }
    : { ...frame, registerCount: u16(bytes, 4) };
}

export function encodeReadRequest(firstRegister: number, registerCount: number): Uint8Array {
  return withChecksum([1, 3, ...big(firstRegister), ...big(registerCount)]);
}

/** Function 16, which all known clients write with. */
export function encodeWriteRequest(firstRegister: number, registers: readonly number[]): Uint8Array {
  const head = [1, writeMany, ...big(firstRegister), ...big(registers.length), 2 * registers.length];
  return withChecksum([...head, ...registers.flatMap(big)]);
}

export function encodeReadResponse(request: ModbusFrame, registers: readonly number[]): Uint8Array {
  return withChecksum([request.unit, request.functionCode, 2 * registers.length, ...registers.flatMap(big)]);
}

/** The echo that says that a write was applied. */
export function encodeWriteResponse(request: ModbusFrame): Uint8Array {
  return withChecksum([...request.bytes.subarray(0, 6)]);
}

/** A refusal. `exceptionCode`: 2 illegal address, 3 illegal value. */
export function encodeException(request: ModbusFrame, exceptionCode: number): Uint8Array {
  return withChecksum([request.unit, request.functionCode | 0x80, exceptionCode]);
}

function withChecksum(bytes: readonly number[]): Uint8Array {
  const checksum = crc16Modbus(Uint8Array.from(bytes));
  return Uint8Array.from([...bytes, checksum & 0xff, checksum >> 8]);
}

function registersOf(bytes: Uint8Array): readonly number[] {
  return Array.from({ length: bytes.length >> 1 }, (_, index) => u16(bytes, 2 * index));
}

function big(value: number): readonly [number, number] {
  return [(value >> 8) & 0xff, value & 0xff];
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
