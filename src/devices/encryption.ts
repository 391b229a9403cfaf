import type { WriteResult } from "../model/command.js";
import type { DeviceId } from "../model/device.js";
import { type Encryption, readAgainKey } from "../model/encryption.js";
import type { Bus, BusMessage } from "../model/ports.js";
import type { SessionId, SessionInfo } from "../model/session.js";
import type { SpliceKey, SpliceRecord } from "../model/splice.js";
import type { EpochMs } from "../model/time.js";
import type { Clock } from "../runtime/clock.js";
import { Guard } from "../runtime/guard.js";
import type { Part } from "../runtime/lifecycle.js";
import type { Logger } from "../runtime/log.js";
import type { DeviceHub } from "./device-hub.js";
import {
  type EncryptedMessage,
  encryptionEvent,
  isReadAgain,
  isUnknownDevice,
  readableEncryption,
  unknownDevice,
  unreadEncryption,
} from "./encryption-state.js";
import type { KnownDevice } from "./known-device.js";

/** What is to be forgotten; what is absent matches everything. */
export interface SpliceMatch {
  readonly relay?: string;
  readonly address?: string;
}

export interface EncryptionPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly hub: Pick<DeviceHub, "devices" | "find" | "introduce" | "remove" | "sawAt" | "setEncryption">;
  /** Makes the next connections be opened again; returns what was remembered. */
  forget(match: SpliceMatch): readonly SpliceRecord[];
}

/** Shows which devices are passed through unread, on their own entities or, where nobody knows them, on one of their own. */
export interface DeviceEncryption extends Part {
  /** `what`: an address, a device id or `all`. Tells everybody, and returns what was remembered. */
  forget(what: string, relay?: string): readonly SpliceRecord[];
  /** The same from MQTT; ends in one `write-result`. */
  readAgain(device: DeviceId, payload: string): void;
}

/** Whoever may open connections could make up as many devices as there are addresses. */
const unknownLimit = 256;
/** By then it has another address, or is gone; looked at when Cloudtap starts. */
const unknownForMs = 30 * 24 * 3_600_000;
/** How often an open connection counts as a sign of life. */
const aliveEveryMs = 60_000;

/** What is known of the unread sessions of one device. */
interface Trace {
  readonly open: Set<SessionId>;
  lastAt: EpochMs;
  /** It was read although nobody asked to try again. */
  wasReadAgain: boolean;
  speaksBoth: boolean;
}

/** To be created after the hub, and started after it. */
export function createDeviceEncryption(ports: EncryptionPorts): DeviceEncryption {
  return new EncryptionWatch(ports);
}

class EncryptionWatch implements DeviceEncryption {
  readonly name = "encryption";
  readonly #ports: EncryptionPorts;
  readonly #guard: Guard;
  /** Of devices that were unread at some time. */
  readonly #traces = new Map<DeviceId, Trace>();
  /** Devices that nobody could ever read, by their place. */
  readonly #unknown = new Map<string, DeviceId>();
  readonly #open = new Map<SessionId, { readonly session: SessionInfo; device: DeviceId }>();
  #cancelTimer: (() => void) | undefined;
  #full = false;

  constructor(ports: EncryptionPorts) {
    this.#ports = ports;
    this.#guard = new Guard(ports.log, "encryption");
    ports.bus.subscribe("encryption", (message) => this.#accept(message));
  }

  async start(): Promise<void> {
    const { hub, clock } = this.#ports;
    const now = clock.now();
    for (const { description, encryption, lastSeen } of hub.devices()) {
      const isUnknown = isUnknownDevice(description);
      if (isUnknown && now - lastSeen > unknownForMs) hub.remove(description.id);
      else if (encryption !== undefined) {
        this.#trace(description.id, now);
        if (isUnknown) this.#unknown.set(placeName(encryption.relay, encryption.address), description.id);
      }
    }
  }

  async stop(): Promise<void> {
    this.#cancelTimer?.();
    this.#open.clear();
  }

  forget(what: string, relay?: string): readonly SpliceRecord[] {
    const { bus, clock, log, forget } = this.#ports;
    const match = this.#matchOf(what, relay);
    const records = match === undefined ? [] : forget(match);
    log.info(
      { what, ...(relay === undefined ? {} : { relay }), records: records.length },
      "refused certificates forgotten",
    );
    for (const splice of records) bus.publish({ type: "splice-forgotten", splice, at: clock.now() });
    return records;
  }

  readAgain(device: DeviceId, payload: string): void {
    const request = { device, key: readAgainKey, value: payload };
    this.#ports.bus.publish({ type: "write-result", request, result: this.#tryAgain(device, payload) });
  }

  #tryAgain(device: DeviceId, payload: string): WriteResult {
    const { hub } = this.#ports;
    if (payload === "") return { status: "rejected", error: "expected anything but nothing" };
    if (hub.find(device) === undefined) return { status: "rejected", error: "unknown device" };
    if (this.forget(device).length > 0) return { status: "applied", value: payload };
    return { status: "rejected", error: "it is not remembered that this device refused a certificate" };
  }

