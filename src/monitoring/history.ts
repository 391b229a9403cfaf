import type { DeviceDescription, DeviceId } from "../model/device.js";
import type { EntityDescription } from "../model/entity.js";
import type { Bus, BusMessage, HistoryStore } from "../model/ports.js";
import type { EpochMs } from "../model/time.js";
import type { Clock } from "../runtime/clock.js";
import { Guard } from "../runtime/guard.js";
import type { Part } from "../runtime/lifecycle.js";
import type { Logger } from "../runtime/log.js";
import { type ChartPoint, chartPoints } from "./chart-points.js";
import { ChartedDevice } from "./charted-device.js";
import { chartedEntities, isMeasurement } from "./charted-entities.js";
import { sparkSlotMs } from "./sparkline.js";
import { Sparklines } from "./sparklines.js";

export interface HistoryOptions {
  readonly bus: Bus;
  readonly store: HistoryStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** How far it reaches back. */
  readonly keepMs: number;
  /** Usual seconds between signs of life of a device; undefined: not known. */
  intervalS(device: DeviceId): number | undefined;
}

export interface KeySeries {
  readonly key: string;
  /** Oldest first. */
  readonly points: readonly ChartPoint[];
}

export interface DeviceSeries {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Between neighbouring points; longer where many hours are asked for. */
  readonly stepMs: number;
  readonly series: readonly KeySeries[];
}

/**
 * What devices showed, for charts: per five minutes the mean of a measurement, of all else the last value. A reading
 * counts when it changes what is shown; restored values and mere signs of life do not. What is running is in memory,
 * the rest on disk, so that a sudden end costs five minutes at most.
 */
export interface History extends Part {
  /** Keys that have a place in charts and were shown; empty for a device that is not kept. */
  charted(device: DeviceId): readonly string[];
  /** `keys`: of these alone; empty: of all. Undefined: the device is not kept. */
  series(device: DeviceId, keys: readonly string[], hours: number): Promise<DeviceSeries | undefined>;
  /** The last 24 hours in half hours: at most 48 points. Empty: nothing is known. */
  sparkline(device: DeviceId, key: string): Promise<readonly ChartPoint[]>;
}

const bucketMs = 5 * 60_000;
const hourMs = 3_600_000;
const deviceLimit = 500;
const keyLimit = 64;
/** Of all records as they are written; the store packs them, and keeps for a while what was dropped. */
const diskBudgetBytes = 256_000_000;
/** In a record: what stands around its values, and a number with its signs. */
const recordBytes = 40;
const numberBytes = 12;
/** Charts of more hours have longer steps. */
const finestHours = 48;

export function createHistory(options: HistoryOptions): History {
  return new LocalHistory(options);
}

class LocalHistory implements History {
  readonly name = "history";
  readonly #options: HistoryOptions;
  readonly #guard: Guard;
  readonly #sparklines: Sparklines;
  readonly #devices = new Map<DeviceId, ChartedDevice>();
  #roomBytes = diskBudgetBytes;
  #isFull = false;
  #isStopped = false;
  #cancelTimer: (() => void) | undefined;
  #droppedAt = Number.NEGATIVE_INFINITY;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#guard = new Guard(options.log, "history timer");
    this.#sparklines = new Sparklines(options.store);
    options.bus.subscribe(this.name, (message) => this.#accept(message));
  }

