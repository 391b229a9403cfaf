import { describe, expect, it } from "vitest";
import { encodeFrame, encodeHeartbeat, encodeHello, encodeWifiInfo } from "../../../src/protocols/solarman/encoder.js";
import { address, Dialogue, deviceId, liveHead, record, start, startS } from "./dialogue.js";

const hello = encodeHello(address, { ...liveHead, offsetS: 0 }, { signal_strength: 62, sensor_list: 0x5406 });

describe("a logger's records", () => {
  it("are measured at working time plus offset", () => {
    const decoded = new Dialogue().device(record());
    expect(decoded.readings[0]).toMatchObject({ measuredAt: start, live: true });
    expect(decoded.readings[0]?.values.measured_at).toBe("2026-06-21T10:00:00Z");
  });

  it("have no time while the logger was not told it, and then no day's energy either", () => {
    const [reading] = new Dialogue().device(record({ offsetS: 0 })).readings;
    expect(reading?.measuredAt).toBeUndefined();
    expect(reading?.values).toMatchObject({ measured_at: null, energy_total: 177.5 });
    for (const key of ["energy_today", "pv1_energy_today"]) expect(reading?.values).not.toHaveProperty(key);
  });

  it("are counted once when they are sent again, also in the next session and after a restart", () => {
    const dialogue = new Dialogue();
    expect(dialogue.device(record()).readings).toHaveLength(1);
    const again = dialogue.device(record({ totalS: liveHead.totalS + 11 }));
    expect(again).toMatchObject({ readings: [], anomalies: [], seen: [deviceId], role: "report" });
    dialogue.reconnect();
    expect(dialogue.device(record()).readings).toHaveLength(0);
    expect(new Dialogue(dialogue.facts).device(record({ stored: true })).readings).toHaveLength(0);
    expect(dialogue.device(record({ recordCounter: 1_423 })).readings).toHaveLength(1);
  });

  it("count anew after the logger's counter began anew", () => {
    const dialogue = new Dialogue();
    dialogue.device(record());
    expect(dialogue.device(record({}, { power: 501 })).readings).toHaveLength(1);
  });

  it("that are stored never count as live, and get their time from the live record before them", () => {
    const dialogue = new Dialogue();
    dialogue.device(record());
    const stored = { stored: true, offsetS: 0, recordCounter: 1_421, totalS: liveHead.totalS - 301 };
    const [reading] = dialogue.device(record(stored, { power: 400 })).readings;
    expect(reading).toMatchObject({ live: false, measuredAt: start - 301_000 });
    expect(reading?.values.measured_at).toBe("2026-06-21T09:54:59Z");
  });

  it("that are stored keep an unknown time where a night may lie between", () => {
    const dialogue = new Dialogue();
    dialogue.device(record());
    const stored = { stored: true, offsetS: 0, recordCounter: 1_300, totalS: liveHead.totalS - 40_000 };
    expect(dialogue.device(record(stored)).readings[0]).toMatchObject({ live: false, measuredAt: undefined });
  });

  it("find the live record's time after a restart too", () => {
    const first = new Dialogue();
    first.device(record());
    const stored = { stored: true, offsetS: 0, recordCounter: 1_421, totalS: liveHead.totalS - 301 };
    expect(new Dialogue(first.facts).device(record(stored)).readings[0]?.measuredAt).toBe(start - 301_000);
  });

  it("with a time that cannot be are reported, and their time is unknown", () => {
    const decoded = new Dialogue().device(record({ offsetS: 5 }));
    expect(decoded.anomalies.map((one) => one.kind)).toEqual(["implausible_time"]);
    expect(decoded.readings[0]?.measuredAt).toBeUndefined();
    expect(decoded.readings[0]?.values.power).toBe(500);
  });

  it("of another inverter are refused once and believed when the next one agrees", () => {
    const dialogue = new Dialogue();
    dialogue.device(record());
    const other = { inverter_serial: "2305107999" };
    const refused = dialogue.device(record({ recordCounter: 2 }, other));
    expect(refused.readings).toEqual([]);
    expect(refused.anomalies.map((one) => one.kind)).toEqual(["serial_changed"]);
    const believed = dialogue.device(record({ recordCounter: 3 }, other));
    expect(believed.readings).toHaveLength(1);
    expect(believed.devices[0]?.description.serialNumber).toBe("2305107999");
  });

  it("of a relay module beside a known inverter change nothing", () => {
    const dialogue = new Dialogue();
    dialogue.device(record());
    const relay = dialogue.device(record({ sensorType: 0x5413, recordCounter: 9 }));
    expect(relay).toMatchObject({ readings: [], devices: [], anomalies: [] });
  });

  it("D16: of a relay module alone are recognised without an anomaly", () => {
    const decoded = new Dialogue().device(record({ sensorType: 0x5413 }));
    expect(decoded.anomalies).toEqual([]);
    expect(decoded.label).toContain("Deye relay module (0x5413)");
    expect(decoded.readings[0]?.values).not.toHaveProperty("power");
  });
});

describe("a logger's hello", () => {
  it("D24: gives signal, firmware and address, but neither MAC nor SSID", () => {
    const told = { ip_address: "192.168.1.20", mac_address: "40:2a:8f:3f:a2:1c", logger_firmware: "MW3_16U" };
    const decoded = new Dialogue().device(encodeHello(address, liveHead, { ...told, signal_strength: 62 }));
    expect(decoded.readings[0]?.values).toMatchObject({
      signal_strength: 62,
      ip_address: "192.168.1.20",
      logger_firmware: "MW3_16U",
    });
    expect(JSON.stringify(decoded)).not.toContain("40:2a");
  });

  it("announces the device before the first record", () => {
    const [update] = new Dialogue().device(hello).devices;
    expect(update?.description).toMatchObject({ id: deviceId, name: "Deye inverter 3939932716" });
    expect(update?.description.entities.map((entity) => entity.key)).toContain("signal_strength");
  });

  it("is not needed: a heartbeat alone announces nothing, the first record does", () => {
    const dialogue = new Dialogue();
    expect(dialogue.device(encodeHeartbeat(address)).devices).toEqual([]);
    expect(dialogue.device(encodeWifiInfo(address, liveHead, 40)).devices).toEqual([]);
    expect(dialogue.device(record()).devices).toHaveLength(1);
  });

  it("leaves an impossible signal out", () => {
    const payload = Buffer.alloc(47);
    payload[0] = 1;
    payload[45] = 200;
    const dialogue = new Dialogue();
    dialogue.device(hello);
    const decoded = dialogue.device(encodeFrame(0x43, address, payload));
    expect(decoded.readings).toEqual([]);
    expect(decoded.anomalies.map((one) => one.kind)).toEqual(["implausible_value"]);
  });
});

describe("WiFi info", () => {
  it("D24: gives the signal, but not when it is a stored one", () => {
    const dialogue = new Dialogue();
    dialogue.device(hello);
    expect(dialogue.values(encodeWifiInfo(address, liveHead, 71))).toEqual({ signal_strength: 71 });
    const stored = Buffer.alloc(47);
    stored[0] = 0x81;
    stored[45] = 5;
    expect(dialogue.device(encodeFrame(0x43, address, stored)).readings).toEqual([]);
  });
});

it("keeps what it knows small and in JSON", () => {
  const dialogue = new Dialogue();
  for (let counter = 0; counter < 200; counter += 1) dialogue.device(record({ recordCounter: counter }));
  expect(JSON.stringify(dialogue.facts).length).toBeLessThan(4_000);
  expect(dialogue.facts).toMatchObject({ live: { offsetS: startS - liveHead.totalS, recordCounter: 199 } });
});