  #matchOf(what: string, relay: string | undefined): SpliceMatch | undefined {
    if (what === "all") return relay === undefined ? {} : { relay };
    const known = this.#ports.hub.find(what.toLowerCase() as DeviceId);
    if (known === undefined) return { address: what.toLowerCase(), ...(relay === undefined ? {} : { relay }) };
    const { address, relay: seenAt } = known.encryption ?? known;
    if (address === undefined || (relay !== undefined && relay !== seenAt)) return undefined;
    return { relay: seenAt, address };
  }

  #accept(message: BusMessage): void {
    if (message.type === "encrypted") this.#onEncrypted(message);
    else if (message.type === "splice-forgotten") this.#onForgotten(message.splice);
    else if (message.type === "session-closed") this.#onClosed(message.session);
    else if (message.type === "seen") this.#onSeen(message.device, message.session);
  }

  #onEncrypted(message: EncryptedMessage): void {
    const { hub } = this.#ports;
    const { session, at } = message;
    const known = this.#deviceAt(session) ?? this.#introduce(session);
    if (known === undefined) return;
    const { id, swVersion } = known.description;
    hub.sawAt(id, session, at);
    const trace = this.#trace(id, at);
    trace.lastAt = at;
    trace.speaksBoth ||= trace.wasReadAgain;
    trace.open.add(session.id);
    this.#open.set(session.id, { session, device: id });
    this.#keepAlive();
    const encryption = unreadEncryption(known.encryption, message, swVersion);
    if (encryption !== undefined) this.#show(id, known.encryption, encryption);
  }

  #onForgotten({ relay, address, target }: SpliceKey): void {
    const { hub } = this.#ports;
    for (const { description, encryption } of hub.devices()) {
      const isMeant = encryption?.relay === relay && encryption.address === address && encryption.target === target;
      if (isMeant && encryption.state === "refused")
        hub.setEncryption(description.id, { ...encryption, retried: true });
    }
  }

  #onClosed({ id }: SessionInfo): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    const { session, device } = open;
    const now = this.#ports.clock.now();
    this.#open.delete(id);
    const trace = this.#traces.get(device);
    trace?.open.delete(id);
    if (trace !== undefined) trace.lastAt = now;
    this.#ports.hub.sawAt(device, session, now);
  }

  /** Called for each frame: nearly always there is nothing to look up. */
  #onSeen(device: DeviceId, session: SessionInfo): void {
    if (this.#traces.size === 0) return;
    const { hub, clock } = this.#ports;
    this.#becomesKnown(device, session);
    const trace = this.#traces.get(device);
    const encryption = trace === undefined ? undefined : hub.find(device)?.encryption;
    if (trace === undefined || encryption === undefined) return;
    const now = clock.now();
    if (!isReadAgain(encryption, session, { ...trace, open: trace.open.size > 0 }, now)) return;
    trace.wasReadAgain = encryption.retried !== true;
    this.#show(device, encryption, readableEncryption(encryption, now));
  }

  /** The nameless device at this place has told who it is: what was known of it moves over. */
  #becomesKnown(device: DeviceId, session: SessionInfo): void {
    if (this.#unknown.size === 0) return;
    const { hub, log } = this.#ports;
    const place = placeName(session.relay, session.device.remoteAddress);
    const nameless = this.#unknown.get(place);
    if (nameless === undefined || hub.find(device)?.description.viaDevice !== undefined) return;
    const encryption = hub.find(nameless)?.encryption;
    const trace = this.#traces.get(nameless);
    this.#unknown.delete(place);
    this.#traces.delete(nameless);
    hub.remove(nameless);
    for (const open of this.#open.values()) if (open.device === nameless) open.device = device;
    if (trace !== undefined && !this.#traces.has(device)) this.#traces.set(device, trace);
    if (encryption !== undefined) hub.setEncryption(device, encryption);
    log.info({ device, was: nameless }, "encrypted device has shown who it is");
  }

  #introduce(session: SessionInfo): KnownDevice | undefined {
    const { hub, log } = this.#ports;
    const description = unknownDevice(session);
    const { id } = description;
    if (this.#unknown.size >= unknownLimit) {
      if (!this.#full)
        log.warn({ device: id, limit: unknownLimit }, "too many encrypted devices, further ones are not shown");
      this.#full = true;
      return undefined;
    }
    hub.introduce(description, session);
    this.#unknown.set(placeName(session.relay, session.device.remoteAddress), id);
    return hub.find(id);
  }

  /** The device that was last seen there; one behind another has no connection of its own. */
  #deviceAt({ relay, device: { remoteAddress } }: SessionInfo): KnownDevice | undefined {
    const there = this.#ports.hub
      .devices()
      .filter((one) => one.relay === relay && one.address === remoteAddress && one.description.viaDevice === undefined);
    const known = there.filter(({ description }) => !isUnknownDevice(description));
    return (known.length > 0 ? known : there).toSorted((a, b) => b.lastSeen - a.lastSeen)[0];
  }

  #show(device: DeviceId, before: Encryption | undefined, after: Encryption): void {
    const { bus, hub, clock } = this.#ports;
    hub.setEncryption(device, after);
    const event = encryptionEvent(device, before, after, clock.now());
    if (event !== undefined) bus.publish({ type: "event", event });
  }

  #trace(device: DeviceId, at: EpochMs): Trace {
    const known = this.#traces.get(device);
    if (known !== undefined) return known;
    const trace = { open: new Set<SessionId>(), lastAt: at, wasReadAgain: false, speaksBoth: false };
    this.#traces.set(device, trace);
    return trace;
  }

  /** A connection that stays open for days is told only once. */
  #keepAlive(): void {
    this.#cancelTimer ??= this.#ports.clock.after(aliveEveryMs, () => {
      this.#cancelTimer = undefined;
      const now = this.#ports.clock.now();
      for (const { device, session } of this.#open.values())
        this.#guard.run(() => this.#ports.hub.sawAt(device, session, now));
      if (this.#open.size > 0) this.#keepAlive();
    });
  }
}

function placeName(relay: string, address: string): string {
  return JSON.stringify([relay, address]);
}
