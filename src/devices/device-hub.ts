import type { DeviceDescription, DeviceId, DeviceUpdate } from "../model/device.js";
import type { Encryption } from "../model/encryption.js";
import type { Bus, BusMessage, CloudState, DeviceMemory, DeviceStore } from "../model/ports.js";
import type { RememberedDevice } from "../model/protocol.js";
import type { Reading } from "../model/reading.js";
import type { SessionInfo } from "../model/session.js";
import type { EpochMs } from "../model/time.js";
import type { Values } from "../model/value.js";
import type { Clock } from "../runtime/clock.js";
import { Guard } from "../runtime/guard.js";
import type { Logger } from "../runtime/log.js";
import { Alarm } from "./alarm.js";
import { type Availability, availabilityAt, type LocalHour } from "./availability.js";
import { type CloudMessage, modeEvent, nextCloudState } from "./cloud-state.js";
import { logNewDevice, logStatus, logTaken } from "./device-log.js";
import { DevicePublisher, hasState } from "./device-publisher.js";
import { isEqual } from "./equality.js";
import { type KnownDevice, knownDevice } from "./known-device.js";
import { createLocalHour } from "./local-hour.js";
import { RecordSaver } from "./record-saver.js";
import type { KeyStatistics } from "./statistics.js";
import { type Seed, TrackedDevice } from "./tracked-device.js";

export interface DeviceHubOptions {
  readonly bus: Bus;
  readonly store: DeviceStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long a device of a relay may be silent, where the configuration says it. */
  offlineAfterMs(relay: string): number | undefined;
  /** Usual seconds between signs of life of a protocol's devices. */
  defaultIntervalS(protocol: string): number;
}

/** Keeps one state a device out of what all sessions tell on the bus, and publishes it there. */
export interface DeviceHub extends DeviceMemory {
  /** Brings back the devices of earlier runs and announces them. Once, before sessions begin. */
  restore(): Promise<void>;
  /**
   * A state that is retained in the broker. It is taken up where it is newer than the one here; lifetime totals count
   * when they are larger, so that what was shown before a crash is never shown smaller.
   */
  seed(device: DeviceId, values: Values, lastSeen: EpochMs | undefined): void;
  /** Publishes everything about all devices again, parents first. */
  announceAll(): void;
  devices(): readonly KnownDevice[];
  find(device: DeviceId): KnownDevice | undefined;
  /** Publishes the state once more, where there is one, for those who expect another one. */
  republish(device: DeviceId): void;
  /** The setting was written from here, also for later runs. */
  own(device: DeviceId, key: string): void;
  owns(device: DeviceId, key: string): boolean;
  /** Takes up a device as a session would that described it. */
  introduce(description: DeviceDescription, session: SessionInfo): void;
  /** A sign of life, read or not. */
  sawAt(device: DeviceId, session: SessionInfo, at: EpochMs): void;
  /** Whether its traffic can be read. Where not, its values soon become unknown, but for what always is known. */
  setEncryption(device: DeviceId, encryption: Encryption): void;
  /** As if it had never been there. */
  remove(device: DeviceId): void;
  /** By key; counted since the start. */
  statistics(device: DeviceId): ReadonlyMap<string, KeyStatistics>;
  /** By key: when the shown value came in. Lacks those that an earlier run, or another source than a reading, left. */
  receivedAt(device: DeviceId): ReadonlyMap<string, EpochMs>;
  /** Hands what is not saved yet to the store and waits for it. */
  stop(): Promise<void>;
}

const deviceLimit = 20_000;
/** A mere sign of life moves `last_seen` in the published state, but no more often than this. */
const seenEveryMs = 60_000;

export function createDeviceHub(options: DeviceHubOptions): DeviceHub {
  return new Hub(options);
}

