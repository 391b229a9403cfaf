import { describe, expect, it } from "vitest";
import type { FieldSpan, Frame } from "../../../src/model/protocol.js";
import {
  encodeAcknowledgementFrame,
  encodeAnswer,
  encodeCommand,
  encodeFrame,
  encodeHeartbeat,
  encodeHello,
  encodeMicroinverterRecord,
} from "../../../src/protocols/solarman/encoder.js";
import { layOutFrame } from "../../../src/protocols/solarman/layout.js";
import { encodeWriteRequest, encodeWriteResponse, findRequest } from "../../../src/protocols/solarman/modbus.js";
import { headBytesOf } from "../../../src/protocols/solarman/splitter.js";

const address = { serverSequence: 3, deviceSequence: 9, loggerSerial: 2_712_345_678 };
const times = { totalS: 1_000, powerOnS: 60, offsetS: 1_700_000_000 };
const head = { ...times, stored: true, sensorType: 0x5408, recordCounter: 7 };
const inverter = {
  ...{ inverter_serial: "2201234567", mppt_count: 2, phase_count: 1, rated_power: 800 },
  ...{ power: 412, grid_voltage: 230.1, temperature: 31.5, pv1_voltage: 33, pv1_current: 5.6 },
};

function frame(bytes: Uint8Array): Frame {
  return { direction: "device-to-cloud", bytes, whole: true };
}

function layOut(bytes: Uint8Array): readonly FieldSpan[] {
  return layOutFrame(frame(bytes));
}

function shown(bytes: Uint8Array): readonly string[] {
  return layOut(bytes).map(({ offset, length, name, value }) => `${offset}+${length} ${name} ${value}`);
}

function valueIn(bytes: Uint8Array, name: string): string | undefined {
  return layOut(bytes).find((span) => span.name === name)?.value;
}

describe("names beside the bytes of a Solarman frame", () => {
  it("names header, sequences, serial number, checksum and end of every frame", () => {
    expect(shown(encodeHeartbeat(address))).toEqual([
      "0+1 start a5",
      "1+2 payload_length 1 bytes",
      "3+1 control 10",
      "4+1 type 0x47 heartbeat",
      "5+1 server_sequence 3",
      "6+1 device_sequence 9",
      "7+4 logger_serial 2712345678",
      "12+1 checksum 0x1a",
      "13+1 end 15",
    ]);
  });

  it("names the fields of a record with their units", () => {
    const spans = shown(encodeMicroinverterRecord(address, head, inverter));
    expect(spans.slice(7, 11)).toEqual([
      "11+1 frame_type 129 (stored)",
      "12+2 sensor_type Deye micro-inverter (0x5408)",
      "14+4 total_working_time 1000 s",
      "18+4 power_on_time 60 s",
    ]);
    expect(spans).toContain("32+10 inverter_serial 2201234567");
    expect(spans).toContain("56+2 grid_voltage 230.1 V");
    expect(spans).toContain("70+4 power 412 W");
    expect(spans).toContain("74+2 temperature 31.5 °C");
    expect(spans.at(-2)).toMatch(/^341\+1 checksum 0x/);
  });

  it("shows an implausible value as such", () => {
    const record = encodeMicroinverterRecord(address, head, { ...inverter, grid_voltage: 999 });
    expect(valueIn(record, "grid_voltage")).toBe("999 V (implausible)");
  });

  it("names of a record only the head where its table is not known or does not fit", () => {
    const foreign = encodeMicroinverterRecord(address, { ...head, sensorType: 0x0501 }, inverter);
    expect(valueIn(foreign, "sensor_type")).toBe("Solis (0x0501)");
    expect(valueIn(foreign, "power")).toBeUndefined();
    const other = encodeMicroinverterRecord(address, head, { ...inverter, inverter_serial: "short" });
    expect(valueIn(other, "record_counter")).toBe("7");
    expect(valueIn(other, "power")).toBeUndefined();
  });

  it("names registers by their order only where the record repeats them", () => {
    const record = encodeMicroinverterRecord(address, head, { ...inverter, active_power_limit: 80, on_off: 1 });
    expect(valueIn(record, "active_power_limit")).toBe("80 %");
    const spoilt = Uint8Array.from(record);
    spoilt[11 + 284] = 0xee;
    expect(valueIn(spoilt, "active_power_limit")).toBeUndefined();
  });

  it("names the fields of a hello and of the cloud's acknowledgement", () => {
    const hello = encodeHello(address, times, { upload_period: 5, sensor_list: 0x5406, signal_strength: 78 });
    expect(valueIn(hello, "upload_period")).toBe("5 min");
    expect(valueIn(hello, "sensor_list")).toBe("0x5406");
    expect(valueIn(hello, "logger_firmware")).toBe("none");
    const acknowledgement = { of: 0x41, firstByte: 2, unixTimeS: 1_700_000_000, timezoneMinutes: 120 };
    expect(shown(encodeAcknowledgementFrame(address, acknowledgement)).slice(3, 12)).toEqual([
      "4+1 type 0x11 acknowledgement of hello",
      "5+1 server_sequence 3",
      "6+1 device_sequence 9",
      "7+4 logger_serial 2712345678",
      "11+1 frame_type 2",
      "12+1 status 1",
      "13+4 unix_time 2023-11-14T22:13:20Z",
      "17+2 timezone_offset 120 min",
      expect.stringContaining("checksum"),
    ]);
  });

  it("names the parts of commands and answers, behind a stray byte too", () => {
    const write = encodeWriteRequest(40, [80]);
    expect(shown(encodeCommand(address, 2, write)).slice(7, 10)).toEqual([
      "11+1 frame_type 2 (Modbus)",
      "12+2 sensor_type sensor type 0x0000",
      "26+1 modbus_unit 1",
    ]);
    const request = findRequest(write);
    const echo = request === undefined ? [] : encodeWriteResponse(request);
    expect(shown(encodeAnswer(address, times, 2, Uint8Array.of(0xff, ...echo, 0, 0)))).toContain(
      "28+2 modbus_first_register 40 (active power limit)",
    );
    expect(shown(encodeAnswer(address, times, 2, Uint8Array.of(5, 0)))).toContain(
      "25+2 error_code 5 (the inverter did not answer)",
    );
  });

  it("shows AT commands and what they give back as text", () => {
    const command = encodeCommand(address, 1, Buffer.from("AT+TIME=5,60,120\r"));
    expect(valueIn(command, "at_text")).toBe('"AT+TIME=5,60,120\\r"');
    expect(valueIn(encodeAnswer(address, times, 1, Buffer.from("+ok\r\n\r\n")), "at_text")).toBe('"+ok\\r\\n\\r\\n"');
  });

  it("names nothing that nobody understands", () => {
    const unknown = encodeFrame(0x7f, address, Uint8Array.of(1, 2, 3));
    expect(layOut(unknown).map(({ name }) => name)).not.toContain("frame_type");
    expect(valueIn(unknown, "type")).toBe("0x7f not known");
    expect(layOut(encodeFrame(0x41, address, Uint8Array.of(1))).length).toBe(9);
    expect(layOutFrame({ ...frame(encodeHeartbeat(address)), whole: false })).toEqual([]);
    expect(layOut(Uint8Array.of(0xa5, 1))).toEqual([]);
  });

  it("tells how many bytes stand before the payload", () => {
    expect(headBytesOf(frame(encodeHeartbeat(address)))).toBe(11);
    expect(headBytesOf(frame(Uint8Array.of(0xa5, 1)))).toBe(0);
  });
});
