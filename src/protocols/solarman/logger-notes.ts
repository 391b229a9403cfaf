import type { JsonObject, JsonValue } from "../../model/value.js";
import type { LiveHead } from "./record-time.js";

/** Records that are remembered, so that a copy is not counted again. */
const mostRecords = 64;
/** More keys than any field table has are nonsense. */
const mostKeys = 128;

/** What is known of a logger and its inverter from one session to the next; kept on disk as the facts of its device. */
export class LoggerNotes {
  /** Of the newest data record that this program can read, else of the newest. */
  sensorType: number | undefined;
  /** From the hello: 0x5406 for Deye. */
  sensorList: number | undefined;
  loggerFirmware: string | undefined;
  loggerVersion: string | undefined;
  heartbeatS: number | undefined;
  inverterSerial: string | undefined;
  inverterFirmware: string | undefined;
  inputs: number | undefined;
  phases: number | undefined;
  ratedPowerW: number | undefined;
  live: LiveHead | undefined;
  /** Minutes east of UTC that the cloud told, where they were not those in force here. */
  cloudZone: number | undefined;
  /** Serial number of a record that was refused because it is another one; not kept on disk. */
  candidateSerial: string | undefined;
  /** State keys that came at least once. */
  readonly keys: Set<string>;
  #records: readonly number[];

  constructor(facts: JsonObject = {}) {
    this.sensorType = number(facts.sensor_type);
    this.sensorList = number(facts.sensor_list);
    this.loggerFirmware = text(facts.logger_firmware);
    this.loggerVersion = text(facts.logger_version);
    this.heartbeatS = number(facts.heartbeat_s);
    this.inverterSerial = text(facts.inverter_serial);
    this.inverterFirmware = text(facts.inverter_firmware);
    this.inputs = number(facts.inputs);
    this.phases = number(facts.phases);
    this.ratedPowerW = number(facts.rated_power);
    this.live = liveHead(facts.live);
    this.cloudZone = number(facts.cloud_zone);
    this.keys = new Set(list(facts.keys).filter((key) => typeof key === "string"));
    this.#records = list(facts.records).filter((record) => typeof record === "number");
  }

  /** Something worth announcing is known: a hello or a record came. */
  get isKnown(): boolean {
    return this.keys.size > 0;
  }

  /**
   * False: this record came before. It is known by its counter and by its content, for a counter can begin anew and a
   * copy differs in its times.
   */
  noteRecord(counter: number, contentChecksum: number): boolean {
    const record = counter * 0x1_0000 + contentChecksum;
    if (this.#records.includes(record)) return false;
    this.#records = [...this.#records, record].slice(-mostRecords);
    return true;
  }

  noteKeys(keys: readonly string[]): void {
    for (const key of keys) if (this.keys.size < mostKeys) this.keys.add(key);
  }

  toFacts(): JsonObject {
    const facts: Readonly<Record<string, JsonValue | undefined>> = {
      sensor_type: this.sensorType,
      sensor_list: this.sensorList,
      logger_firmware: this.loggerFirmware,
      logger_version: this.loggerVersion,
      heartbeat_s: this.heartbeatS,
      inverter_serial: this.inverterSerial,
      inverter_firmware: this.inverterFirmware,
      inputs: this.inputs,
      phases: this.phases,
      rated_power: this.ratedPowerW,
      keys: [...this.keys],
      records: this.#records,
      live: this.live === undefined ? undefined : { ...this.live },
      cloud_zone: this.cloudZone,
    };
    return Object.fromEntries(
      Object.entries(facts).flatMap(([key, fact]) => (fact === undefined ? [] : [[key, fact]])),
    );
  }
}

function liveHead(value: JsonValue | undefined): LiveHead | undefined {
  if (!isObject(value)) return undefined;
  const totalS = number(value.totalS);
  const powerOnS = number(value.powerOnS);
  const offsetS = number(value.offsetS);
  const recordCounter = number(value.recordCounter);
  const isWhole =
    totalS !== undefined && powerOnS !== undefined && offsetS !== undefined && recordCounter !== undefined;
  return isWhole ? { totalS, powerOnS, offsetS, recordCounter } : undefined;
}

function number(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** `Array.isArray` does not tell readonly arrays from objects. */
function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
