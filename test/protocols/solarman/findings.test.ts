import { describe, expect, it } from "vitest";
import { decodeMessage } from "../../../src/protocols/solarman/decoder.js";
import { encodeAnswer, encodeCommand, encodeFrame } from "../../../src/protocols/solarman/encoder.js";
import { FindingFilter, findingsOf, roleOf } from "../../../src/protocols/solarman/findings.js";
import { address, liveHead, record } from "./dialogue.js";

function findings(frame: Uint8Array): readonly string[] {
  const message = decodeMessage(frame);
  return findingsOf(message, roleOf(message, "device-to-cloud")).map(({ kind }) => kind);
}

describe("what is odd about a frame", () => {
  it("is nothing about a record, and nothing about an error code", () => {
    expect(findings(record())).toEqual([]);
    expect(findings(encodeAnswer(address, liveHead, 2, Uint8Array.of(5, 0)))).toEqual([]);
  });

  it("is its type, its length, its layout or its Modbus", () => {
    expect(findings(encodeFrame(0x49, address, Uint8Array.of(1)))).toEqual(["unknown_type"]);
    expect(findings(encodeFrame(0x42, address, new Uint8Array(3)))).toEqual(["short_message"]);
    expect(findings(record({ sensorType: 0x1234 }))).toEqual(["unknown_sensor_type"]);
    expect(findings(encodeAnswer(address, liveHead, 2, Buffer.from("nonsense")))).toEqual(["bad_modbus"]);
  });
});

it("gives a frame from the wrong side no role", () => {
  const command = decodeMessage(encodeCommand(address, 1, Buffer.from("AT+Z\r")));
  expect(roleOf(command, "cloud-to-device")).toBe("command");
  expect(roleOf(command, "device-to-cloud")).toBe("other");
  expect(roleOf(decodeMessage(record()), "cloud-to-device")).toBe("other");
});

it("reports some oddities once a session, others each time", () => {
  const filter = new FindingFilter();
  const news = (kind: "unknown_type" | "bad_modbus" | "too_many_loggers", detail: string): boolean =>
    filter.isNews({ kind, detail });
  expect([news("unknown_type", "49"), news("unknown_type", "49"), news("unknown_type", "4a")]).toEqual([
    ...[true, false, true],
  ]);
  expect([news("too_many_loggers", "a"), news("too_many_loggers", "b")]).toEqual([true, false]);
  expect([news("bad_modbus", "a"), news("bad_modbus", "a")]).toEqual([true, true]);
});

it("remembers no endless list of oddities", () => {
  const filter = new FindingFilter();
  const reported = Array.from({ length: 200 }, (_, type) => filter.isNews({ kind: "unknown_type", detail: `${type}` }));
  expect(reported.filter(Boolean)).toHaveLength(64);
});
