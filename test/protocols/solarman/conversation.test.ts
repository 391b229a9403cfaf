import { describe, expect, it } from "vitest";
import type { WriteRequest } from "../../../src/model/command.js";
import type { DeviceId } from "../../../src/model/device.js";
import type { ControlLevel } from "../../../src/model/protocol.js";
import { encodeAcknowledgement } from "../../../src/protocols/solarman/cloud.js";
import { decodeMessage } from "../../../src/protocols/solarman/decoder.js";
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
import {
  encodeReadRequest,
  encodeReadResponse,
  encodeWriteRequest,
  findRequest,
} from "../../../src/protocols/solarman/modbus.js";
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

function zoneOf(frame: Uint8Array | undefined): number | undefined {
  const message = decodeMessage(frame ?? new Uint8Array(13));
  return message.type === "acknowledgement" ? message.acknowledgement.timezoneMinutes : undefined;
}

function zoned(timezoneMinutes: number): Uint8Array {
  return encodeAcknowledgementFrame(address, { of: 0x42, firstByte: 1, unixTimeS: startS, timezoneMinutes });
}

describe("in the cloud's place", () => {
  it("each report gets its acknowledgement in a frame of its own, with the zone in force", () => {
    const dialogue = new Dialogue();
    for (const frame of [hello, record(), record({ stored: true }), encodeFrame(0x4f, address, Uint8Array.of(7))]) {
      dialogue.device(frame);
      const answers = dialogue.answer(frame);
      expect(answers).toHaveLength(1);
      expect(zoneOf(answers[0])).toBe(120);
      expect(answers[0]?.[11]).toBe(frame[11]);
      expect(dialogue.outline("device-to-cloud", frame).asks).toBe(
        dialogue.outline("cloud-to-device", answers[0] ?? frame, true).answers,
      );
    }
    expect(
      dialogue.conversation.answer?.({ direction: "device-to-cloud", bytes: hello, whole: true }, start, true),
    ).toMatchObject({ end: false });
  });

  it("what could not be decoded is acknowledged too", () => {
    const dialogue = new Dialogue();
    const short = encodeFrame(0x42, address, Uint8Array.of(1, 2));
    dialogue.device(short);
    expect(dialogue.answer(short)).toHaveLength(1);
  });

  it("answers get no answer, nor does what is not on disk", () => {
    const dialogue = new Dialogue();
    expect(dialogue.answer(encodeAnswer(address, liveHead, 1, Buffer.from("+ok")))).toEqual([]);
    expect(dialogue.answer(encodeFrame(0x05, address, new Uint8Array(20)))).toEqual([]);
    expect(dialogue.answer(acknowledgement)).toEqual([]);
    expect(dialogue.answer(record(), false)).toEqual([]);
  });

  it("a host without a set clock says nothing, and reports that once a session", () => {
    const dialogue = new Dialogue();
    dialogue.now = Date.UTC(2019, 0, 1);
    dialogue.device(hello);
    dialogue.device(record());
    expect(dialogue.answer(hello)).toEqual([]);
    expect(dialogue.anomalies.map((one) => one.kind)).toEqual(["clock_not_set"]);
  });

  it("the cloud's own zone is repeated where it was another one, also after a restart", () => {
    const dialogue = new Dialogue();
    dialogue.device(record());
    expect(dialogue.cloud(zoned(60)).devices).toHaveLength(1);
    expect(zoneOf(dialogue.answer(record())[0])).toBe(60);
    const later = new Dialogue(dialogue.facts);
    later.device(record({ recordCounter: 9 }));
    expect(zoneOf(later.answer(record())[0])).toBe(60);
    expect(later.cloud(zoned(120)).devices).toHaveLength(1);
    expect(zoneOf(later.answer(record())[0])).toBe(120);
  });

  it("the zone in force is told in the next season where the cloud told it in the last one", () => {
    const dialogue = new Dialogue();
    dialogue.device(record());
    expect(dialogue.cloud(zoned(120)).devices).toEqual([]);
    dialogue.offsetMinutes = 60;
    expect(zoneOf(dialogue.answer(record())[0])).toBe(60);
  });

  it("a value that is no zone changes nothing, nor does what Cloudtap said itself", () => {
    const dialogue = new Dialogue();
    dialogue.device(record());
    dialogue.cloud(zoned(0x7fff));
    dialogue.own(zoned(-300));
    expect(zoneOf(dialogue.answer(record())[0])).toBe(120);
  });
});

describe("a command that is not let through", () => {
  const write = encodeCommand({ ...address, serverSequence: 30 }, 2, encodeWriteRequest(40, [80]));

  it("is answered as by an inverter that is silent, with the logger's times and its next number", () => {
    const dialogue = new Dialogue();
    dialogue.device(record());
    dialogue.forward("device-to-cloud", record());
    const [refusal = new Uint8Array(13)] = dialogue.refuse(write);
    expect(decodeMessage(refusal)).toMatchObject({
      type: "answer",
      head: { serverSequence: 30, deviceSequence: 3, loggerSerial: address.loggerSerial },
      answer: { kind: 2, status: 1, errorCode: 5, totalS: liveHead.totalS, offsetS: liveHead.offsetS },
    });
    // The logger goes on with its own number 3, which the cloud must see as 4.
    const next = encodeHeartbeat({ ...address, deviceSequence: 3 });
    dialogue.device(next);
    expect(dialogue.forward("device-to-cloud", next).subarray(5, 7)).toEqual(Uint8Array.of(30, 4));
  });

  it("gets no answer where no form of one is known", () => {
    const dialogue = new Dialogue();
    dialogue.device(record());
    expect(dialogue.refuse(encodeCommand(address, 1, Buffer.from("AT+UPURL=http://x\r")))).toEqual([]);
    expect(dialogue.refuse(encodeCommand(address, 5, Buffer.from("xyz")))).toEqual([]);
    expect(dialogue.refuse(encodeCommand({ ...address, loggerSerial: 1 }, 2, encodeWriteRequest(40, [80])))).toEqual(
      [],
    );
  });
});

