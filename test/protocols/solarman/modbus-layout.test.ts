import { describe, expect, it } from "vitest";
import type { FieldSpan } from "../../../src/model/protocol.js";
import {
  encodeException,
  encodeReadRequest,
  encodeReadResponse,
  encodeWriteRequest,
  encodeWriteResponse,
  findRequest,
  findResponse,
  type ModbusFrame,
} from "../../../src/protocols/solarman/modbus.js";
import { requestSpans, responseSpans } from "../../../src/protocols/solarman/modbus-layout.js";
import { crc16Modbus } from "../../../src/wire/checksum.js";

function shown(spans: readonly FieldSpan[]): readonly string[] {
  return spans.map(({ offset, length, name, value }) => `${offset}+${length} ${name} ${value}`);
}

function request(bytes: Uint8Array): ModbusFrame {
  const found = findRequest(bytes);
  if (found === undefined) throw new Error("expected a request");
  return found;
}

function response(bytes: Uint8Array): readonly string[] {
  const found = findResponse(bytes);
  return found === undefined ? [] : shown(responseSpans(found, 100));
}

function withChecksum(...bytes: readonly number[]): Uint8Array {
  const checksum = crc16Modbus(Uint8Array.from(bytes));
  return Uint8Array.of(...bytes, checksum & 0xff, checksum >> 8);
}

const read = request(encodeReadRequest(40, 4));
const write = request(encodeWriteRequest(40, [80, 7]));

describe("names beside the bytes of Modbus", () => {
  it("names the parts of a read", () => {
    expect(shown(requestSpans(read, 26))).toEqual([
      "26+1 modbus_unit 1",
      "27+1 modbus_function 3 (read holding registers)",
      "28+2 modbus_first_register 40 (active power limit)",
      "30+2 modbus_register_count 4",
      "32+2 modbus_checksum right",
    ]);
  });

  it("names each register of a write", () => {
    expect(shown(requestSpans(write, 0)).slice(2)).toEqual([
      "2+2 modbus_first_register 40 (active power limit)",
      "4+2 modbus_register_count 2",
      "6+1 modbus_byte_count 4",
      "7+2 modbus_register 40 (active power limit) = 80",
      "9+2 modbus_register 41 = 7",
      "11+2 modbus_checksum right",
    ]);
    expect(shown(requestSpans(request(withChecksum(1, 6, 0, 43, 0, 2)), 0)).slice(2)).toEqual([
      "2+2 modbus_first_register 43 (on and off)",
      "4+2 modbus_register 43 (on and off) = 2",
      "6+2 modbus_checksum right",
    ]);
  });

  it("names what was read, without numbers that the frame does not tell", () => {
    expect(response(encodeReadResponse(read, [1, 258]))).toEqual([
      "100+1 modbus_unit 1",
      "101+1 modbus_function 3 (read holding registers)",
      "102+1 modbus_byte_count 4",
      "103+2 modbus_register 1",
      "105+2 modbus_register 258",
      "107+2 modbus_checksum right",
    ]);
  });

  it("names what was written and what was refused", () => {
    expect(response(encodeWriteResponse(write)).slice(2)).toEqual([
      "102+2 modbus_first_register 40 (active power limit)",
      "104+2 modbus_register_count 2",
      "106+2 modbus_checksum right",
    ]);
    expect(response(withChecksum(1, 6, 0, 43, 0, 2)).slice(3, 4)).toEqual([
      "104+2 modbus_register 43 (on and off) = 2",
    ]);
    expect(response(encodeException(write, 2))).toEqual([
      "100+1 modbus_unit 1",
      "101+1 modbus_function refused: 16 (write registers)",
      "102+1 modbus_exception 2 (illegal address)",
      "103+2 modbus_checksum right",
    ]);
  });
});
