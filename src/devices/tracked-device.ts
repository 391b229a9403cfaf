import type { DeviceDescription, DeviceId } from "../model/device.js";
import type { Encryption } from "../model/encryption.js";
import type { CloudState, DeviceRecord, TotalRecord } from "../model/ports.js";
import type { Reading } from "../model/reading.js";
import type { SessionInfo } from "../model/session.js";
import type { EpochMs } from "../model/time.js";
import type { JsonObject, Value, Values } from "../model/value.js";
import type { Availability } from "./availability.js";
import {
  type DeviceState,
  emptyState,
  expireValues,
  isOutdated,
  keyLimit,
  limitValues,
  mergeReading,
  pendingExpiries,
  receivedTimes,
  restoreState,
} from "./state.js";
import { Statistics, type ValueChange } from "./statistics.js";
import { admitTotal, adoptTotal, type TotalLimits } from "./totals.js";

/** What a reading did to a device. */
export interface Taken {
  /** False: nothing of it was newer than what is shown. */
  readonly accepted: boolean;
  readonly changes: readonly ValueChange[];
  readonly refusals: readonly { readonly key: string; readonly detail: string }[];
  /** Totals that another device's counter has replaced. */
  readonly replaced: readonly { readonly key: string; readonly from: number; readonly to: Value }[];
}

/** State of a device as it was found outside: retained in the broker. */
export interface Seed {
  readonly values: Values;
  readonly lastSeen: EpochMs | undefined;
}

/** All that is known of one device. Publishes and logs nothing; `DeviceHub` does. */
export class TrackedDevice {
  readonly id: DeviceId;
  readonly statistics = new Statistics(keyLimit);
  facts: JsonObject = {};
  relay: string;
  lastSeen: EpochMs;
  /** From where it was last seen; undefined where an earlier version kept it. */
  address: string | undefined;
  cloud: CloudState | undefined;
  /** Of a device whose traffic could not be read at some time. */
  encryption: Encryption | undefined;
  /** Settings that were written from here and are protected from the cloud. */
  readonly owned = new Set<string>();
  availability: Availability = { status: "online", available: true };
  /** When its next deadline falls due: a value expires or its availability may change. */
  wakeAt = Number.POSITIVE_INFINITY;
  /** False: its parent is not announced yet. */
  announced = false;
  statePublishedAt = Number.NEGATIVE_INFINITY;
  #description: DeviceDescription;
  #state: DeviceState = emptyState;
  readonly #totals = new Map<string, TotalRecord>();
  #lifetime: ReadonlyMap<string, TotalLimits>;
  #lastPowerW: number | undefined;

  constructor(description: DeviceDescription, relay: string, lastSeen: EpochMs) {
    this.id = description.id;
    this.relay = relay;
    this.lastSeen = lastSeen;
    this.#description = description;
    this.#lifetime = lifetimeCounters(description);
  }

  static restore(record: DeviceRecord, now: EpochMs): TrackedDevice {
    // The clock may have been ahead when it was saved.
    const lastSeen = record.lastSeen < now ? record.lastSeen : now;
    const device = new TrackedDevice(record.description, record.relay, lastSeen);
    device.facts = record.facts;
    device.address = record.address;
    device.cloud = record.cloud;
    device.encryption = record.encryption;
    for (const key of record.owned ?? []) device.owned.add(key);
    device.#state = restoreState(record.values, record.expiries ?? {});
    for (const [key, total] of Object.entries(record.totals ?? {})) device.#totals.set(key, total);
    device.#notePower(record.values);
    return device;
  }

  get description(): DeviceDescription {
    return this.#description;
  }

  get values(): Values {
    return this.#state.values;
  }

