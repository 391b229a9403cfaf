import type { DeviceId, DeviceUpdate } from "../../model/device.js";
import type { ControlLevel, RememberedDevice } from "../../model/protocol.js";
import type { Reading } from "../../model/reading.js";
import type { EpochMs } from "../../model/time.js";
import type { Value, Values } from "../../model/value.js";
import { crc16Modbus } from "../../wire/checksum.js";
import { describeLogger, loggerId } from "./description.js";
import { type Layout, sensorTypes } from "./enums.js";
import { isoTime } from "./iso-time.js";
import { hex, nameSensor } from "./labels.js";
import { LoggerNotes } from "./logger-notes.js";
import type { DataRecord, LoggerTimes, Message } from "./messages.js";
import { decodeRecordValues, type Finding, type RecordValues } from "./record.js";
import { measuredAtS, storedAtS } from "./record-time.js";
import { SettingsHold } from "./settings-hold.js";

export interface Told {
  readonly readings: readonly Reading[];
  readonly findings: readonly Finding[];
  /** The device's description or notes may be others now. */
  readonly announce: boolean;
}

const nothing: Told = { readings: [], findings: [], announce: false };

/** State keys that a hello gives. MAC and SSID are personal and go nowhere. */
const helloKeys = [
  "signal_strength",
  "logger_firmware",
  "extended_version",
  "ip_address",
  "upload_period",
  "acquisition_period",
  "heartbeat_period",
];

/** Where the record's content begins: before it stand times, which differ in a copy. */
const contentAt = 21;

/** What one logger says in one session, on top of what is known from earlier ones. */
export class LoggerSession {
  readonly device: DeviceId;
  readonly #serial: number;
  readonly #control: ControlLevel;
  readonly #notes: LoggerNotes;
  readonly #hold = new SettingsHold();
  #times: LoggerTimes = { totalS: 0, powerOnS: 0, offsetS: 0 };
  #hasReported = false;

  constructor(serial: number, remembered: RememberedDevice | undefined, control: ControlLevel) {
    this.#serial = serial;
    this.#control = control;
    this.device = loggerId(serial);
    this.#notes = new LoggerNotes(remembered?.facts);
  }

  /** Of the newest frame that told them; all 0 before. */
  get times(): LoggerTimes {
    return this.#times;
  }

  /** A record or a heartbeat came in this session: it takes commands now. */
  get hasReported(): boolean {
    return this.#hasReported;
  }

