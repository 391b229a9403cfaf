import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMessage } from "../../../src/protocols/solarman/decoder.js";
import { encodeAnswer, encodeFrame } from "../../../src/protocols/solarman/encoder.js";
import { microinverterFields } from "../../../src/protocols/solarman/fields.js";
import { isoTime } from "../../../src/protocols/solarman/iso-time.js";
import type { Answer, Command, LoggerTimes, Message } from "../../../src/protocols/solarman/messages.js";
import { decodeRecordValues } from "../../../src/protocols/solarman/record.js";
import { measuredAtS } from "../../../src/protocols/solarman/record-time.js";
import { createSolarmanSplitter } from "../../../src/protocols/solarman/splitter.js";
import { compileFieldTable } from "../../../src/wire/field-table.js";
import { describeWithCaptures } from "../../support/captures.js";
import { allCaptured } from "./captured.js";
import { address, bytes, hex, liveHead } from "./dialogue.js";

/** What a frame says, by the names that the recordings use. */
function spoken(message: Message): Readonly<Record<string, unknown>> {
  switch (message.type) {
    case "hello":
    case "wifi_info":
    case "report":
      return message.values;
    case "heartbeat":
      return { heartbeat_byte: 0 };
    case "acknowledgement": {
      const { firstByte, status, unixTimeS, timezoneMinutes } = message.acknowledgement;
      const time = { unix_time: unixTimeS, time_utc: isoTime(unixTimeS) };
      return { frame_type: firstByte, status, ...time, timezone_offset: timezoneMinutes };
    }
    case "data":
      return spokenRecord(message);
    case "command":
      return spokenCommand(message.command);
    case "answer":
      return spokenAnswer(message.answer);
    default:
      return {};
  }
}

function times(found: LoggerTimes): Readonly<Record<string, unknown>> {
  const at = measuredAtS(found);
  return {
    total_working_time: found.totalS,
    power_on_time: found.powerOnS,
    offset_time: found.offsetS,
    measured_at: typeof at === "number" ? isoTime(at) : null,
  };
}

const table = compileFieldTable(microinverterFields);

/** As the frame has it: what the guards of a reading leave out is still there. */
function spokenRecord({ record }: Message & { readonly type: "data" }): Readonly<Record<string, unknown>> {
  const { payload, sensorType, dataStatus, recordCounter, stored } = record;
  const isMicroinverter = sensorType === 0x5408;
  const decoded = isMicroinverter ? decodeRecordValues(record, "microinverter").values : {};
  return {
    ...times(record),
    ...(isMicroinverter ? table.read(payload).values : {}),
    ...decoded,
    frame_type: payload[0],
    sensor_type: `0x${sensorType.toString(16).padStart(4, "0")}`,
    data_status: dataStatus,
    record_counter: recordCounter,
    historic: stored,
  };
}

function spokenModbus({ modbus }: Command | Answer): Readonly<Record<string, unknown>> {
  if (modbus === undefined) return { modbus_crc_ok: false };
  const { unit, functionCode, firstRegister, registerCount, byteCount, registers } = modbus;
  return {
    modbus_crc_ok: true,
    unit,
    function: functionCode,
    first_register: firstRegister,
    register_count: registerCount,
    byte_count: byteCount,
    registers,
    text: Buffer.from((registers ?? []).flatMap((word) => [word >> 8, word & 0xff]))
      .toString("latin1")
      .replace(/\0+$/, ""),
  };
}

function spokenCommand(command: Command): Readonly<Record<string, unknown>> {
  const { kind, sensorType, content } = command;
  return { frame_type: kind, sensor_type: sensorType, modbus: hex(content), ...spokenModbus(command) };
}

function spokenAnswer(answer: Answer): Readonly<Record<string, unknown>> {
  const { kind, status, errorCode } = answer;
  const content = errorCode === undefined ? spokenModbus(answer) : { error_code: errorCode };
  return { ...times(answer), frame_type: kind, status, ...content };
}

