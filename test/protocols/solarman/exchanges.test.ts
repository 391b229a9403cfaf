import { describe, expect, it } from "vitest";
import { encodeAnswer, encodeCommand, encodeFrame } from "../../../src/protocols/solarman/encoder.js";
import {
  isAcknowledgementType,
  isAnswerType,
  isModbusCommand,
  isReportType,
  outlineOfCloud,
  outlineOfDevice,
} from "../../../src/protocols/solarman/exchanges.js";
import { address, liveHead } from "./dialogue.js";

function ofType(type: number, payload = Uint8Array.of(1)): Uint8Array {
  return encodeFrame(type, address, payload);
}

const types = Array.from({ length: 256 }, (_, type) => type);

describe("types of frames", () => {
  it("4x call for an acknowledgement, known or not, but for the command", () => {
    expect(types.filter(isReportType)).toEqual(types.filter((type) => type >= 0x40 && type < 0x50 && type !== 0x45));
  });

  it("1x acknowledge, but for the answer", () => {
    expect(types.filter(isAcknowledgementType)).toEqual(
      types.filter((type) => type >= 0x10 && type < 0x20 && type !== 0x15),
    );
    expect(types.filter(isAnswerType)).toEqual([0x05, 0x15]);
  });
});

describe("exchanges", () => {
  it.each([0x41, 0x42, 0x43, 0x47, 0x48, 0x4f])("a report of type %i is answered by its acknowledgement", (type) => {
    const { asks } = outlineOfDevice(ofType(type));
    expect(asks).toBe(`a:${type.toString(16)}:2`);
    expect(outlineOfCloud(ofType(type - 0x30), 2)).toEqual({ answers: asks });
  });

  it("an acknowledgement answers the frame that the device knows by that number", () => {
    expect(outlineOfCloud(ofType(0x12), 9)).toEqual({ answers: "a:42:9" });
  });

  it("a command is answered by the frame with its byte 5", () => {
    const { asks } = outlineOfCloud(encodeCommand({ ...address, serverSequence: 77 }, 1, Buffer.from("AT+VER\r")), 2);
    expect(asks).toBe("c:77");
    const answer = encodeAnswer({ ...address, serverSequence: 77 }, liveHead, 1, Buffer.from("+ok"));
    expect(outlineOfDevice(answer)).toEqual({ answers: asks });
  });

  it("an answer may be followed by another one", () => {
    const interim = encodeAnswer(address, liveHead, 8, Buffer.from("wait"));
    expect(outlineOfDevice(interim)).toEqual({ answers: "c:1", interim: true });
    expect(outlineOfDevice(ofType(0x05))).toEqual({ answers: "c:1", interim: true });
  });

  it("other types ask and answer nothing", () => {
    for (const type of [0x02, 0x12, 0x45, 0x99]) expect(outlineOfDevice(ofType(type))).toEqual({});
    for (const type of [0x15, 0x42, 0x99]) expect(outlineOfCloud(ofType(type), 2)).toEqual({});
  });

  it("only a Modbus command is refused in a known form", () => {
    expect(isModbusCommand(encodeCommand(address, 2, new Uint8Array(8)))).toBe(true);
    expect(isModbusCommand(encodeCommand(address, 1, new Uint8Array(8)))).toBe(false);
    expect(isModbusCommand(encodeAnswer(address, liveHead, 2, new Uint8Array(8)))).toBe(false);
  });
});