  get isMicroinverter(): boolean {
    return sensorTypes[this.#notes.sensorType ?? -1]?.layout === "microinverter";
  }

  describe(): DeviceUpdate {
    const description = describeLogger(this.#serial, this.#notes, this.#control);
    return { description, facts: this.#notes.toFacts() };
  }

  /** The zone for an answer in the cloud's place: the cloud's own, unless that was the one in force here. */
  zoneMinutes(inForce: number): number {
    return this.#notes.cloudZone ?? inForce;
  }

  /** The cloud told a zone. True: what is known of the logger changed, and may be announced. */
  noteCloudZone(minutes: number, inForce: number): boolean {
    const zone = minutes === inForce ? undefined : minutes;
    const isNews = zone !== this.#notes.cloudZone;
    this.#notes.cloudZone = zone;
    return isNews && this.#notes.isKnown;
  }

  /** Settings that were read from their registers just now. */
  takeSettings(settings: Values, now: EpochMs): Told {
    if (!this.isMicroinverter || Object.keys(settings).length === 0) return nothing;
    this.#hold.note(settings, now);
    this.#notes.noteKeys(Object.keys(settings));
    const reading = { device: this.device, measuredAt: now, receivedAt: now, live: true, values: settings };
    return { readings: [reading], findings: [], announce: true };
  }

  receive(message: Message, now: EpochMs): Told {
    this.#noteTimes(message);
    if (message.type === "data" || message.type === "heartbeat") this.#hasReported = true;
    switch (message.type) {
      case "hello":
        return this.#takeHello(message, now);
      case "wifi_info":
        return this.#takeWifiInfo(message, now);
      case "data":
        return this.#takeRecord(message.record, now);
      default:
        return nothing;
    }
  }

  /** Stored records tell those of another time. */
  #noteTimes(message: Message): void {
    if (message.type === "data" && !message.record.stored) this.#times = timesOf(message.record);
    else if (message.type === "answer") this.#times = timesOf(message.answer);
    else if (message.type === "hello" || message.type === "report") {
      const { total_working_time: totalS, power_on_time: powerOnS, offset_time: offsetS } = message.values;
      this.#times = { totalS: Number(totalS ?? 0), powerOnS: Number(powerOnS ?? 0), offsetS: Number(offsetS ?? 0) };
    }
  }

  #takeHello(message: Message & { readonly type: "hello" }, now: EpochMs): Told {
    const { values } = message;
    const notes = this.#notes;
    notes.sensorList = asNumber(values.sensor_list) ?? notes.sensorList;
    notes.loggerFirmware = asText(values.logger_firmware) ?? notes.loggerFirmware;
    notes.loggerVersion = asText(values.extended_version) ?? notes.loggerVersion;
    notes.heartbeatS = asNumber(values.heartbeat_period) ?? notes.heartbeatS;
    const told = Object.fromEntries(Object.entries(values).filter(([key]) => helloKeys.includes(key)));
    return { ...this.#publish(told, now), findings: message.implausible.map(leftOut), announce: notes.isKnown };
  }

  #takeWifiInfo(message: Message & { readonly type: "wifi_info" }, now: EpochMs): Told {
    const { frame_type: frameType, signal_strength: signal } = message.values;
    const findings = message.implausible.filter((found) => found.key === "signal_strength").map(leftOut);
    const isLive = (Number(frameType) & 0x80) === 0;
    if (signal === undefined || !isLive || !this.#notes.isKnown) return { ...nothing, findings };
    return { ...this.#publish({ signal_strength: signal }, now), findings };
  }

  #publish(values: Values, now: EpochMs): Told {
    this.#notes.noteKeys(Object.keys(values));
    if (Object.keys(values).length === 0) return nothing;
    const reading = { device: this.device, measuredAt: undefined, receivedAt: now, live: true, values };
    return { readings: [reading], findings: [], announce: true };
  }

  #takeRecord(record: DataRecord, now: EpochMs): Told {
    const notes = this.#notes;
    const { payload, recordCounter, sensorType } = record;
    if (!notes.noteRecord(recordCounter, crc16Modbus(payload, contentAt))) return nothing;
    const layout = sensorTypes[sensorType]?.layout;
    const found = measuredAtS(record);
    const late = found === "implausible" ? [implausibleTime(record)] : [];
    const head = this.#headValues(record, found);
    if (layout === undefined) return this.#takeForeign(record, head, late, now);
    const decoded = decodeRecordValues(record, layout);
    const findings = [...late, ...decoded.findings];
    if (decoded.values === undefined) return { ...nothing, findings };
    const refusal = this.#checkSerial(decoded.inverterSerial);
    if (refusal !== undefined) return { ...nothing, findings: [...findings, refusal] };
    this.#noteInverter(layout, sensorType, decoded);
    this.#noteLive(record, found);
    const values = record.stored ? decoded.values : this.#hold.keepNewer(decoded.values, now);
    const reading = this.#reading(record, { ...values, ...head.values }, head.atS, now);
    return { readings: [reading], findings, announce: true };
  }

  /** Header facts alone; a relay module beside a known inverter tells nothing that could be shown. */
  #takeForeign(record: DataRecord, head: Head, findings: readonly Finding[], now: EpochMs): Told {
    const notes = this.#notes;
    if (sensorTypes[notes.sensorType ?? -1]?.layout !== undefined) return { ...nothing, findings };
    notes.sensorType = record.sensorType;
    this.#noteLive(record, measuredAtS(record));
    return { readings: [this.#reading(record, head.values, head.atS, now)], findings, announce: true };
  }

  #headValues(record: DataRecord, found: ReturnType<typeof measuredAtS>): Head {
    const stored = found === "unknown" && record.stored ? storedAtS(record, this.#notes.live) : undefined;
    const atS = typeof found === "number" ? found : stored;
    const values = {
      sensor_type: hex(record.sensorType, 4),
      total_working_time: record.totalS,
      power_on_time: record.powerOnS,
      record_counter: record.recordCounter,
      measured_at: atS === undefined ? null : isoTime(atS),
    };
    return { atS, values };
  }

  #reading(record: DataRecord, values: Values, atS: number | undefined, now: EpochMs): Reading {
    const measuredAt = atS === undefined ? undefined : ((atS * 1000) as EpochMs);
    return { device: this.device, measuredAt, receivedAt: now, live: !record.stored, values };
  }

  /** One record with another serial number is a fault; two with the same one are another inverter. */
  #checkSerial(serial: string): Finding | undefined {
    const notes = this.#notes;
    const isNew = notes.inverterSerial !== undefined && notes.inverterSerial !== serial;
    if (!isNew || notes.candidateSerial === serial) {
      notes.inverterSerial = serial;
      notes.candidateSerial = undefined;
      return undefined;
    }
    notes.candidateSerial = serial;
    return { kind: "serial_changed", detail: `expected the inverter ${notes.inverterSerial}, found ${serial}` };
  }

  #noteInverter(layout: Layout, sensorType: number, { values }: RecordValues): void {
    const notes = this.#notes;
    notes.sensorType = sensorType;
    notes.noteKeys(Object.keys(values));
    if (layout !== "microinverter") return;
    notes.inputs = asNumber(values.mppt_count) ?? notes.inputs;
    notes.phases = asNumber(values.phase_count) ?? notes.phases;
    notes.ratedPowerW = asNumber(values.rated_power) ?? notes.ratedPowerW;
    notes.inverterFirmware = asText(values.firmware_control) ?? notes.inverterFirmware;
  }

  #noteLive({ stored, totalS, powerOnS, offsetS, recordCounter }: DataRecord, found: number | string): void {
    if (stored || typeof found !== "number") return;
    this.#notes.live = { totalS, powerOnS, offsetS, recordCounter };
  }
}

interface Head {
  /** Seconds since 1970. */
  readonly atS: number | undefined;
  readonly values: Values;
}

function timesOf({ totalS, powerOnS, offsetS }: LoggerTimes): LoggerTimes {
  return { totalS, powerOnS, offsetS };
}

function implausibleTime({ sensorType, totalS, offsetS }: DataRecord): Finding {
  const detail = `${nameSensor(sensorType)}: ${totalS} s and the offset ${offsetS} s make no time of this century`;
  return { kind: "implausible_time", detail };
}

function leftOut({ detail }: { readonly detail: string }): Finding {
  return { kind: "implausible_value", detail };
}

function asNumber(value: Value | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function asText(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