  async start(): Promise<void> {
    this.#dropOld(this.#options.clock.now());
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer?.();
    for (const [id, device] of this.#devices) this.#end(id, device);
    await this.#options.store.flush();
  }

  charted(id: DeviceId): readonly string[] {
    return this.#devices.get(id)?.shownKeys() ?? [];
  }

  async series(id: DeviceId, keys: readonly string[], hours: number): Promise<DeviceSeries | undefined> {
    const device = this.#devices.get(id);
    if (device === undefined) return undefined;
    const { clock, store, keepMs } = this.#options;
    const to = clock.now();
    const spanMs = Math.min(hours * hourMs, keepMs);
    const from = (to - spanMs) as EpochMs;
    const stepMs = bucketMs * Math.max(1, Math.ceil(spanMs / (finestHours * hourMs)));
    const running = device.running?.record();
    const past = (await store.load(id, from, device.recordedUntil(to))) ?? [];
    const records = running === undefined ? past : [...past, running];
    const gapMs = this.#gapMs(id, stepMs);
    const series = device.entities
      .filter(({ key }) => keys.length === 0 || keys.includes(key))
      .map((entity): KeySeries => {
        const { key } = entity;
        return { key, points: chartPoints(records, { key, stepMs, gapMs, isMean: isMeasurement(entity) }) };
      });
    return { from, to, stepMs, series: series.filter(({ points }) => points.length > 0) };
  }

  async sparkline(id: DeviceId, key: string): Promise<readonly ChartPoint[]> {
    const device = this.#devices.get(id);
    const entity = device?.entities.find((one) => one.key === key);
    if (device === undefined || entity === undefined) return [];
    const now = this.#options.clock.now();
    const { running } = device;
    const wish = {
      ...{ device: id, key, isMean: isMeasurement(entity), gapMs: this.#gapMs(id, sparkSlotMs) },
      running: running && { at: running.at, value: running.valueOf(key) },
      recordedUntil: device.recordedUntil(now),
    };
    return this.#sparklines.points(wish, now);
  }

  #accept(message: BusMessage): void {
    if (message.type === "state") this.#onState(message);
    else if (message.type === "described") this.#onDescribed(message.description);
    else if (message.type === "removed") this.#onRemoved(message.device);
  }

  #onState(state: Extract<BusMessage, { type: "state" }>): void {
    const device = this.#devices.get(state.device);
    if (device === undefined || this.#isStopped) return;
    const now = this.#options.clock.now();
    if (!device.isNews(state, now)) return;
    const at = bucketAt(now);
    if (device.running?.at !== at) {
      this.#end(state.device, device);
      this.#wakeAt((at + bucketMs) as EpochMs, now);
    }
    device.add(state.values, at, now);
  }

  #onDescribed({ id, entities, isBridge }: DeviceDescription): void {
    if (isBridge === true) return;
    const known = this.#devices.get(id);
    const wanted = chartedEntities(entities, keyLimit);
    const before = known === undefined ? 0 : this.#costOf(known.entities);
    const hasPlace = known !== undefined || this.#devices.size < deviceLimit;
    const charted = hasPlace ? this.#affordable(wanted, this.#roomBytes + before) : [];
    if (charted.length < wanted.length) this.#reportFull(id);
    if (known === undefined && charted.length === 0) return;
    this.#roomBytes += before - this.#costOf(charted);
    if (known === undefined) this.#devices.set(id, new ChartedDevice(charted));
    else if (known.describe(charted, this.#options.clock.now())) this.#sparklines.forget(id);
  }

  #onRemoved(id: DeviceId): void {
    const device = this.#devices.get(id);
    if (device !== undefined) this.#roomBytes += this.#costOf(device.entities);
    this.#devices.delete(id);
    this.#sparklines.forget(id);
    this.#options.store.remove(id);
  }

  #affordable(entities: readonly EntityDescription[], roomBytes: number): readonly EntityDescription[] {
    let count = entities.length;
    while (count > 0 && this.#costOf(entities.slice(0, count)) > roomBytes) count -= 1;
    return entities.slice(0, count);
  }

  /** Bytes of all its records. */
  #costOf(entities: readonly EntityDescription[]): number {
    const bytes = entities.reduce((sum, { key }) => sum + key.length + numberBytes, recordBytes);
    return bytes * (this.#options.keepMs / bucketMs);
  }

  #reportFull(device: DeviceId): void {
    if (!this.#isFull) {
      const fields = { device, deviceLimit, budgetBytes: diskBudgetBytes };
      this.#options.log.warn(fields, "history is full, further values have no charts");
    }
    this.#isFull = true;
  }

  #gapMs(id: DeviceId, stepMs: number): number {
    return Math.max(2 * stepMs, 3_000 * (this.#options.intervalS(id) ?? 0));
  }

  #end(id: DeviceId, device: ChartedDevice): void {
    const record = device.end();
    if (record === undefined) return;
    this.#options.store.save(id, record);
    this.#sparklines.ended(id, record, this.#options.clock.now());
  }

  #wakeAt(at: EpochMs, now: EpochMs): void {
    this.#cancelTimer ??= this.#options.clock.after(at - now, () => {
      this.#cancelTimer = undefined;
      this.#guard.run(() => this.#endBuckets());
    });
  }

  #endBuckets(): void {
    const now = this.#options.clock.now();
    const at = bucketAt(now);
    let runs = false;
    for (const [id, device] of this.#devices) {
      if (device.running !== undefined && device.running.at !== at) this.#end(id, device);
      runs ||= device.running !== undefined;
    }
    if (runs) this.#wakeAt((at + bucketMs) as EpochMs, now);
    if (now - this.#droppedAt >= hourMs) this.#dropOld(now);
  }

  #dropOld(now: EpochMs): void {
    this.#droppedAt = now;
    this.#options.store.dropBefore((now - this.#options.keepMs) as EpochMs);
  }
}

function bucketAt(now: EpochMs): EpochMs {
  return (Math.floor(now / bucketMs) * bucketMs) as EpochMs;
}
