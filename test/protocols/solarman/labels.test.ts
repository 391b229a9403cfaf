import { describe, expect, it } from "vitest";
import { encodeAcknowledgement } from "../../../src/protocols/solarman/cloud.js";
import { decodeMessage } from "../../../src/protocols/solarman/decoder.js";
import {
  encodeCommand,
  encodeFrame,
  encodeHeartbeat,
  encodeHello,
  encodeReport,
  encodeWifiInfo,
} from "../../../src/protocols/solarman/encoder.js";
import { hex, labelMessage, nameSensor } from "../../../src/protocols/solarman/labels.js";
import { address, liveHead, record, start } from "./dialogue.js";

const hello = encodeHello(address, liveHead, { logger_firmware: "MW3_16U_5406_2.32-D1", signal_strength: 62 });

describe("labels", () => {
  it.each([
    [hello, "hello of MW3_16U_5406_2.32-D1, signal 62 %"],
    [record(), "live record 1422 of Deye micro-inverter (0x5408)"],
    [record({ stored: true, sensorType: 0x0504 }), "stored record 1422 of Solis (0x0504)"],
    [encodeWifiInfo(address, liveHead, 71), "WiFi info, signal 71 %"],
    [encodeReport(address, liveHead), "report, sub-type 5"],
    [encodeHeartbeat(address), "heartbeat"],
    [encodeAcknowledgement(hello, start, 120), "acknowledgement of hello, 2026-06-21T10:00:00Z, zone 120 min"],
    [encodeAcknowledgement(hello, start, 0x7fff), "acknowledgement of hello, 2026-06-21T10:00:00Z, no zone"],
    [encodeCommand(address, 1, Buffer.from("AT+Z\r")), "command: AT command AT+Z"],
    [encodeFrame(0x05, address, new Uint8Array(20)), "interim answer: 6 bytes of kind 0"],
    [encodeFrame(0x4e, address, new Uint8Array(20)), "unknown type 0x4e"],
    [encodeFrame(0x42, address, new Uint8Array(2)), "type 0x42 with 2 bytes"],
  ])("D15: %#", (frame, label) => {
    const words = labelMessage(decodeMessage(frame ?? new Uint8Array(0)));
    expect(words.replace(/^\[\d+\/\d+\] /, "")).toBe(label);
  });

  it("D16: name sensor types and makes, and say the number of others", () => {
    expect(nameSensor(0x5411)).toBe("Deye hybrid inverter (0x5411)");
    expect(nameSensor(0x5413)).toBe("Deye relay module (0x5413)");
    expect(nameSensor(0x1108)).toBe("sensor type 0x1108");
    expect(hex(7, 4)).toBe("0x0007");
  });
});
