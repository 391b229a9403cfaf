import type { DeviceId } from "../model/device.js";
import type { HistoryRecord } from "../model/history.js";
import type { HistoryStore } from "../model/ports.js";
import type { EpochMs } from "../model/time.js";
import type { ChartPoint } from "./chart-points.js";
import { type RunningValue, Sparkline, sparkSlotMs, sparkSlots } from "./sparkline.js";

/** What one sparkline is drawn from. */
export interface SparkWish {
  readonly device: DeviceId;
  readonly key: string;
  readonly isMean: boolean;
  readonly gapMs: number;
  /** What is not handed to `ended` yet. */
  readonly running: RunningValue | undefined;
  /** Records from here on are handed to `ended`, those before can be loaded. */
  readonly recordedUntil: EpochMs;
}

interface Kept {
  readonly line: Sparkline;
  readonly loaded: Promise<boolean>;
  usedAt: EpochMs;
}

/** Of one device; an overview shows one of them. */
const keysLimit = 4;
const dayMs = sparkSlots * sparkSlotMs;
/** Nobody looks any more. */
const unusedMs = 3_600_000;

/** The sparklines that somebody looks at: read from the disk once, then kept up to date. */
export class Sparklines {
  readonly #store: HistoryStore;
  readonly #devices = new Map<DeviceId, Map<string, Kept>>();

  constructor(store: HistoryStore) {
    this.#store = store;
  }

  async points(wish: SparkWish, now: EpochMs): Promise<readonly ChartPoint[]> {
    const kept = this.#kept(wish, now);
    kept.usedAt = now;
    if (!(await kept.loaded)) this.#devices.get(wish.device)?.delete(wish.key);
    return kept.line.points(now, wish.gapMs, wish.running);
  }

  /** A device's record is complete. */
  ended(device: DeviceId, record: HistoryRecord, now: EpochMs): void {
    const lines = this.#devices.get(device);
    if (lines === undefined) return;
    for (const [key, { line, usedAt }] of lines) {
      if (now - usedAt > unusedMs) lines.delete(key);
      else line.add(record);
    }
    if (lines.size === 0) this.#devices.delete(device);
  }

  /** The device is gone, or its keys mean something else now. */
  forget(device: DeviceId): void {
    this.#devices.delete(device);
  }

  #kept(wish: SparkWish, now: EpochMs): Kept {
    const lines = this.#devices.get(wish.device) ?? new Map<string, Kept>();
    const known = lines.get(wish.key);
    if (known !== undefined) return known;
    const [oldest] = lines.keys();
    if (lines.size >= keysLimit && oldest !== undefined) lines.delete(oldest);
    const line = new Sparkline(wish.key, wish.isMean);
    const kept = { line, loaded: this.#load(line, wish, now), usedAt: now };
    this.#devices.set(wish.device, lines.set(wish.key, kept));
    return kept;
  }

  /** False: the past could not be read. */
  async #load(line: Sparkline, { device, recordedUntil }: SparkWish, now: EpochMs): Promise<boolean> {
    const records = await this.#store.load(device, (now - dayMs) as EpochMs, recordedUntil);
    for (const record of records ?? []) line.add(record);
    return records !== undefined;
  }
}