class Hub implements DeviceHub {
  readonly #options: DeviceHubOptions;
  readonly #log: Logger;
  readonly #alarm: Alarm;
  readonly #timerGuard: Guard;
  readonly #localHour: LocalHour = createLocalHour();
  readonly #listeningSince: EpochMs;
  readonly #devices = new Map<DeviceId, TrackedDevice>();
  /** Devices whose parent is not announced yet, by the parent. */
  readonly #orphans = new Map<DeviceId, Set<TrackedDevice>>();
  readonly #seeds = new Map<DeviceId, Seed>();
  /** Of devices that nobody has described yet. */
  readonly #earlyClouds = new Map<DeviceId, CloudState>();
  readonly #saver: RecordSaver;
  readonly #publisher: DevicePublisher;
  #full = false;
  #stopped = false;

  constructor(options: DeviceHubOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#listeningSince = options.clock.now();
    this.#timerGuard = new Guard(options.log, "device timer");
    this.#saver = new RecordSaver(options.store, options.clock, this.#timerGuard);
    this.#publisher = new DevicePublisher(options.bus, options.clock);
    this.#alarm = new Alarm(options.clock, () => this.#wakeAll());
    options.bus.subscribe("devices", (message) => this.#accept(message));
  }

  async restore(): Promise<void> {
    const now = this.#options.clock.now();
    for (const record of await this.#options.store.load()) {
      const { id } = record.description;
      if (this.#devices.has(id) || !this.#hasRoom(id)) continue;
      const device = TrackedDevice.restore(record, now);
      device.expire(now);
      this.#devices.set(id, device);
      this.#announce(device);
    }
    this.#log.info({ devices: this.#devices.size }, "devices restored");
  }

  recall(id: DeviceId): RememberedDevice | undefined {
    const device = this.#devices.get(id);
    return device === undefined ? undefined : { facts: device.facts, values: device.values };
  }

  seed(id: DeviceId, values: Values, lastSeen: EpochMs | undefined): void {
    const device = this.#devices.get(id);
    if (device === undefined) {
      if (this.#seeds.size < deviceLimit) this.#seeds.set(id, { values, lastSeen });
      return;
    }
    const now = this.#options.clock.now();
    if (!device.adopt({ values, lastSeen }, now, false)) return;
    this.#publisher.state(device);
    this.#review(device, now);
    this.#saver.saveSoon(device);
  }

  announceAll(): void {
    const done = new Set<TrackedDevice>();
    const visit = (device: TrackedDevice): void => {
      if (!device.announced || done.has(device)) return;
      done.add(device);
      const parent = this.#parentOf(device);
      if (parent !== undefined) visit(parent);
      this.#publishAll(device);
    };
    for (const device of this.#devices.values()) visit(device);
  }

  devices(): readonly KnownDevice[] {
    return [...this.#devices.values()].map((device) => this.#known(device));
  }

  find(id: DeviceId): KnownDevice | undefined {
    const device = this.#devices.get(id);
    return device === undefined ? undefined : this.#known(device);
  }

  republish(id: DeviceId): void {
    const device = this.#devices.get(id);
    if (device !== undefined && hasState(device)) this.#publisher.state(device);
  }

  own(id: DeviceId, key: string): void {
    const device = this.#devices.get(id);
    if (device === undefined) return;
    device.owned.add(key);
    this.#saver.saveSoon(device);
  }

  owns(id: DeviceId, key: string): boolean {
    return this.#devices.get(id)?.owned.has(key) === true;
  }

  introduce(description: DeviceDescription, session: SessionInfo): void {
    this.#onDescribed(session, { description });
  }

  sawAt(id: DeviceId, session: SessionInfo, at: EpochMs): void {
    const device = this.#devices.get(id);
    if (device === undefined) return;
    device.sawAt(at, session);
    this.#showSignOfLife(device, false);
  }

  setEncryption(id: DeviceId, encryption: Encryption): void {
    const device = this.#devices.get(id);
    if (device === undefined) return;
    const before = device.encryption;
    device.encryption = encryption;
    const wasReadable = before === undefined || before.state === "readable";
    const now = this.#options.clock.now();
    if (wasReadable && encryption.state !== "readable")
      device.doubtValuesBy((now + this.#silenceLimitMs(device)) as EpochMs);
    if (device.announced && before === undefined) this.#publisher.description(device);
    this.#publisher.state(device);
    this.#scheduleWake(device);
    this.#saver.saveSoon(device);
  }

  remove(id: DeviceId): void {
    const device = this.#devices.get(id);
    if (device === undefined) return;
    this.#devices.delete(id);
    this.#saver.remove(device);
    this.#publisher.removal(device);
  }

  statistics(id: DeviceId): ReadonlyMap<string, KeyStatistics> {
    return this.#devices.get(id)?.statistics.byKey() ?? new Map();
  }

  receivedAt(id: DeviceId): ReadonlyMap<string, EpochMs> {
    return this.#devices.get(id)?.receivedAt() ?? new Map();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#alarm.cancel();
    await this.#saver.stop();
  }

  #accept(message: BusMessage): void {
    if (message.type === "reading") this.#onReading(message.session, message.reading);
    else if (message.type === "seen") this.sawAt(message.device, message.session, message.at);
    else if (message.type === "device") this.#onDescribed(message.session, message.update);
    else if (message.type === "cloud-mode" || message.type === "cloud-answered") this.#onCloud(message);
  }

  #onDescribed(session: SessionInfo, update: DeviceUpdate): void {
    const { description, facts } = update;
    const known = this.#devices.get(description.id);
    const device = known ?? this.#addDevice(description, session);
    if (device === undefined) return;
    if (facts !== undefined) device.facts = facts;
    this.#saver.saveSoon(device);
    if (known === undefined || isEqual(known.description, description)) return;
    device.describe(description);
    if (device.announced) this.#publisher.description(device);
    else this.#announce(device);
    this.#review(device, this.#options.clock.now());
  }

  #addDevice(description: DeviceDescription, session: SessionInfo): TrackedDevice | undefined {
    const { id } = description;
    if (!this.#hasRoom(id)) return undefined;
    const now = this.#options.clock.now();
    const device = new TrackedDevice(description, session.relay, now);
    device.sawAt(now, session);
    const seed = this.#seeds.get(id);
    if (seed !== undefined) device.adopt(seed, now, true);
    this.#seeds.delete(id);
    if (description.viaDevice === undefined) device.cloud = this.#earlyClouds.get(id);
    this.#earlyClouds.delete(id);
    this.#devices.set(id, device);
    logNewDevice(this.#log, device);
    this.#announce(device);
    return device;
  }

  #onReading(session: SessionInfo, reading: Reading): void {
    const device = this.#devices.get(reading.device);
    if (device === undefined) {
      this.#log.debug({ device: reading.device, session: session.id }, "reading of a device that was not described");
      return;
    }
    if (!reading.live) return;
    device.sawAt(reading.receivedAt, session);
    const taken = device.take(reading);
    for (const { key, detail } of taken.refusals) this.#publisher.refusal(session, device.id, `${key}: ${detail}`);
    logTaken(this.#log, device.id, taken);
    this.#showSignOfLife(device, taken.accepted);
  }

  /** A device behind another one has no cloud of its own. */
  #onCloud(message: CloudMessage): void {
    const device = this.#devices.get(message.device);
    if (device === undefined) {
      const early = this.#earlyClouds;
      if (early.size < deviceLimit || early.has(message.device))
        early.set(message.device, nextCloudState(early.get(message.device), message));
      return;
    }
    if (device.description.viaDevice !== undefined) return;
    const before = device.cloud;
    device.cloud = nextCloudState(before, message);
    this.#saver.saveSoon(device);
    if (message.type === "cloud-answered" || before?.mode === message.mode) return;
    const event = modeEvent(before, message);
    if (event !== undefined) this.#options.bus.publish({ type: "event", event });
    if (hasState(device)) this.#publisher.state(device);
  }

  /** State before availability: who becomes available shows new values at once. */
  #showSignOfLife(device: TrackedDevice, isNewState: boolean): void {
    const now = this.#options.clock.now();
    if (isNewState || now - device.statePublishedAt >= seenEveryMs) this.#publisher.state(device);
    this.#review(device, now);
    this.#saver.saveSoon(device);
  }

  /** Announced now, or as soon as its parent is. */
  #announce(device: TrackedDevice): void {
    const { viaDevice } = device.description;
    const hasParent = viaDevice !== undefined && viaDevice !== device.id;
    if (hasParent && this.#devices.get(viaDevice)?.announced !== true) {
      const waiting = this.#orphans.get(viaDevice) ?? new Set();
      this.#orphans.set(viaDevice, waiting.add(device));
      return;
    }
    device.announced = true;
    this.#publishAll(device);
    const children = this.#orphans.get(device.id);
    this.#orphans.delete(device.id);
    for (const child of children ?? []) if (!child.announced) this.#announce(child);
  }

  #publishAll(device: TrackedDevice): void {
    this.#publisher.description(device);
    if (hasState(device)) this.#publisher.state(device);
    device.availability = this.#availability(device, this.#options.clock.now());
    this.#publisher.availability(device);
    this.#scheduleWake(device);
  }

  /** Looks whether a device's availability is another one now, and when it may be next. */
  #review(device: TrackedDevice, now: EpochMs): void {
    const before = device.availability;
    device.availability = this.#availability(device, now);
    const { status, available } = device.availability;
    if (status !== before.status) logStatus(this.#log, device, before.status);
    if (status !== before.status || available !== before.available) this.#publisher.availability(device);
    this.#scheduleWake(device);
  }

  #availability(device: TrackedDevice, now: EpochMs): Availability {
    const { sleep } = device.description;
    const { lastPowerW, lastSeen } = device;
    const signs = {
      lastSeen,
      listeningSince: this.#listeningSince,
      silenceLimitMs: this.#silenceLimitMs(device),
      ...(sleep === undefined ? {} : { sleep }),
      ...(lastPowerW === undefined ? {} : { lastPowerW }),
    };
    return availabilityAt(signs, now, this.#localHour);
  }

  #scheduleWake(device: TrackedDevice): void {
    const never = Number.POSITIVE_INFINITY;
    device.wakeAt = Math.min(device.availability.until ?? never, device.nextExpiry ?? never);
    if (!this.#stopped) this.#alarm.setBy(device.wakeAt);
  }

  #wakeAll(): void {
    const now = this.#options.clock.now();
    for (const device of this.#devices.values()) {
      if (device.wakeAt > now) this.#alarm.setBy(device.wakeAt);
      else this.#timerGuard.run(() => this.#wake(device, now));
    }
  }

  #wake(device: TrackedDevice, now: EpochMs): void {
    if (device.expire(now)) {
      this.#publisher.state(device);
      this.#saver.saveSoon(device);
    }
    this.#review(device, now);
  }

  #known(device: TrackedDevice): KnownDevice {
    return knownDevice(device, this.#intervalS(device));
  }

  #silenceLimitMs(device: TrackedDevice): number {
    return this.#options.offlineAfterMs(device.relay) ?? 3_000 * this.#intervalS(device);
  }

  #intervalS({ description: { intervalS, protocol } }: TrackedDevice): number {
    return intervalS ?? this.#options.defaultIntervalS(protocol);
  }

  #parentOf(device: TrackedDevice): TrackedDevice | undefined {
    const { viaDevice } = device.description;
    return viaDevice === undefined ? undefined : this.#devices.get(viaDevice);
  }

  #hasRoom(id: DeviceId): boolean {
    if (this.#devices.size < deviceLimit) return true;
    if (!this.#full) this.#log.warn({ device: id, limit: deviceLimit }, "too many devices, further ones are ignored");
    this.#full = true;
    return false;
  }
}
