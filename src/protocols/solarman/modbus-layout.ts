import type { FieldSpan } from "../../model/protocol.js";
import { modbusExceptions, modbusFunctions, registerNames } from "./enums.js";
import { type ModbusFrame, readFunctions } from "./modbus.js";

const writeOne = 6;
const writeMany = 16;

/** Names the bytes of a request that stands at `at` in its frame: docs/protocols/solarman.md §8. */
export function requestSpans(modbus: ModbusFrame, at: number): readonly FieldSpan[] {
  const isWriteMany = modbus.functionCode === writeMany;
  const spans = [
    ...startSpans(modbus, at),
    span(at + 2, 2, "modbus_first_register", nameRegister(modbus.firstRegister)),
  ];
  if (modbus.functionCode === writeOne) spans.push(...registerSpans(modbus, at + 4));
  else spans.push(span(at + 4, 2, "modbus_register_count", String(modbus.registerCount ?? 0)));
  if (isWriteMany) {
    spans.push(span(at + 6, 1, "modbus_byte_count", String(modbus.bytes[6] ?? 0)), ...registerSpans(modbus, at + 7));
  }
  return [...spans, checksumSpan(modbus, at)];
}

/** The same of a response. */
export function responseSpans(modbus: ModbusFrame, at: number): readonly FieldSpan[] {
  const { exceptionCode, byteCount } = modbus;
  const spans = [...startSpans(modbus, at)];
  if (exceptionCode !== undefined) {
    spans.push(span(at + 2, 1, "modbus_exception", labelled(exceptionCode, modbusExceptions)));
  } else if (byteCount !== undefined) {
    spans.push(span(at + 2, 1, "modbus_byte_count", String(byteCount)), ...registerSpans(modbus, at + 3));
  } else {
    spans.push(span(at + 2, 2, "modbus_first_register", nameRegister(modbus.firstRegister)));
    if (modbus.functionCode === writeOne) spans.push(...registerSpans(modbus, at + 4));
    else spans.push(span(at + 4, 2, "modbus_register_count", String(modbus.registerCount ?? 0)));
  }
  return [...spans, checksumSpan(modbus, at)];
}

function startSpans({ unit, functionCode }: ModbusFrame, at: number): readonly FieldSpan[] {
  const isException = (functionCode & 0x80) !== 0;
  const name = labelled(functionCode & 0x7f, modbusFunctions);
  return [
    span(at, 1, "modbus_unit", String(unit)),
    span(at + 1, 1, "modbus_function", isException ? `refused: ${name}` : name),
  ];
}

/** The numbers of registers are known only where the frame itself tells them. */
function registerSpans({ firstRegister, functionCode, registers = [] }: ModbusFrame, at: number): readonly FieldSpan[] {
  return registers.map((value, index) => {
    const isNumbered = firstRegister !== undefined && !readFunctions.includes(functionCode);
    const which = isNumbered ? `${nameRegister(firstRegister + index)} = ` : "";
    return span(at + 2 * index, 2, "modbus_register", `${which}${value}`);
  });
}

function checksumSpan({ bytes }: ModbusFrame, at: number): FieldSpan {
  return span(at + bytes.length - 2, 2, "modbus_checksum", "right");
}

function nameRegister(register = 0): string {
  return labelled(register, registerNames);
}

/** `40 (active power limit)`. */
export function labelled(value: number, labels: Readonly<Record<number, string>>): string {
  const label = labels[value];
  return label === undefined ? String(value) : `${value} (${label})`;
}

function span(offset: number, length: number, name: string, value: string): FieldSpan {
  return { offset, length, name, value };
}
