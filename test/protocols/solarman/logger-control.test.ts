import { describe, expect, it } from "vitest";
import type { WriteRequest } from "../../../src/model/command.js";
import type { DeviceId } from "../../../src/model/device.js";
import type { ControlLevel, Injection } from "../../../src/model/protocol.js";
import type { Value, Values } from "../../../src/model/value.js";
import { CloudNumbers } from "../../../src/protocols/solarman/cloud-numbers.js";
import { decodeMessage } from "../../../src/protocols/solarman/decoder.js";
import { encodeAnswer, encodeHeartbeat } from "../../../src/protocols/solarman/encoder.js";
import { LoggerControl } from "../../../src/protocols/solarman/logger-control.js";
import { encodeReadResponse, findRequest } from "../../../src/protocols/solarman/modbus.js";
import { address, deviceId, liveHead, serial } from "./dialogue.js";

function control(level: ControlLevel, numbers = new CloudNumbers()): LoggerControl {
  return new LoggerControl({ serial, level, numbers });
}

function request(key: string, value: Value): WriteRequest {
  return { device: deviceId as DeviceId, key, value };
}

function injectionOf(found: Injection | string): Injection {
  if (typeof found === "string") throw new Error(found);
  return found;
}

describe("what a logger may be told", () => {
  it("is nothing without control, questions with it, settings as an experiment", () => {
    const limit = request("active_power_limit", 80);
    expect(control("off").encode(request("modbus_read", "40"), true)).toBe("this relay has no control");
    expect(control("on").encode(limit, true)).toContain("control_experimental");
    expect(control("on").encode(request("modbus_read", "40"), false)).toMatchObject({ asks: "c:128" });
    expect(control("experimental").encode(limit, true)).toMatchObject({ asks: "c:128" });
  });

  it.each([
    ["a string inverter's limit", request("active_power_limit", 80), false, "only micro-inverters"],
    ["a limit beyond its range", request("active_power_limit", 121), true, "a whole number from 0 to 120 %"],
    ["a switch that is neither on nor off", request("on_off", "maybe"), true, "on or off"],
    ["what is no setting", request("power", 5), true, "power cannot be written"],
    ["a question for too many registers", request("modbus_read", "0 99"), true, "up to 60"],
  ])("is never %s", (_name, wanted, isMicroinverter, why) => {
    expect(control("experimental").encode(wanted, isMicroinverter)).toContain(why);
  });

  it("has a number that no command of the cloud can have, each a new one", () => {
    const numbers = new CloudNumbers();
    const own = control("on", numbers);
    numbers.noteCloud(encodeHeartbeat({ ...address, serverSequence: 250 }));
    const asks = Array.from({ length: 200 }, () => injectionOf(own.encode(request("modbus_read", "40"), true)).asks);
    const distances = asks.map((token) => (Number(token.slice(2)) - 250) & 0xff);
    expect(Math.min(...distances)).toBe(0x80);
    expect(Math.max(...distances)).toBe(0xbf);
    expect(new Set(asks.slice(0, 64)).size).toBe(64);
  });
});

describe("what the answer to an own question tells", () => {
  function ask(question: string, registers: readonly number[], answeredNumber?: number): Values {
    const own = control("on");
    const command = decodeMessage(injectionOf(own.encode(request("modbus_read", question), true)).frame);
    if (command.type !== "command") throw new Error("expected a command");
    own.noteOwn(command.head, command.command);
    const modbus = findRequest(command.command.content);
    if (modbus === undefined) throw new Error("expected a request");
    const serverSequence = answeredNumber ?? command.head.serverSequence;
    const frame = encodeAnswer({ ...address, serverSequence }, liveHead, 2, encodeReadResponse(modbus, registers));
    const answer = decodeMessage(frame);
    if (answer.type !== "answer") throw new Error("expected an answer");
    const told = own.takeAnswer(answer.head, answer.answer);
    expect(own.takeAnswer(answer.head, answer.answer)).toEqual({});
    return told;
  }

  it("are the settings among its registers, as a record would tell them", () => {
    expect(ask("40 4", [80, 0, 0, 2])).toEqual({ active_power_limit: 80, on_off: 2 });
    expect(ask("39 2", [1, 120])).toEqual({ active_power_limit: 120 });
    expect(ask("60", [80])).toEqual({});
  });

  it("is nothing where a register holds what cannot be, or fewer came than were asked for", () => {
    expect(ask("40", [1_000])).toEqual({});
    expect(ask("40 4", [80])).toEqual({});
  });

  it("is nothing of the answer to a question of the cloud", () => {
    expect(ask("40", [80], 5)).toEqual({});
  });
});
