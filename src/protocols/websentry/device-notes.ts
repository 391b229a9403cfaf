import type { EpochMs } from "../../model/time.js";
import type { JsonObject, JsonValue } from "../../model/value.js";
import type { RangedNumber } from "./items.js";
import { PropertyStatistics } from "./property-statistics.js";
import { hexId } from "./property-table.js";

export type TemperatureUnit = "°C" | "°F";

/** What may be written to a ranged number. */
export type Range = Omit<RangedNumber, "value">;

/** Properties outside the table are kept up to this many, so that a peer cannot fill the memory. */
const mostProperties = 1024;
const mostReported = 256;

/** What is known of a unit from one session to the next; kept on disk as the facts of its device. */
export class DeviceNotes {
  /** Properties that the unit answered with a value. */
  readonly answered: Set<number>;
  /** Oddities that were reported once and need no second word. */
  readonly reported: Set<string>;
  /** Newest limits of ranged numbers, by state key. */
  readonly ranges: Map<string, Range>;
  readonly statistics: PropertyStatistics;
  /** Unit of the setpoints, from 0x010e. */
  temperatureUnit: TemperatureUnit | undefined;
  /** Flags of the newest Init. */
  flags: number | undefined;
  /** Properties that the unit said it does not have, and when. */
  readonly absent: Map<number, EpochMs>;
  /** All settings were read at least once. */
  settingsRead: boolean;
  /** Messages with function 0x08, which nobody can read yet. */
  undecodedMessages: number;

  constructor(facts: JsonObject = {}) {
    this.answered = new Set(list(facts.properties).flatMap((id) => (typeof id === "string" ? [Number(id)] : [])));
    this.reported = new Set(list(facts.reported).filter((word) => typeof word === "string"));
    this.ranges = new Map(Object.entries(object(facts.ranges)).flatMap(([key, value]) => rangeEntry(key, value)));
    this.statistics = new PropertyStatistics(facts.statistics);
    const unit = facts.temperature_unit;
    this.temperatureUnit = unit === "°C" || unit === "°F" ? unit : undefined;
    this.flags = typeof facts.flags === "number" ? facts.flags : undefined;
    this.absent = new Map(Object.entries(object(facts.absent)).flatMap(([id, at]) => absentEntry(id, at)));
    this.settingsRead = facts.settings_read === true;
    this.undecodedMessages = typeof facts.undecoded_messages === "number" ? facts.undecoded_messages : 0;
  }

  /** False: too many properties, this one is not kept. */
  admit(id: number): boolean {
    if (this.answered.size < mostProperties) this.answered.add(id);
    return this.answered.has(id);
  }

  /** True the first time. */
  reportOnce(word: string): boolean {
    if (this.reported.has(word) || this.reported.size >= mostReported) return false;
    this.reported.add(word);
    return true;
  }

  toFacts(): JsonObject {
    const ranges = [...this.ranges].map(([key, { min, max, step }]): [string, JsonValue] => [key, [min, max, step]]);
    return {
      properties: [...this.answered].toSorted((a, b) => a - b).map(hexId),
      reported: [...this.reported],
      ranges: Object.fromEntries(ranges),
      statistics: this.statistics.toJson(),
      undecoded_messages: this.undecodedMessages,
      absent: Object.fromEntries([...this.absent].map(([id, at]) => [hexId(id), at])),
      settings_read: this.settingsRead,
      ...(this.temperatureUnit === undefined ? {} : { temperature_unit: this.temperatureUnit }),
      ...(this.flags === undefined ? {} : { flags: this.flags }),
    };
  }
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function object(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** `Array.isArray` does not tell readonly arrays from objects. */
function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function rangeEntry(key: string, value: JsonValue): readonly [string, Range][] {
  const [min, max, step] = list(value);
  return typeof min === "number" && typeof max === "number" && typeof step === "number"
    ? [[key, { min, max, step }]]
    : [];
}

function absentEntry(id: string, at: JsonValue): readonly [number, EpochMs][] {
  return typeof at === "number" ? [[Number(id), at as EpochMs]] : [];
}
