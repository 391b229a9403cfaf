import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../../src/model/time.js";
import { encodeAcknowledgement, encodeRefusal, isClockSet } from "../../../src/protocols/solarman/cloud.js";
import { decodeMessage } from "../../../src/protocols/solarman/decoder.js";
import { encodeCommand, encodeFrame, encodeHeartbeat } from "../../../src/protocols/solarman/encoder.js";
import { createSolarmanSplitter } from "../../../src/protocols/solarman/splitter.js";
import { describeWithCaptures } from "../../support/captures.js";
import { allCaptured, captured } from "./captured.js";
import { address, hex, liveHead, record, start } from "./dialogue.js";

function acknowledge(frame: Uint8Array, zone = 120): Uint8Array {
  return encodeAcknowledgement(frame, start, zone) ?? new Uint8Array(0);
}

describe("the acknowledgement", () => {
  it.each([0x41, 0x42, 0x43, 0x47, 0x48, 0x49, 0x4f])("D15: of type %i has the type less 0x30", (type) => {
    expect(acknowledgement(type)[4]).toBe(type - 0x30);
  });

  it.each([0x45, 0x15, 0x05, 0x12, 0x02, 0x99])("does not exist for type %i", (type) => {
    expect(encodeAcknowledgement(encodeFrame(type, address, Uint8Array.of(1)), start, 0)).toBeUndefined();
  });

  it("wraps the server's sequence and returns the device's", () => {
    const answer = acknowledge(encodeHeartbeat({ ...address, serverSequence: 255, deviceSequence: 255 }));
    expect([answer[5], answer[6]]).toEqual([0, 255]);
  });

  it("copies the first payload byte, so that a stored record is not sent again", () => {
    expect(acknowledge(record({ stored: true }))[11]).toBe(0x81);
    expect(acknowledge(encodeFrame(0x42, address, new Uint8Array(0)))[11]).toBe(0);
  });

  it("tells time and zone, west of UTC too", () => {
    const message = decodeMessage(acknowledge(record(), -300));
    expect(message).toMatchObject({ acknowledgement: { of: 0x42, unixTimeS: start / 1000, timezoneMinutes: -300 } });
  });

  it("is not made by a host without a set clock, whose time would reset the logger", () => {
    expect(encodeAcknowledgement(record(), Date.UTC(2019, 11, 31) as EpochMs, 0)).toBeUndefined();
  });

  function acknowledgement(type: number): Uint8Array {
    return acknowledge(encodeFrame(type, address, Uint8Array.of(1)));
  }
});

describe("the refusal of a command", () => {
  const command = encodeCommand({ ...address, serverSequence: 30 }, 2, Buffer.from("0110002800010200506fd4", "hex"));
  const refusal = decodeMessage(encodeRefusal(command, liveHead, 17));

  it("is an answer with error 5, as a logger gives it whose inverter is silent", () => {
    expect(refusal).toMatchObject({ type: "answer", answer: { kind: 2, status: 1, errorCode: 5 } });
  });

  it("has the command's number, the next one of the logger, and the logger's times", () => {
    const { totalS, powerOnS, offsetS } = liveHead;
    expect(refusal.head).toMatchObject({ serverSequence: 30, deviceSequence: 17, loggerSerial: address.loggerSerial });
    expect(refusal).toMatchObject({ answer: { totalS, powerOnS, offsetS } });
  });
});

it("takes a host's clock for set from 2020 on", () => {
  expect(isClockSet(Date.UTC(2019, 11, 31, 23) as EpochMs)).toBe(false);
  expect(isClockSet(Date.UTC(2020, 0, 1) as EpochMs)).toBe(true);
});

describeWithCaptures("acknowledgements of recorded frames", () => {
  it("the recorded reply is made byte for byte", () => {
    const time = 1_750_496_427_000 as EpochMs;
    const answer = encodeAcknowledgement(captured("deye-heartbeat").bytes, time, 120);
    expect(hex(answer ?? new Uint8Array(0))).toBe(captured("deye-heartbeat-reply").bytes.toString("hex"));
  });

  const all = allCaptured()
    .filter((capture) => capture.direction === "device-to-cloud")
    .flatMap((capture) =>
      createSolarmanSplitter("device-to-cloud")
        .push(capture.bytes)
        .map((frame, index) => ({ name: `${capture.name} ${index + 1}`, frame, reply: capture.frames[index]?.reply })),
    );

  it.each(all)("D15: $name gets the reply it calls for", ({ frame, reply }) => {
    const answer = encodeAcknowledgement(frame.bytes, start, 0);
    if (reply === undefined) {
      expect(answer).toBeUndefined();
      return;
    }
    const bytes = answer ?? new Uint8Array(0);
    expect({
      type: `0x${(bytes[4] ?? 0).toString(16)}`,
      server_seq: bytes[5],
      device_seq: bytes[6],
      payload_byte_0: bytes[11],
      payload_length: bytes.length - 13,
      total_length: bytes.length,
    }).toEqual(reply);
    expect(createSolarmanSplitter("cloud-to-device").push(bytes)).toMatchObject([{ whole: true }]);
  });
});
