import { describe, expect, it } from "vitest";
import {
  encodeAcknowledgementFrame,
  encodeAnswer,
  encodeCommand,
  encodeFrame,
  encodeHeartbeat,
  encodeHello,
  encodeReport,
  encodeWifiInfo,
} from "../../../src/protocols/solarman/encoder.js";
import { solarman } from "../../../src/protocols/solarman/index.js";
import { encodeReadRequest, encodeWriteRequest } from "../../../src/protocols/solarman/modbus.js";
import { describeWithCaptures } from "../../support/captures.js";
import { allCaptured, captured } from "./captured.js";
import { address, Dialogue, deviceId, liveHead, record, start, startS } from "./dialogue.js";

const hello = encodeHello(address, liveHead, {
  ...{ logger_firmware: "MW3_16U_5406_2.32-D1", signal_strength: 62, heartbeat_period: 120, sensor_list: 0x5406 },
  ...{ ip_address: "192.168.1.20", mac_address: "40:2a:8f:3f:a2:1c", extended_version: "V1.1.00.0B" },
  ...{ upload_period: 5, acquisition_period: 60, max_devices: 1 },
});
const acknowledgement = encodeAcknowledgementFrame(address, {
  ...{ of: 0x42, firstByte: 1, unixTimeS: startS, timezoneMinutes: 120 },
});

describe("Solarman conversation", () => {
  it("D15: gives every type its role", () => {
    const dialogue = new Dialogue();
    const roles = [hello, record(), encodeWifiInfo(address, liveHead, 50), encodeHeartbeat(address)].map(
      (frame) => dialogue.device(frame).role,
    );
    expect(roles).toEqual(["report", "report", "report", "report"]);
    expect(dialogue.device(encodeReport(address, liveHead)).role).toBe("report");
    expect(dialogue.device(encodeAnswer(address, liveHead, 1, Buffer.from("+ok"))).role).toBe("command-result");
    expect(dialogue.cloud(acknowledgement).role).toBe("acknowledgement");
    expect(dialogue.cloud(encodeCommand(address, 1, Buffer.from("AT+Z\r"))).role).toBe("command");
    expect(dialogue.anomalies).toEqual([]);
  });

  it("sees the logger in each of its frames and in none of the cloud's", () => {
    const dialogue = new Dialogue();
    expect(dialogue.device(encodeHeartbeat(address)).seen).toEqual([deviceId]);
    expect(dialogue.cloud(acknowledgement).seen).toEqual([]);
  });

  it("D15: names an unknown type once a session and takes it for a report", () => {
    const dialogue = new Dialogue();
    const unknown = encodeFrame(0x49, address, Uint8Array.of(1));
    expect(dialogue.device(unknown)).toMatchObject({ role: "report", label: "[1/2] unknown type 0x49" });
    dialogue.device(unknown);
    dialogue.device(encodeFrame(0x4a, address, Uint8Array.of(1)));
    expect(dialogue.anomalies.map(({ kind, detail }) => `${kind}: ${detail}`)).toEqual([
      "unknown_type: found a frame of the type 0x49",
      "unknown_type: found a frame of the type 0x4a",
    ]);
  });

  it("takes a type that comes from the wrong side for an unknown one", () => {
    const dialogue = new Dialogue();
    dialogue.device(acknowledgement);
    dialogue.cloud(record());
    expect(dialogue.decoded.map((one) => one.role)).toEqual(["other", "other"]);
    expect(dialogue.decoded.flatMap((one) => one.readings)).toEqual([]);
    expect(dialogue.anomalies.map((one) => one.kind)).toEqual(["unknown_type", "unknown_type"]);
  });

  it("reports a frame that is too short for its type", () => {
    const dialogue = new Dialogue();
    expect(dialogue.device(encodeFrame(0x42, address, new Uint8Array(5)))).toMatchObject({ role: "report" });
    expect(dialogue.anomalies).toMatchObject([{ kind: "short_message", device: deviceId }]);
  });

  it("names what the cloud wants to be changed, and stays silent about questions", () => {
    const dialogue = new Dialogue();
    const command = (kind: number, content: Uint8Array): string | undefined =>
      dialogue.cloud(encodeCommand(address, kind, content)).command?.text;
    expect(command(1, Buffer.from("AT+TIME=1,60,120\r"))).toBe("cloud sent AT command AT+TIME=1,60,120");
    expect(command(2, encodeWriteRequest(40, [80]))).toBe(
      "cloud asked for a Modbus write of register 40 = 80 (active power limit)",
    );
    expect(command(2, encodeReadRequest(60, 53))).toBeUndefined();
    expect(dialogue.decoded.at(-1)?.label).toContain("Modbus read of registers 60-112");
    expect(dialogue.anomalies).toEqual([]);
  });

  it("reports a Modbus command or answer without a valid frame", () => {
    const dialogue = new Dialogue();
    dialogue.cloud(encodeCommand(address, 2, Buffer.from("0103003c003545ff", "hex")));
    dialogue.device(encodeAnswer(address, liveHead, 2, Buffer.from("010302", "hex")));
    dialogue.device(encodeAnswer(address, liveHead, 2, Uint8Array.of(5, 0)));
    expect(dialogue.anomalies.map((one) => one.kind)).toEqual(["bad_modbus", "bad_modbus"]);
  });

  it("never puts network name, hardware address or password into a label", () => {
    const dialogue = new Dialogue();
    const wifi = Buffer.alloc(47, 0);
    wifi.write("secret-net", 15);
    dialogue.device(hello);
    dialogue.device(encodeFrame(0x43, address, wifi));
    dialogue.cloud(encodeCommand(address, 1, Buffer.from("AT+WEBU=admin,hunter2\r")));
    dialogue.device(encodeAnswer(address, liveHead, 1, Buffer.from("+ok=secret-net,hunter2")));
    const told = JSON.stringify(dialogue.decoded);
    for (const secret of ["secret-net", "hunter2", "40:2a:8f"]) expect(told).not.toContain(secret);
    expect(dialogue.decoded[2]?.command?.text).toBe("cloud sent AT command AT+WEBU=…");
  });

  it("keeps several loggers of one connection apart, up to a limit", () => {
    const dialogue = new Dialogue();
    for (let loggerSerial = 1; loggerSerial <= 20; loggerSerial += 1) {
      dialogue.device(encodeHeartbeat({ ...address, loggerSerial }));
    }
    expect(dialogue.decoded.flatMap((one) => one.seen)).toHaveLength(16);
    expect(dialogue.anomalies.map((one) => one.kind)).toEqual(["too_many_loggers"]);
  });

  it("goes offline after three missed heartbeats, and lets ten silent minutes pass", () => {
    expect(solarman.defaults.intervalS * 3).toBe(360);
    expect(solarman.defaults.idleTimeoutS).toBeGreaterThan(600);
  });
});

