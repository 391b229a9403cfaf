import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CloudCommand } from "../../../src/model/command.js";
import { classify } from "../../../src/protocols/solarman/command-classes.js";
import { decodeMessage } from "../../../src/protocols/solarman/decoder.js";
import { encodeAcknowledgementFrame, encodeCommand, encodeFrame } from "../../../src/protocols/solarman/encoder.js";
import { encodeReadRequest, encodeWriteRequest } from "../../../src/protocols/solarman/modbus.js";
import { address, bytes, hex, startS } from "./dialogue.js";

function command(kind: number, content: Uint8Array | string): CloudCommand {
  return classify(decodeMessage(encodeCommand(address, kind, Buffer.from(content))));
}

function ofType(type: number, payload = new Uint8Array(20)): CloudCommand {
  return classify(decodeMessage(encodeFrame(type, address, payload)));
}

const acknowledgement = encodeAcknowledgementFrame(address, {
  ...{ of: 0x42, firstByte: 1, unixTimeS: startS, timezoneMinutes: 120 },
});

describe("what the cloud wants", () => {
  it("is an acknowledgement, however short", () => {
    expect(classify(decodeMessage(acknowledgement))).toEqual({ classes: ["ack"], keys: [] });
    expect(ofType(0x17, new Uint8Array(2))).toEqual({ classes: ["ack"], keys: [] });
  });

  it("is a question, which is not put into words", () => {
    for (const query of [command(2, encodeReadRequest(60, 53)), command(4, "xx"), command(1, "AT+VER\r")]) {
      expect(query).toEqual({ classes: ["query"], keys: [] });
    }
  });

  it("is to limit or switch the inverter", () => {
    expect(command(2, encodeWriteRequest(40, [80]))).toEqual({
      classes: ["power"],
      keys: ["active_power_limit"],
      text: "cloud asked for a Modbus write of register 40 = 80 (active power limit)",
    });
    expect(command(2, bytes("010600280050 09fe"))).toMatchObject({ classes: ["power"], keys: ["active_power_limit"] });
    expect(command(2, encodeWriteRequest(43, [2]))).toMatchObject({ classes: ["power"], keys: ["on_off"] });
  });

  it("is to set the clock, which is not put into words either", () => {
    expect(command(2, encodeWriteRequest(22, [0x1a06, 0x150a, 0]))).toEqual({ classes: ["time"], keys: [] });
  });

  it("is to change any other register", () => {
    expect(command(2, encodeWriteRequest(27, [2_750]))).toMatchObject({ classes: ["setting"], keys: [] });
  });

  it("has the classes of all registers that it writes", () => {
    const range = command(
      2,
      encodeWriteRequest(
        20,
        Array.from({ length: 24 }, () => 1),
      ),
    );
    expect(range).toMatchObject({ classes: ["power", "time", "setting"], keys: ["active_power_limit", "on_off"] });
    expect(command(2, encodeWriteRequest(39, [1, 2, 3]))).toMatchObject({ classes: ["power", "setting"] });
  });

  it("may be carried in an AT text", () => {
    const carry = (modbus: Uint8Array): CloudCommand => command(1, `AT+INVDATA=${modbus.length},${hex(modbus)}\r`);
    expect(carry(encodeReadRequest(3, 1))).toEqual({ classes: ["query"], keys: [] });
    expect(carry(encodeWriteRequest(40, [80]))).toMatchObject({ classes: ["power"], keys: ["active_power_limit"] });
    expect(command(1, "AT+INVDATA=8,00\r")).toMatchObject({ classes: ["unknown"] });
  });

  it("is all that the lines of an AT text want", () => {
    expect(command(1, "AT+NETP=TCP,CLIENT,10000,192.0.2.1\rAT+Z\rAT+Z\r")).toEqual({
      classes: ["server", "reboot"],
      keys: [],
      text: "cloud sent AT command AT+NETP=TCP,CLIENT,10000,192.0.2.1; AT+Z; AT+Z",
    });
  });

  it.each([
    ["a kind that is not decoded", command(5, "abc"), "cloud sent a command of kind 5, 3 bytes, not decoded"],
    ["Modbus that is none", command(2, "nonsense"), "cloud sent a Modbus command of 8 bytes without a valid frame"],
    ["another function", command(2, bytes("0105000100009c0a")), "cloud sent Modbus function 5"],
    ["an AT text without a text", command(1, "\r"), "cloud sent AT command without a text"],
    [
      "a command that is too short",
      ofType(0x45, new Uint8Array(3)),
      "cloud sent a frame of the type 0x45, not decoded",
    ],
    ["a type that no cloud sends", ofType(0x42), "cloud sent a frame of the type 0x42, not decoded"],
    ["an answer", ofType(0x15), "cloud sent a frame of the type 0x15, not decoded"],
    ["an unknown type", ofType(0x99), "cloud sent a frame of the type 0x99, not decoded"],
  ])("is unknown: %s", (_name, found, text) => {
    expect(found).toEqual({ classes: ["unknown"], keys: [], text });
  });

  it("has at least one class, each once, and a text wherever it changes something", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 60 }), (type, payload) => {
        const { classes, text } = ofType(type, payload);
        expect(classes.length).toBeGreaterThan(0);
        expect(new Set(classes).size).toBe(classes.length);
        expect(text === undefined).toBe(classes.every((one) => ["time", "ack", "query"].includes(one)));
      }),
    );
  });
});