describe("what the cloud wants", () => {
  it("is the same before and after a frame is taken in, and is not asked of own frames", () => {
    const dialogue = new Dialogue();
    const frames = [
      acknowledgement,
      encodeCommand(address, 1, Buffer.from("AT+Z\r")),
      encodeFrame(0x99, address, hello),
    ];
    for (const frame of frames) {
      expect(dialogue.outline("cloud-to-device", frame).command).toEqual(dialogue.cloud(frame).command);
      expect(dialogue.outline("cloud-to-device", frame, true)).not.toHaveProperty("command");
      expect(dialogue.own(frame)).not.toHaveProperty("command");
    }
    expect(dialogue.decoded.map((one) => one.command?.classes)).toEqual([["ack"], ["reboot"], ["unknown"]]);
  });
});

describe("what Cloudtap itself wants of a logger", () => {
  const limit: WriteRequest = { device: deviceId as DeviceId, key: "active_power_limit", value: 80 };

  it("waits for a record or a heartbeat", () => {
    const dialogue = new Dialogue(undefined, "experimental");
    dialogue.device(hello);
    expect(dialogue.conversation.mayAsk).toBe(false);
    expect(dialogue.conversation.encode?.(limit, start)).toContain("has not reported");
    dialogue.device(encodeHeartbeat(address));
    expect(dialogue.conversation.mayAsk).toBe(true);
    expect(dialogue.conversation.encode?.(limit, start)).toContain("only micro-inverters");
    dialogue.device(record());
    expect(dialogue.conversation.encode?.(limit, start)).toMatchObject({ asks: "c:128" });
  });

  it("is refused for a logger that is not in this session", () => {
    const dialogue = new Dialogue(undefined, "experimental");
    dialogue.device(record());
    const other = { ...limit, device: "solarman_1" as DeviceId };
    expect(dialogue.conversation.encode?.(other, start)).toContain("has not reported");
  });

  it("shows in the state once it was read back, and not again as it was before", () => {
    const dialogue = new Dialogue(undefined, "experimental");
    dialogue.device(record());
    const injection = dialogue.conversation.encode?.({ ...limit, key: "modbus_read", value: "40" }, start);
    if (injection === undefined || typeof injection === "string") throw new Error("expected an injection");
    dialogue.own(injection.frame);
    const request = findRequest(encodeReadRequest(40, 1));
    if (request === undefined) throw new Error("expected a request");
    const answered = { ...address, serverSequence: injection.frame[5] ?? 0 };
    const answer = encodeAnswer(answered, liveHead, 2, encodeReadResponse(request, [80]));
    expect(dialogue.outline("device-to-cloud", answer).answers).toBe(injection.asks);
    const [reading] = dialogue.device(answer).readings;
    expect(reading).toMatchObject({ live: true, measuredAt: start, values: { active_power_limit: 80 } });
    expect(dialogue.values(record({ recordCounter: 2 }))).not.toHaveProperty("active_power_limit");
    expect(dialogue.values(record({ recordCounter: 3 }, { active_power_limit: 80 }))).toMatchObject({
      active_power_limit: 80,
    });
  });

  it("decides which entities can be written", () => {
    const platforms = (control: ControlLevel): readonly string[] => {
      const [update] = new Dialogue(undefined, control).device(record()).devices;
      const keys = ["active_power_limit", "on_off", "modbus_read"];
      return keys.map((key) => update?.description.entities.find((entity) => entity.key === key)?.platform ?? "none");
    };
    expect(platforms("off")).toEqual(["sensor", "sensor", "none"]);
    expect(platforms("on")).toEqual(["sensor", "sensor", "text"]);
    expect(platforms("experimental")).toEqual(["number", "switch", "text"]);
  });
});

describe("a cloud that is back in the middle of a session", () => {
  it("is greeted with the newest hello, counted from one, and its answer is known", () => {
    const dialogue = new Dialogue();
    expect(dialogue.conversation.greeting?.(start)).toBeUndefined();
    dialogue.device(hello);
    const greeting = dialogue.conversation.greeting?.(start);
    const frame = greeting?.frame ?? new Uint8Array(13);
    expect(decodeMessage(frame)).toMatchObject({ type: "hello", head: { serverSequence: 0, deviceSequence: 1 } });
    const welcome = encodeAcknowledgement(frame, start, 120) ?? frame;
    expect(dialogue.outline("cloud-to-device", welcome).answers).toBe(greeting?.token);
    const beat = encodeHeartbeat({ ...address, serverSequence: 200, deviceSequence: 90 });
    dialogue.device(beat);
    const sent = dialogue.forward("device-to-cloud", beat);
    expect(sent.subarray(5, 7)).toEqual(Uint8Array.of(1, 2));
    const answer = encodeAcknowledgement(sent, start, 120) ?? sent;
    expect(dialogue.outline("cloud-to-device", answer).answers).toBe(dialogue.outline("device-to-cloud", beat).asks);
    dialogue.cloud(answer);
    expect(dialogue.forward("cloud-to-device", answer)[6]).toBe(90);
  });

  it("gets frames of a logger that said nothing yet as they are", () => {
    expect(new Dialogue().forward("device-to-cloud", hello)).toBe(hello);
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
