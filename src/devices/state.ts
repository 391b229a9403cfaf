import type { Reading } from "../model/reading.js";
import type { EpochMs } from "../model/time.js";
import type { Value, Values } from "../model/value.js";

/** When a shown value was measured, came in, and becomes unknown. */
export interface Stamp {
  readonly measuredAt: EpochMs | undefined;
  /** Undefined: in an earlier run. */
  readonly receivedAt: EpochMs | undefined;
  readonly expiresAt: EpochMs | undefined;
}

/** What is shown of one device. Never changed: each reading makes a new one. */
export interface DeviceState {
  readonly values: Values;
  /** By key; values from an earlier run have none and give way to any live reading. */
  readonly stamps: Readonly<Record<string, Stamp>>;
  /** No reading from this time on is older than what is shown. */
  readonly newestMeasuredAt: EpochMs | undefined;
  /** No value becomes unknown before this time. */
  readonly nextExpiry: EpochMs | undefined;
}

export const emptyState: DeviceState = { values: {}, stamps: {}, newestMeasuredAt: undefined, nextExpiry: undefined };

/** Keys of one device; more are not taken up. No device comes near it, a hostile one could fill the memory. */
export const keyLimit = 1024;

/**
 * After so long without anything newer, an older time means that the device's clock was set back, not that the
 * reading is late: without it a device would be frozen until its clock has caught up.
 */
const clockStepMs = 15 * 60_000;

/** True when what is shown for `key` was measured later than `reading`. */
export function isOutdated(state: DeviceState, key: string, reading: Reading): boolean {
  const stamp = state.stamps[key];
  if (stamp?.measuredAt === undefined || stamp.receivedAt === undefined) return false;
  if (reading.measuredAt === undefined) return false;
  return reading.measuredAt < stamp.measuredAt && reading.receivedAt - stamp.receivedAt < clockStepMs;
}

/**
 * Takes up a reading: live over historic, newer over older, key by key; absent keys keep their last value. Keys in
 * `admitted` are taken up even when they are older: totals that passed their guard. Nothing taken up: the same state.
 */
export function mergeReading(state: DeviceState, reading: Reading, admitted: ReadonlySet<string>): DeviceState {
  if (!reading.live) return state;
  const taken = takenUp(state, reading, admitted);
  const keys = Object.keys(taken);
  if (keys.length === 0) return state;
  // A device's clock may be ahead; once it is set right, its readings must not look old.
  const measuredAt = reading.measuredAt === undefined ? undefined : earlier(reading.measuredAt, reading.receivedAt);
  const { expiringKeys } = reading;
  const lasting: Stamp = { measuredAt, receivedAt: reading.receivedAt, expiresAt: undefined };
  const expiring: Stamp = { ...lasting, expiresAt: reading.expiresAt };
  const stamps: Record<string, Stamp> = { ...state.stamps };
  for (const key of keys) stamps[key] = expiringKeys?.includes(key) ? expiring : lasting;
  return {
    values: { ...state.values, ...taken },
    stamps,
    newestMeasuredAt: later(state.newestMeasuredAt, measuredAt),
    nextExpiry: earlier(state.nextExpiry, expiringKeys === undefined ? undefined : reading.expiresAt),
  };
}

/** Values whose time has come become null. None: the same state. */
export function expireValues(state: DeviceState, now: EpochMs): DeviceState {
  if (state.nextExpiry === undefined || state.nextExpiry > now) return state;
  const values: Record<string, Value> = { ...state.values };
  const stamps: Record<string, Stamp> = { ...state.stamps };
  let nextExpiry: EpochMs | undefined;
  let expired = false;
  for (const [key, stamp] of Object.entries(state.stamps)) {
    if (stamp.expiresAt === undefined) continue;
    if (stamp.expiresAt > now) {
      nextExpiry = earlier(nextExpiry, stamp.expiresAt);
      continue;
    }
    expired ||= values[key] !== null;
    values[key] = null;
    stamps[key] = { ...stamp, expiresAt: undefined };
  }
  return { ...state, values: expired ? values : state.values, stamps, nextExpiry };
}

/** The values of `keys` become unknown at `at`, or when they were to before that. A newer reading of a key lifts it. */
export function limitValues(state: DeviceState, keys: ReadonlySet<string>, at: EpochMs): DeviceState {
  const stamps: Record<string, Stamp> = { ...state.stamps };
  let nextExpiry = state.nextExpiry;
  for (const [key, value] of Object.entries(state.values)) {
    if (value === null || !keys.has(key)) continue;
    const { measuredAt, receivedAt, expiresAt } = stamps[key] ?? {};
    stamps[key] = { measuredAt, receivedAt, expiresAt: earlier(expiresAt, at) };
    nextExpiry = earlier(nextExpiry, at);
  }
  return { ...state, stamps, nextExpiry };
}

/** The state as an earlier run left it. */
export function restoreState(values: Values, expiries: Readonly<Record<string, EpochMs>>): DeviceState {
  const stamps: Record<string, Stamp> = {};
  let nextExpiry: EpochMs | undefined;
  for (const [key, expiresAt] of Object.entries(expiries)) {
    stamps[key] = { measuredAt: undefined, receivedAt: undefined, expiresAt };
    nextExpiry = earlier(nextExpiry, expiresAt);
  }
  return { ...emptyState, values, stamps, nextExpiry };
}

/** When values become unknown, for the disk. */
export function pendingExpiries(state: DeviceState): Readonly<Record<string, EpochMs>> | undefined {
  if (state.nextExpiry === undefined) return undefined;
  const expiries: Record<string, EpochMs> = {};
  for (const [key, { expiresAt }] of Object.entries(state.stamps)) {
    if (expiresAt !== undefined) expiries[key] = expiresAt;
  }
  return expiries;
}

/** By key when what is shown came in; without what an earlier run left. */
export function receivedTimes({ stamps }: DeviceState): ReadonlyMap<string, EpochMs> {
  const times = new Map<string, EpochMs>();
  for (const [key, { receivedAt }] of Object.entries(stamps)) if (receivedAt !== undefined) times.set(key, receivedAt);
  return times;
}

function takenUp(state: DeviceState, reading: Reading, admitted: ReadonlySet<string>): Values {
  const keys = Object.keys(reading.values);
  const isLate = couldBeOutdated(state, reading);
  const hasRoom = Object.keys(state.values).length + keys.length <= keyLimit;
  if (!isLate && hasRoom) return reading.values;
  let room = keyLimit - Object.keys(state.values).length;
  const taken: Record<string, Value> = {};
  for (const [key, value] of Object.entries(reading.values)) {
    if (!admitted.has(key) && isOutdated(state, key, reading)) continue;
    if (!(key in state.values)) room -= 1;
    if (room >= 0 || key in state.values) taken[key] = value;
  }
  return taken;
}

/** False for nearly all readings, and cheaper than looking at each key. */
function couldBeOutdated(state: DeviceState, { measuredAt }: Reading): boolean {
  return measuredAt !== undefined && state.newestMeasuredAt !== undefined && measuredAt < state.newestMeasuredAt;
}

/** The earlier of two times; of an unknown and a known one the known. */
function earlier(a: EpochMs | undefined, b: EpochMs | undefined): EpochMs | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

function later(a: EpochMs | undefined, b: EpochMs | undefined): EpochMs | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}
