import type { Player, PlayerAction, SimulatorOptions } from "../../model/protocol.js";
import type { EpochMs } from "../../model/time.js";
import type { FieldValues } from "../../wire/field-table.js";
import { decodeMessage } from "./decoder.js";
import {
  type Address,
  encodeHeartbeat,
  encodeHello,
  encodeMicroinverterRecord,
  encodeReport,
  encodeWifiInfo,
} from "./encoder.js";
import { deyeSensorList } from "./enums.js";
import { parseTime } from "./iso-time.js";
import type { Acknowledgement, FrameHead, LoggerTimes } from "./messages.js";
import { answerCommand, type WriteManners } from "./simulated-commands.js";
import { SimulatedInverter } from "./simulated-inverter.js";
import { createSolarmanSplitter } from "./splitter.js";

const firstSerial = 2_712_345_678;
const firstInverterSerial = 2_305_100_000;
const sensorType = 0x5408;
const signalPercent = 62;
const heartbeatMs = 120_000;
/** Firmware waits so long for an acknowledgement, tries so often, and pauses before the next connection. */
const patienceMs = 10_000;
const mostAttempts = 3;
const pauseMs = 10_000;
/** Records kept for later; a logger keeps more. */
const mostStored = 48;
const defaultStartHour = 10;

/** A record's values and everything of its head that a copy keeps. */
interface SimulatedRecord {
  readonly times: LoggerTimes;
  readonly counter: number;
  readonly values: FieldValues;
}

type Errand =
  | { readonly type: "hello" | "wifi_info" | "report" | "heartbeat" }
  | { readonly type: "live" | "stored"; readonly record: SimulatedRecord };

/**
 * Plays a micro-inverter's logger: hello, data, WiFi info, report, then heartbeats and data, one frame at a time. What is
 * not acknowledged is kept and sent as a stored record later. Options: `speed`, simulated seconds in a real one; `start`,
 * where the simulated day begins: an hour, or a time `YYYY-MM-DDTHH:MM` in UTC; at 10:00 by default; `writes`: `refuse` or
 * `ignore` what is written to its registers.
 */
export function createDeviceSimulator(options: SimulatorOptions): Player {
  return new LoggerSimulator(options);
}

