import type { DeviceDescription, DeviceStatus } from "../../model/device.js";
import type { CloudState } from "../../model/ports.js";
import type { Reading } from "../../model/reading.js";
import type { EpochMs } from "../../model/time.js";
import type { Value, Values } from "../../model/value.js";
import { conversionFor, type MetricDefinition, sampleOf, wordOf } from "./definition.js";
import type { Definitions } from "./definitions.js";
import type { Room } from "./room.js";
import type { Conversion } from "./units.js";

/** One value of a device that a metric shows. */
interface ShownValue {
  readonly definition: MetricDefinition;
  /** From the unit in which this device counts. */
  conversion: Conversion;
  /** When it last came in a live reading of this run. */
  refreshedAt: EpochMs | undefined;
  /** Between its last two live readings; 0: not known, or too long to be a rhythm. */
  pauseMs: number;
}

/** A longer pause is a gap in the device's reports. */
const longestRhythmMs = 600_000;
/** How late a value may come that has a rhythm, in its pauses. */
const lateness = 1.5;

/** What a metric shows of a device now: a number, a word, or both. */
export type TakeSample = (definition: MetricDefinition, sample: number | undefined, word: string | undefined) => void;

/** What is known of one device: the newest values, which belong to the hub, and when each came. */
export class ShownDevice {
  status: DeviceStatus | undefined;
  lastSeen: EpochMs | undefined;
  cloud: CloudState | undefined;
  /** Of its newest reading; empty before the first. */
  relay = "";
  values: Values = {};
  readonly #definitions: Definitions;
  readonly #room: Room;
  readonly #shown = new Map<string, ShownValue>();
  #description: DeviceDescription;

  constructor(description: DeviceDescription, definitions: Definitions, room: Room) {
    this.#definitions = definitions;
    this.#room = room;
    this.#description = description;
    this.describe(description);
  }

  get description(): DeviceDescription {
    return this.#description;
  }

  describe(description: DeviceDescription): void {
    this.#description = description;
    for (const [key, shown] of this.#shown) {
      const conversion = this.#conversion(key, shown.definition);
      if (conversion === undefined) this.#hide(key, shown);
      else shown.conversion = conversion;
    }
    for (const { key } of description.entities) {
      const definition = this.#definitions.of(description, key);
      // What only grows is right without a new reading, too.
      if (definition?.type === "counter" && !this.#shown.has(key)) this.#show(key, definition);
    }
  }

  /** The keys of a live reading are as new as it is. */
  refresh({ values, receivedAt }: Reading): void {
    for (const key of Object.keys(values)) {
      const shown = this.#shown.get(key) ?? this.#tryToShow(key, values[key]);
      if (shown === undefined) continue;
      const pauseMs = shown.refreshedAt === undefined ? 0 : receivedAt - shown.refreshedAt;
      shown.pauseMs = pauseMs <= longestRhythmMs ? pauseMs : 0;
      shown.refreshedAt = receivedAt;
    }
  }

  /** Gauges only where they came within `ageMs`, or within what their rhythm allows. */
  forEach(now: EpochMs, ageMs: number, take: TakeSample): void {
    for (const [key, { definition, conversion, refreshedAt, pauseMs }] of this.#shown) {
      const limitMs = Math.max(ageMs, lateness * pauseMs);
      if (definition.type === "gauge" && (refreshedAt === undefined || refreshedAt < now - limitMs)) continue;
      const value = this.values[key];
      take(definition, sampleOf(definition, value, conversion), wordOf(definition, value));
    }
  }

  /** It takes no room any more. */
  drop(): void {
    for (const [key, shown] of this.#shown) this.#hide(key, shown);
  }

  #tryToShow(key: string, value: Value | undefined): ShownValue | undefined {
    if (value === null || value === undefined) return undefined;
    const definition = this.#definitions.of(this.#description, key);
    if (definition === undefined) return undefined;
    const isShowable = sampleOf(definition, value) !== undefined || wordOf(definition, value) !== undefined;
    return isShowable ? this.#show(key, definition) : undefined;
  }

  #show(key: string, definition: MetricDefinition): ShownValue | undefined {
    if (!this.#room.take(seriesOf(definition))) return undefined;
    const conversion = this.#conversion(key, definition);
    if (conversion === undefined) {
      this.#room.give(seriesOf(definition));
      return undefined;
    }
    const shown: ShownValue = { definition, conversion, refreshedAt: undefined, pauseMs: 0 };
    this.#shown.set(key, shown);
    return shown;
  }

  #hide(key: string, { definition }: ShownValue): void {
    this.#shown.delete(key);
    this.#room.give(seriesOf(definition));
  }

  /** Undefined: a key of the table that the device does not announce. Nobody knows its unit, or it stands for nothing. */
  #conversion(key: string, definition: MetricDefinition): Conversion | undefined {
    const { protocol, entities } = this.#description;
    const entity = entities.find((one) => one.key === key);
    if (entity !== undefined) return conversionFor(definition, entity.unit);
    return this.#definitions.isListed(protocol, key) ? undefined : definition.conversion;
  }
}

function seriesOf({ info }: MetricDefinition): number {
  return info === undefined ? 1 : 2;
}