describeWithCaptures("recorded Solarman traffic through the conversation", () => {
  it("D16 D17 D18 D19 D20 D21 D22 D23: the live record becomes a live reading with the verified values", () => {
    const { bytes, frames } = captured("deye-micro-data-live");
    const [reading] = new Dialogue().device(bytes).readings;
    expect(reading).toMatchObject({ device: deviceId, live: true, receivedAt: start });
    expect(reading?.measuredAt).toBe(Date.UTC(2024, 3, 8, 17, 14, 3));
    const header = ["frame_type", "offset_time", "data_status", "historic"];
    const wanted = Object.entries(frames[0]?.values ?? {}).filter(([key]) => !header.includes(key));
    expect(reading?.values).toMatchObject(Object.fromEntries(wanted));
    expect(reading?.values.efficiency).toBeNull();
    expect(reading?.values).not.toHaveProperty("pv3_voltage");
  });

  it("the stored record is a reading that is not live, without the day's energy and with an unknown time", () => {
    const dialogue = new Dialogue();
    dialogue.device(captured("deye-micro-data-live").bytes);
    const [reading] = dialogue.device(captured("deye-micro-data-historic-1").bytes).readings;
    expect(reading).toMatchObject({ live: false, measuredAt: undefined });
    expect(reading?.values).toMatchObject({ power: 185, energy_total: 180, measured_at: null, efficiency: 102.3 });
    expect(reading?.values).not.toHaveProperty("energy_today");
  });

  it("a record that is sent again is counted once", () => {
    const dialogue = new Dialogue();
    expect(dialogue.device(captured("solis-data-1").bytes).readings).toHaveLength(1);
    expect(dialogue.device(captured("solis-data-2").bytes).readings).toHaveLength(0);
  });

  it("D16: a foreign layout is named once and published with its header alone", () => {
    const dialogue = new Dialogue();
    const decoded = dialogue.device(captured("lsw5ble-data").bytes);
    expect(decoded.readings[0]?.values).toEqual({
      sensor_type: "0xdd01",
      total_working_time: 446_934,
      power_on_time: 2_116,
      record_counter: 900,
      measured_at: "2024-06-07T13:26:46Z",
    });
    expect(decoded.anomalies.map((one) => one.detail)).toEqual([
      "PVBLINK or another LSW5BLE stick (0xdd01) is relayed and not decoded",
    ]);
    expect(decoded.devices[0]?.description).toMatchObject({ name: "Solarman logger 3515969164" });
    expect(decoded.devices[0]?.description).not.toHaveProperty("manufacturer");
  });

  it.each(allCaptured().map((capture) => [capture.name, capture] as const))("%s makes a label", (_name, capture) => {
    const dialogue = new Dialogue();
    if (capture.direction === "device-to-cloud") dialogue.device(capture.bytes);
    else dialogue.cloud(capture.bytes);
    expect(dialogue.decoded.every((one) => /^\[\d+\/\d+\] \w/.test(one.label))).toBe(true);
  });
});