  receivedAt(): ReadonlyMap<string, EpochMs> {
    return receivedTimes(this.#state);
  }

  get nextExpiry(): EpochMs | undefined {
    return this.#state.nextExpiry;
  }

  get lastPowerW(): number | undefined {
    return this.#lastPowerW;
  }

  describe(description: DeviceDescription): void {
    this.#description = description;
    this.#lifetime = lifetimeCounters(description);
    this.#notePower(this.values);
  }

  sawAt(at: EpochMs, { relay, device }: Pick<SessionInfo, "relay" | "device">): void {
    if (at > this.lastSeen) this.lastSeen = at;
    this.relay = relay;
    this.address = device.remoteAddress;
  }

  /** What is shown of the present becomes unknown at `at`, unless a reading brings it again. Totals stay. */
  doubtValuesBy(at: EpochMs): void {
    const passing = this.#description.entities.filter((one) => one.total === undefined && one.alwaysAvailable !== true);
    this.#state = limitValues(this.#state, new Set(passing.map(({ key }) => key)), at);
  }

  /** Takes up a live reading as far as it is newer than what is shown and its totals are believed. */
  take(reading: Reading): Taken {
    const before = this.#state;
    const { values, admitted, refusals, replaced } = this.#guardTotals(reading);
    this.#state = mergeReading(before, values === reading.values ? reading : { ...reading, values }, admitted);
    const accepted = this.#state !== before;
    if (accepted) this.#notePower(values);
    this.#state = expireValues(this.#state, reading.receivedAt);
    const keys = Object.keys(reading.values);
    const changes = this.statistics.count(keys, before.values, this.values, reading.receivedAt);
    return { accepted, changes, refusals, replaced };
  }

  /** True when a value that was shown is unknown from now on. */
  expire(now: EpochMs): boolean {
    const before = this.values;
    this.#state = expireValues(this.#state, now);
    return this.values !== before;
  }

  /**
   * Takes up a state from outside where it is newer than this one, or `isFirst` says that there is no other; the
   * larger lifetime totals in any case. True when anything changed.
   */
  adopt(seed: Seed, now: EpochMs, isFirst: boolean): boolean {
    const newer = isFirst || (seed.lastSeen !== undefined && seed.lastSeen > this.lastSeen);
    const adopted: Record<string, Value> = {};
    for (const { key, total } of this.#description.entities) {
      const value = seed.values[key];
      if (value === undefined || (total !== "lifetime" && !newer)) continue;
      if (total !== "lifetime" || this.#adoptTotal(key, value, seed.lastSeen)) adopted[key] = value;
    }
    if (newer && seed.lastSeen !== undefined && seed.lastSeen > this.lastSeen && seed.lastSeen <= now) {
      this.lastSeen = seed.lastSeen;
    }
    if (Object.keys(adopted).length === 0) return newer;
    const stamps = Object.fromEntries(Object.entries(this.#state.stamps).filter(([key]) => !(key in adopted)));
    this.#state = { ...this.#state, values: { ...this.values, ...adopted }, stamps };
    this.#notePower(adopted);
    return true;
  }

  record(): DeviceRecord {
    const expiries = pendingExpiries(this.#state);
    return {
      description: this.#description,
      facts: this.facts,
      values: this.values,
      lastSeen: this.lastSeen,
      relay: this.relay,
      totals: Object.fromEntries(this.#totals),
      ...(this.address === undefined ? {} : { address: this.address }),
      ...(this.encryption === undefined ? {} : { encryption: this.encryption }),
      ...(this.cloud === undefined ? {} : { cloud: this.cloud }),
      ...(this.owned.size === 0 ? {} : { owned: [...this.owned] }),
      ...(expiries === undefined ? {} : { expiries }),
    };
  }

  #guardTotals(reading: Reading): Omit<Taken, "accepted" | "changes"> & {
    readonly values: Values;
    readonly admitted: ReadonlySet<string>;
  } {
    const admitted = new Set<string>();
    const held = new Set<string>();
    const refusals: Taken["refusals"][number][] = [];
    const replaced: Taken["replaced"][number][] = [];
    for (const [key, limits] of this.#lifetime) {
      const value = reading.values[key];
      if (value === undefined) continue;
      const known = this.#total(key);
      // A late reading is right to show less than a newer one, and says nothing about the device.
      const late = known !== undefined && isOutdated(this.#state, key, reading) && Number(value) <= known.value;
      const verdict = late ? { admitted: false, total: known } : admitTotal(known, value, limits, reading.receivedAt);
      (verdict.admitted ? admitted : held).add(key);
      if (verdict.total !== undefined) this.#totals.set(key, verdict.total);
      if (verdict.refusal !== undefined) refusals.push({ key, detail: verdict.refusal });
      if (verdict.replaces !== undefined) replaced.push({ key, from: verdict.replaces, to: value });
    }
    return { values: without(reading.values, held), admitted, refusals, replaced };
  }

  #adoptTotal(key: string, value: Value, publishedAt: EpochMs | undefined): boolean {
    const { admitted, total } = adoptTotal(this.#total(key), value, publishedAt);
    if (admitted && total !== undefined) this.#totals.set(key, total);
    return admitted;
  }

  /** A counter that was not guarded until now stands as it is shown. */
  #total(key: string): TotalRecord | undefined {
    const value = this.values[key];
    return this.#totals.get(key) ?? (typeof value === "number" ? { value, admittedAt: this.lastSeen } : undefined);
  }

  /** Kept apart from the state: dusk is told by the last number, also once it has expired. */
  #notePower(values: Values): void {
    const power = values[this.#description.sleep?.powerKey ?? ""];
    if (typeof power === "number") this.#lastPowerW = power;
  }
}

function lifetimeCounters(description: DeviceDescription): ReadonlyMap<string, TotalLimits> {
  const counters = description.entities.filter((entity) => entity.total === "lifetime");
  return new Map(counters.map((entity) => [entity.key, entity]));
}

function without(values: Values, keys: ReadonlySet<string>): Values {
  if (keys.size === 0) return values;
  return Object.fromEntries(Object.entries(values).filter(([key]) => !keys.has(key)));
}
