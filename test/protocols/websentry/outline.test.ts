import { describe, expect, it } from "vitest";
import type { Frame } from "../../../src/model/protocol.js";
import {
  encodeAck,
  encodeFrame,
  encodeInit,
  encodeQuery,
  encodeResponse,
  encodeSet,
} from "../../../src/protocols/websentry/encoder.js";
import { commandOf, outlineFrame } from "../../../src/protocols/websentry/outline.js";

const up = (bytes: Uint8Array): Frame => ({ direction: "device-to-cloud", bytes, whole: true });
const down = (bytes: Uint8Array): Frame => ({ direction: "cloud-to-device", bytes, whole: true });
const outline = (frame: Frame) => outlineFrame(frame, "°F");
const turn = { asks: "turn", yields: true };

describe("who owes whom the next frame", () => {
  it("is the cloud after each message of the unit, though it owes no answer", () => {
    expect(outline(up(encodeInit([{ id: 0x0401, type: 0x0d, text: "00:90:c2:00:00:01" }])))).toEqual(turn);
    expect(outline(up(encodeResponse([{ id: 0x0600, type: 0x06, value: 62.9 }])))).toEqual({
      answers: "q:0x0600",
      ...turn,
    });
    expect(outline(up(encodeAck([0x2501, 0x1000])))).toEqual({ answers: "s:0x2501,0x1000", ...turn });
    expect(outline(up(encodeFrame(Uint8Array.of(8, 1))))).toEqual({ answers: "8", ...turn });
  });

  it("is the unit after each message of the cloud", () => {
    expect(outline(down(encodeQuery([0x0600, 0x0601])))).toEqual({
      answers: "turn",
      asks: "q:0x0600",
      command: { classes: ["query"], keys: [] },
    });
    expect(outline(down(encodeFrame(Uint8Array.of(8, 1))))).toMatchObject({
      asks: "8",
      command: { classes: ["query"] },
    });
    expect(outline(down(encodeSet([{ id: 0x2501, type: 0x03, value: 50 }])))).toEqual({
      answers: "turn",
      asks: "s:0x2501",
      command: { classes: ["setting"], text: "cloud set room humidity setpoint to 50 %", keys: ["humidity_setpoint"] },
    });
  });

  it("fits a reply that cannot be read to its end to its question", () => {
    const reply = encodeFrame(Uint8Array.of(2, 0x06, 0x00, 0x77, 1, 2, 3));
    expect(outline(up(reply)).answers).toBe("q:0x0600");
  });

  it("gives what Cloudtap says itself no command", () => {
    expect(outline({ ...down(encodeQuery([0x0600])), own: true })).toEqual({ answers: "turn", asks: "q:0x0600" });
  });

  it("leaves an unknown function code alone", () => {
    expect(outline(up(encodeFrame(Uint8Array.of(99))))).toEqual({});
    expect(outline(down(encodeFrame(Uint8Array.of(99))))).toEqual({ command: { classes: ["unknown"], keys: [] } });
  });
});

describe("what a Set wants", () => {
  it.each([
    [0x011a, 1, ["reboot"], "cloud asked for restart"],
    [0x0c01, 0, ["power"], "cloud set blower to Off"],
    [0x0286, 604, ["setting"], "cloud asked for clear fault 604"],
    [0xabcd, 7, ["setting"], "cloud set property 0xabcd to 7"],
  ])("%i = %i", (id, value, classes, text) => {
    expect(commandOf([{ id, type: 0x03, value }], "°F")).toMatchObject({ classes, text });
  });

  it("has the classes of all its items, and their keys", () => {
    const items = [
      { id: 0x2500, type: 0x03, value: 85 },
      { id: 0x011a, type: 0x03, value: 1 },
      { id: 0x2501, type: 0x03, value: 50 },
    ] as const;
    expect(commandOf(items, "°F")).toMatchObject({
      classes: ["setting", "reboot"],
      keys: ["room_temp_setpoint", "restart", "humidity_setpoint"],
    });
  });
});