class LoggerSimulator implements Player {
  readonly #options: SimulatorOptions;
  readonly #serial: number;
  #splitter = createSolarmanSplitter("cloud-to-device");
  #inverter: SimulatedInverter | undefined;
  #state: "apart" | "opening" | "open" = "apart";
  #bootedAt: number | undefined;
  #totalAtBootS = 6_755_000;
  #offsetS = 0;
  #timezoneMinutes = 0;
  #serverSequence = 0;
  #deviceSequence = 0;
  #counter = 1_400;
  /** The first one is sent, and nothing else before it is acknowledged. */
  #errands: Errand[] = [];
  #awaited: { readonly sequence: number; readonly deadline: number } | undefined;
  #attempts = 0;
  #dataAt = Number.POSITIVE_INFINITY;
  #heartbeatAt = Number.POSITIVE_INFINITY;
  #stored: SimulatedRecord[] = [];

  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.#serial = firstSerial + options.index;
  }

  connected(now: EpochMs): readonly PlayerAction[] {
    if (!this.#inverterAt(now).isAwake(now)) return [{ type: "end" }];
    this.#splitter = createSolarmanSplitter("cloud-to-device");
    this.#state = "opening";
    this.#bootedAt ??= now;
    this.#serverSequence = 0;
    this.#errands = [{ type: "hello" }];
    this.#heartbeatAt = now + heartbeatMs;
    return this.#go(now);
  }

  received(chunk: Uint8Array, now: EpochMs): readonly PlayerAction[] {
    const frames = this.#splitter.push(chunk).filter((frame) => frame.whole);
    const answers = frames.flatMap((frame) => this.#takeFrame(frame.bytes, now));
    return this.#state === "apart" ? [] : [...answers, ...this.#go(now)];
  }

  woken(now: EpochMs): readonly PlayerAction[] {
    if (this.#state === "apart") {
      if (this.#bootedAt !== undefined) this.#measureWhenDue(now);
      return [{ type: "connect" }];
    }
    if (!this.#inverterAt(now).isAwake(now)) return this.#powerOff(now);
    if (this.#awaited === undefined || now < this.#awaited.deadline) return this.#go(now);
    this.#awaited = undefined;
    if (this.#attempts < mostAttempts) return this.#go(now);
    return [{ type: "log", text: "no acknowledgement, giving this connection up" }, { type: "end" }];
  }

  disconnected(now: EpochMs): readonly PlayerAction[] {
    this.#state = "apart";
    const unsent = this.#errands.flatMap((errand) => ("record" in errand ? [errand.record] : []));
    this.#store(...unsent);
    this.#errands = [];
    this.#attempts = 0;
    this.#awaited = undefined;
    const inverter = this.#inverterAt(now);
    return [{ type: "wake", afterMs: inverter.isAwake(now) ? pauseMs : inverter.sleepMs(now) }];
  }

  #inverterAt(now: EpochMs): SimulatedInverter {
    const { index, extra } = this.#options;
    const speed = Number(extra.speed ?? 1);
    const day = { realStart: now, simulatedStart: startOfDay(extra.start, now), speed: speed > 0 ? speed : 1 };
    this.#inverter ??= new SimulatedInverter(String(firstInverterSerial + index), day);
    return this.#inverter;
  }

  /** At night the logger is without power: what it counts stands still and the time is forgotten. */
  #powerOff(now: EpochMs): readonly PlayerAction[] {
    this.#totalAtBootS = this.#times(now).totalS;
    this.#bootedAt = undefined;
    this.#offsetS = 0;
    this.#dataAt = Number.POSITIVE_INFINITY;
    return [{ type: "log", text: "night: the inverter is without power" }, { type: "end" }];
  }

  #store(...records: readonly SimulatedRecord[]): void {
    this.#stored = [...new Set([...this.#stored, ...records])].slice(-mostStored);
  }

  #takeFrame(frame: Uint8Array, now: EpochMs): readonly PlayerAction[] {
    const message = decodeMessage(frame);
    this.#serverSequence = message.head.serverSequence;
    if (message.type === "acknowledgement") this.#takeAcknowledgement(message.head, message.acknowledgement, now);
    if (message.type !== "command") return [];
    const bytes = answerCommand(message.command, {
      address: { ...this.#address(), deviceSequence: this.#deviceSequence + 1 },
      times: this.#times(now),
      registers: this.#inverterAt(now).registers,
      isForUs: message.head.loggerSerial === this.#serial,
      writes: writeManners(this.#options.extra.writes),
    });
    if (bytes === undefined) return [];
    this.#deviceSequence += 1;
    return [{ type: "send", bytes }];
  }

  #takeAcknowledgement(head: FrameHead, { unixTimeS, timezoneMinutes }: Acknowledgement, now: EpochMs): void {
    if (this.#awaited === undefined || head.deviceSequence !== this.#awaited.sequence) return;
    this.#awaited = undefined;
    this.#attempts = 0;
    this.#offsetS = unixTimeS - this.#times(now).totalS;
    this.#timezoneMinutes = timezoneMinutes ?? this.#timezoneMinutes;
    const done = this.#errands.shift();
    if (done?.type === "hello") this.#planOpening(now);
    if (done?.type === "stored") this.#stored = this.#stored.filter((record) => record !== done.record);
  }

  #planOpening(now: EpochMs): void {
    this.#state = "open";
    // Stored records go out newest first, as it was seen.
    const stored = this.#stored.toReversed().map((record): Errand => ({ type: "stored", record }));
    this.#errands = [
      { type: "live", record: this.#measure(now) },
      ...stored,
      { type: "wifi_info" },
      { type: "report" },
    ];
  }

  #measure(now: EpochMs): SimulatedRecord {
    this.#counter += 1;
    this.#dataAt = now + Math.max(1, this.#options.intervalS) * 1000;
    const times = this.#times(now);
    const values = this.#inverterAt(now).values(now, times, this.#timezoneMinutes);
    return { times, counter: this.#counter, values };
  }

  #measureWhenDue(now: EpochMs): void {
    if (now < this.#dataAt) return;
    const record = this.#measure(now);
    if (this.#state === "open") this.#errands.push({ type: "live", record });
    else this.#store(record);
  }

  /** Sends what is next unless something is still unanswered, and asks to be woken. */
  #go(now: EpochMs): readonly PlayerAction[] {
    this.#measureWhenDue(now);
    if (this.#errands.length === 0 && now >= this.#heartbeatAt) {
      this.#heartbeatAt = now + heartbeatMs;
      this.#errands.push({ type: "heartbeat" });
    }
    const [errand] = this.#errands;
    const sent = this.#awaited !== undefined || errand === undefined ? [] : [this.#send(errand, now)];
    const next = this.#awaited === undefined ? this.#heartbeatAt : this.#awaited.deadline;
    const sunset = now + this.#inverterAt(now).daylightMs(now);
    return [...sent, { type: "wake", afterMs: Math.max(0, Math.min(next, this.#dataAt, sunset) - now) }];
  }

  #send(errand: Errand, now: EpochMs): PlayerAction {
    this.#deviceSequence += 1;
    this.#attempts += 1;
    this.#awaited = { sequence: this.#deviceSequence & 0xff, deadline: now + patienceMs };
    return { type: "send", bytes: this.#encode(errand, now) };
  }

  #encode(errand: Errand, now: EpochMs): Uint8Array {
    const address = this.#address();
    const times = this.#times(now);
    switch (errand.type) {
      case "hello":
        return encodeHello(address, times, helloValues(this.#serial));
      case "wifi_info":
        return encodeWifiInfo(address, times, signalPercent);
      case "report":
        return encodeReport(address, times);
      case "heartbeat":
        return encodeHeartbeat(address);
      case "live":
      case "stored": {
        const { record, type } = errand;
        const stored = type === "stored";
        // A copy of a live record tells newer times, a stored one those of its own.
        const head = { ...(stored ? record.times : times), stored, sensorType, recordCounter: record.counter };
        return encodeMicroinverterRecord(address, head, record.values);
      }
    }
  }

  #address(): Address {
    return {
      serverSequence: this.#serverSequence,
      deviceSequence: this.#deviceSequence,
      loggerSerial: this.#serial,
    };
  }

  #times(now: EpochMs): LoggerTimes {
    const powerOnS = Math.floor((now - (this.#bootedAt ?? now)) / 1000);
    return { totalS: this.#totalAtBootS + powerOnS, powerOnS, offsetS: this.#offsetS };
  }
}

function helloValues(serial: number): FieldValues {
  const last = (serial & 0xff).toString(16).padStart(2, "0");
  return {
    upload_period: 5,
    acquisition_period: 60,
    heartbeat_period: heartbeatMs / 1000,
    max_devices: 1,
    signal_strength: signalPercent,
    logger_firmware: "MW3_16U_5406_2.32-D1",
    mac_address: `02:00:00:00:00:${last}`,
    ip_address: "192.0.2.10",
    sensor_count: 1,
    sensor_list: deyeSensorList,
    extended_version: "V1.1.00.0B",
  };
}

function writeManners(option: string | undefined): WriteManners {
  return option === "refuse" || option === "ignore" ? option : "obey";
}

/** In milliseconds. What cannot be read counts as not given. */
function startOfDay(start: string | undefined, now: EpochMs): number {
  const time = start === undefined ? undefined : parseTime(start);
  if (time !== undefined) return time * 1000;
  const hour = start === undefined ? defaultStartHour : Number(start);
  const midnight = Math.floor(now / 86_400_000) * 86_400_000;
  return midnight + (hour >= 0 && hour < 24 ? hour : defaultStartHour) * 3_600_000;
}