describeWithCaptures("recorded Solarman frames", () => {
  const all = allCaptured().flatMap((capture) =>
    createSolarmanSplitter(capture.direction)
      .push(capture.bytes)
      .map((frame, index) => ({ name: `${capture.name} ${index + 1}`, frame, expected: capture.frames[index] })),
  );

  it.each(all)("D12: $name has the header that was verified", ({ frame, expected }) => {
    const { head } = decodeMessage(frame.bytes);
    expect({
      payload_length: frame.bytes.length - 13,
      type: `0x${head.type.toString(16).padStart(2, "0")}`,
      server_seq: head.serverSequence,
      device_seq: head.deviceSequence,
      logger_serial: head.loggerSerial,
      checksum: `0x${(frame.bytes.at(-2) ?? 0).toString(16).padStart(2, "0")}`,
    }).toEqual({ ...expected?.frame, type_name: undefined });
  });

  /**
   * Not in the frame itself: which request it answers, the registers that this request named, and what these registers
   * mean on other makes of inverters.
   */
  const fromElsewhere = ["request", "first_register"];
  const meanings = /^(energy|grid|battery|load)_/;

  it.each(all)(
    "D16 D17 D18 D19 D20 D21 D22 D23 D24: $name has the values that were verified",
    ({ frame, expected }) => {
      const message = decodeMessage(frame.bytes);
      const found = spoken(message);
      const answersModbus = message.type === "answer";
      const wanted = Object.entries(expected?.values ?? {}).filter(
        ([key]) => !answersModbus || !(fromElsewhere.includes(key) || meanings.test(key)),
      );
      expect(wanted.length).toBeGreaterThan(0);
      expect(Object.fromEntries(wanted.map(([key]) => [key, found[key]]))).toEqual(Object.fromEntries(wanted));
    },
  );
});

describe("decodeMessage", () => {
  it.each([
    [0x41, "hello"],
    [0x42, "data"],
    [0x02, "data"],
    [0x43, "wifi_info"],
    [0x47, "heartbeat"],
    [0x48, "report"],
    [0x45, "command"],
    [0x15, "answer"],
    [0x05, "answer"],
    [0x11, "acknowledgement"],
    [0x12, "acknowledgement"],
    [0x13, "acknowledgement"],
    [0x17, "acknowledgement"],
    [0x18, "acknowledgement"],
    [0x49, "unknown"],
    [0x99, "unknown"],
  ])("D15: names type %i %s", (type, name) => {
    expect(decodeMessage(encodeFrame(type, address, new Uint8Array(60))).type).toBe(name);
  });

  it("tells what a frame is that is too short for its type", () => {
    const message = decodeMessage(encodeFrame(0x42, address, new Uint8Array(20)));
    expect(message).toMatchObject({ type: "short", of: "data", expectedBytes: 21, foundBytes: 20 });
  });

  it("D24: reads signal and network of WiFi info, and nothing from the variant with a serial number", () => {
    const payload = Buffer.alloc(47);
    payload.write("home net", 15);
    payload[0] = 0x01;
    payload[45] = 71;
    const message = decodeMessage(encodeFrame(0x43, address, payload));
    expect(message).toMatchObject({ type: "wifi_info", values: { ssid: "home net", signal_strength: 71 } });
    payload[0] = 0x04;
    const variant = decodeMessage(encodeFrame(0x43, address, payload));
    expect(variant.type === "wifi_info" && Object.keys(variant.values)).not.toContain("ssid");
  });

  it("reads a time zone west of UTC, and none from the factory value", () => {
    const acknowledgement = (zone: string): unknown => {
      const message = decodeMessage(encodeFrame(0x17, address, bytes(`0001ab745668${zone}0000`)));
      return message.type === "acknowledgement" ? message.acknowledgement.timezoneMinutes : message.type;
    };
    expect(acknowledgement("d4fe")).toBe(-300);
    expect(acknowledgement("aaaa")).toBeUndefined();
    expect(acknowledgement("ff7f")).toBeUndefined();
  });

  it("reads AT text as it stands", () => {
    const message = decodeMessage(encodeAnswer(address, liveHead, 1, Buffer.from("+ok")));
    expect(message).toMatchObject({ type: "answer", answer: { kind: 1 } });
    expect(message.type === "answer" && Buffer.from(message.answer.content).toString()).toBe("+ok");
  });

  it("D12: gives back every header that was encoded, whatever the payload, and never throws", () => {
    const byte = fc.nat(255);
    fc.assert(
      fc.property(byte, byte, byte, fc.nat(0xffff_ffff), fc.uint8Array({ maxLength: 600 }), (...drawn) => {
        const [type, serverSequence, deviceSequence, loggerSerial, payload] = drawn;
        const head = { serverSequence, deviceSequence, loggerSerial };
        expect(decodeMessage(encodeFrame(type, head, payload)).head).toEqual({ type, ...head });
      }),
    );
  });
});
