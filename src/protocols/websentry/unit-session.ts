import type { DeviceId, DeviceUpdate } from "../../model/device.js";
import type { RememberedDevice } from "../../model/protocol.js";
import type { Reading } from "../../model/reading.js";
import type { EpochMs } from "../../model/time.js";
import type { Value } from "../../model/value.js";
import { derive } from "./derived.js";
import { describeUnit } from "./description.js";
import { DeviceNotes, type Range, type TemperatureUnit } from "./device-notes.js";
import { type Item, rawHex } from "./items.js";
import type { Finding } from "./messages.js";
import { properties } from "./properties.js";
import { keyOf, propertyById } from "./property-table.js";
import { stateValue } from "./values.js";

const temperatureUnitId = 0x010e;
const statusFlagsId = 0x0120;
/** Raw values of 0x010e. */
const temperatureUnits: Readonly<Record<number, TemperatureUnit>> = { 3: "°C", 4: "°F" };
const followsUnit = properties.filter((row) => row.unitFrom !== undefined);

/** What one unit says in one session, collected until `settle`. */
export class UnitSession {
  readonly device: DeviceId;
  readonly notes: DeviceNotes;
  /** Of the Init of an earlier session. */
  readonly flagsBefore: number | undefined;
  readonly #control: boolean;
  /** Newest values, from earlier sessions too. */
  readonly #values: Map<string, Value>;
  #collected = new Map<string, Value>();
  /** Setpoints that a change of the unit made void and that nobody was told of yet. */
  #voided: string[] = [];
  /** Setpoints read while their unit is in doubt, until 0x010e is read. */
  readonly #held = new Map<string, { readonly value: Value; readonly range: Range | undefined }>();
  #unitInDoubt = false;
  #measuredAt: EpochMs | undefined;
  #sensorsRead = false;

  /** `control`: what can be written is described as such. */
  constructor(device: DeviceId, remembered: RememberedDevice | undefined, control: boolean) {
    this.device = device;
    this.#control = control;
    this.notes = new DeviceNotes(remembered?.facts);
    this.flagsBefore = this.notes.flags;
    this.#values = new Map(Object.entries(remembered?.values ?? {}));
  }

  /** Takes the items of one message. */
  take(items: readonly Item[], now: EpochMs): readonly Finding[] {
    for (const item of items) {
      if (item.id === temperatureUnitId && item.type === 0x09) this.#readTemperatureUnit(item.raw);
      if (item.id === statusFlagsId && item.type === 0x02) this.notes.flags = item.raw;
    }
    const reply = new Map<string, Value>();
    const findings = items.flatMap((item) => this.#takeItem(item, reply, now));
    for (const [key, value] of derive(reply)) this.#collect(key, value);
    const hasSensors = items.some((item) => propertyById(item.id)?.group === "sensors");
    if (hasSensors || !this.#sensorsRead) this.#measuredAt = now;
    this.#sensorsRead ||= hasSensors;
    return findings;
  }

  /** The cloud wrote 0x010e: until it is read again nobody knows in which unit a setpoint is told. */
  temperatureUnitWritten(): void {
    this.#unitInDoubt = true;
  }

  /** The unit refused that write, so the old unit holds. */
  temperatureUnitRefused(): void {
    this.#releaseHeld();
  }

  /** True while nobody knows in which unit setpoints are told. */
  get isUnitInDoubt(): boolean {
    return this.#unitInDoubt || this.notes.temperatureUnit === undefined;
  }

  /** Undefined: never read, or not available. */
  valueOf(key: string): Value | undefined {
    return this.#values.get(key);
  }

  describe(): DeviceUpdate {
    return {
      description: describeUnit({
        ...{ id: this.device, notes: this.notes, values: this.#values, control: this.#control },
      }),
      facts: this.notes.toFacts(),
    };
  }

  /** What must be unknown before the other unit is announced; undefined where nothing is. */
  voided(now: EpochMs): Reading | undefined {
    if (this.#voided.length === 0) return undefined;
    const values = Object.fromEntries(this.#voided.map((key) => [key, null]));
    this.#voided = [];
    return { device: this.device, measuredAt: undefined, receivedAt: now, live: true, values };
  }

  /** One reading of all that came since the last call; undefined where nothing came. */
  settle(now: EpochMs): Reading | undefined {
    if (this.#collected.size === 0) return undefined;
    const values = Object.fromEntries(this.#collected);
    const measuredAt = this.#measuredAt;
    this.#collected = new Map();
    this.#measuredAt = undefined;
    this.#sensorsRead = false;
    return { device: this.device, measuredAt, receivedAt: now, live: true, values };
  }

  #takeItem(item: Item, reply: Map<string, Value>, now: EpochMs): readonly Finding[] {
    const key = keyOf(item.id);
    const row = propertyById(item.id);
    if (item.type !== 0x01) this.notes.absent.delete(item.id);
    else if (row !== undefined) this.notes.absent.set(item.id, now);
    // Not available now: what was shown so far is no longer true.
    if (item.type === 0x01 && this.#values.has(key)) this.#collect(key, null);
    if (item.type === 0x01) this.notes.statistics.keepRaw(key, rawHex(item));
    const result = stateValue(item, row);
    if (result.type === "none") return [];
    if (result.type === "refused") return this.#report(result.finding);
    const { value } = result;
    // An input that is wired to no terminal is not announced.
    if (value !== "N/A" && !this.notes.admit(item.id)) return [];
    const previous = this.#values.get(key);
    this.notes.statistics.countRead(key, previous !== undefined && previous !== value, now);
    this.notes.statistics.keepRaw(key, rawHex(item));
    reply.set(key, value);
    const range = item.type === 0x08 ? { min: item.min, max: item.max, step: item.step } : undefined;
    if (row?.unitFrom !== undefined && this.#unitInDoubt) this.#held.set(key, { value, range });
    else this.#admit(key, value, range);
    return [];
  }

  #report(finding: Finding): readonly Finding[] {
    return finding.kind !== "unlabelled_value" || this.notes.reportOnce(finding.detail) ? [finding] : [];
  }

  #readTemperatureUnit(raw: number): void {
    const unit = temperatureUnits[raw];
    if (unit === undefined) return;
    const known = this.notes.temperatureUnit;
    if (known !== undefined && known !== unit) {
      // Numbers of the old unit must not stand under the new one.
      this.#voided = followsUnit.map((row) => row.key).filter((key) => this.#values.has(key));
      for (const key of this.#voided) this.#collect(key, null);
      for (const { key } of followsUnit) this.notes.ranges.delete(key);
    }
    this.notes.temperatureUnit = unit;
    this.#releaseHeld();
  }

  #releaseHeld(): void {
    this.#unitInDoubt = false;
    for (const [key, { value, range }] of this.#held) this.#admit(key, value, range);
    this.#held.clear();
  }

  #admit(key: string, value: Value, range: Range | undefined): void {
    if (range !== undefined) this.notes.ranges.set(key, range);
    this.#collect(key, value);
  }

  #collect(key: string, value: Value): void {
    this.#collected.set(key, value);
    this.#values.set(key, value);
  }
}
