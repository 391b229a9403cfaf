import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMessage } from "../../../src/protocols/solarman/decoder.js";
import {
  encodeAcknowledgementFrame,
  encodeAnswer,
  encodeCommand,
  encodeFrame,
  encodeHeartbeat,
  encodeHello,
  encodeMicroinverterRecord,
  encodeReport,
  encodeWifiInfo,
} from "../../../src/protocols/solarman/encoder.js";
import { encodeReadRequest } from "../../../src/protocols/solarman/modbus.js";
import { createSolarmanSplitter } from "../../../src/protocols/solarman/splitter.js";
import { describeWithCaptures } from "../../support/captures.js";
import { captured } from "./captured.js";
import { address, hex, liveHead, noon, record } from "./dialogue.js";

describe("encoder", () => {
  it("D12: makes frames that the splitter takes for whole, whatever they hold", () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(1_000), fc.nat(0xffff_ffff), fc.uint8Array({ maxLength: 700 }), (...drawn) => {
        const [type, sequence, loggerSerial, payload] = drawn;
        const frame = encodeFrame(type, { serverSequence: sequence, deviceSequence: sequence, loggerSerial }, payload);
        expect(createSolarmanSplitter("device-to-cloud").push(frame)).toMatchObject([{ whole: true }]);
        expect(decodeMessage(frame).head).toEqual({
          ...{ type, loggerSerial, serverSequence: sequence & 0xff, deviceSequence: sequence & 0xff },
        });
      }),
    );
  });

  it("makes messages that decode to what was meant", () => {
    const values = { logger_firmware: "MW3_16U_5406_2.32-D1", ip_address: "192.168.1.20", sensor_list: 0x5406 };
    expect(decodeMessage(encodeHello(address, liveHead, values))).toMatchObject({ type: "hello", values });
    expect(decodeMessage(encodeWifiInfo(address, liveHead, 71))).toMatchObject({ values: { signal_strength: 71 } });
    expect(decodeMessage(encodeReport(address, liveHead))).toMatchObject({
      values: { sub_type: 5, content_length: 44 },
    });
    expect(decodeMessage(record({ stored: true }))).toMatchObject({ record: { stored: true, recordCounter: 1_422 } });
    expect(decodeMessage(encodeHeartbeat(address)).type).toBe("heartbeat");
    const acknowledgement = { of: 0x48, firstByte: 1, unixTimeS: 1_750_496_427, timezoneMinutes: -210 };
    expect(decodeMessage(encodeAcknowledgementFrame(address, acknowledgement))).toMatchObject({
      acknowledgement: { ...acknowledgement, status: 1 },
    });
    expect(decodeMessage(encodeAnswer(address, liveHead, 2, Uint8Array.of(6, 0)))).toMatchObject({
      answer: { errorCode: 6, totalS: liveHead.totalS, offsetS: liveHead.offsetS },
    });
  });

  it("refuses values that do not fit", () => {
    expect(() => encodeMicroinverterRecord(address, liveHead, { ...noon, power: -1 })).toThrow("power: -1");
  });
});

describeWithCaptures("encoder and recorded frames", () => {
  it("makes the recorded heartbeat, request and refusal byte for byte", () => {
    const heartbeat = { serverSequence: 0xf5, deviceSequence: 0x85, loggerSerial: 2_784_402_007 };
    expect(hex(encodeHeartbeat(heartbeat))).toBe(hex(captured("deye-heartbeat").bytes));
    const request = { serverSequence: 1, deviceSequence: 0, loggerSerial: 3_168_930_341 };
    expect(hex(encodeCommand(request, 2, encodeReadRequest(3, 6)))).toBe(
      hex(captured("deye-hybrid-modbus-request").bytes),
    );
    const times = { totalS: 11_523, powerOnS: 2_169, offsetS: 1_674_970_737 };
    const refusal = { serverSequence: 0, deviceSequence: 201, loggerSerial: 4_168_492_482 };
    expect(hex(encodeAnswer(refusal, times, 2, Uint8Array.of(6, 0)))).toBe(hex(captured("deye-micro-reject-6").bytes));
  });
});
