import type { DeviceDescription, DeviceId } from "../model/device.js";
import { type Encryption, readAgainKey } from "../model/encryption.js";
import type { EntityDescription } from "../model/entity.js";
import type { DeviceEvent } from "../model/event.js";
import type { BusMessage } from "../model/ports.js";
import type { SessionInfo } from "../model/session.js";
import type { EpochMs } from "../model/time.js";
import type { Values } from "../model/value.js";
import { formatAddressAndPort } from "../runtime/addresses.js";

export type EncryptedMessage = Extract<BusMessage, { readonly type: "encrypted" }>;

const diagnostic = { category: "diagnostic", alwaysAvailable: true } as const;

/** What a device shows besides its own, once its traffic could not be read. */
export const encryptionEntities: readonly EntityDescription[] = [
  {
    ...{ key: "encryption", platform: "sensor", name: "Encryption", deviceClass: "enum", ...diagnostic },
    options: ["readable", "refused", "unread"],
  },
  { key: "encryption_since", platform: "sensor", name: "Encryption since", deviceClass: "timestamp", ...diagnostic },
  { key: "encryption_detail", platform: "sensor", name: "Encryption detail", ...diagnostic },
  { key: "encryption_target", platform: "sensor", name: "Encryption target", enabled: false, ...diagnostic },
  { key: "encryption_firmware", platform: "sensor", name: "Encryption firmware", enabled: false, ...diagnostic },
  { key: readAgainKey, platform: "button", name: "Read again", icon: "mdi:lock-open-outline", ...diagnostic },
];

/** Home Assistant takes no longer state. */
const detailLimit = 255;
/** A device that calls unread has done so within this time. */
const unreadPauseMs = 3_600_000;

/** The description as it is announced. */
export function withEncryption(description: DeviceDescription, encryption: Encryption | undefined): DeviceDescription {
  if (encryption === undefined) return description;
  return { ...description, entities: [...description.entities, ...encryptionEntities] };
}

/** What belongs to `encryptionEntities` in a device's state. */
export function encryptionValues(encryption: Encryption): Values {
  const { state, since, target, firmware } = encryption;
  return {
    encryption: state,
    encryption_since: new Date(since).toISOString(),
    encryption_detail: describeEncryption(encryption),
    encryption_target: target === "" ? null : target,
    encryption_firmware: firmware ?? null,
  };
}

/** Why the device cannot be read and what can be done, in at most 255 characters. */
export function describeEncryption({ state, reason, relay, retried }: Encryption): string {
  if (state === "readable") return "Its traffic is read.";
  if (retried === true) return "It is tried again with its next connection.";
  const remedy =
    state === "refused"
      ? "After a new firmware or a reset of the device press Read again."
      : `To try it all the same, set tls: terminate for the relay ${relay}.`;
  const rest = `. Its cloud goes on working. ${remedy}`;
  const room = Math.max(0, detailLimit - rest.length);
  const first = reason.slice(0, 1).toUpperCase() + reason.slice(1).replace(/\.$/, "");
  const shortened = first.length > room ? `${first.slice(0, Math.max(0, room - 1))}…` : first;
  return `${shortened}${rest}`.slice(0, detailLimit);
}

/**
 * What is known of a device after a session that passes through unread; undefined where that is nothing new. Of two
 * places that it calls unread the first is shown, but one whose certificate check is certain wins over one that is not.
 */
export function unreadEncryption(
  before: Encryption | undefined,
  message: EncryptedMessage,
  firmware: string | undefined,
): Encryption | undefined {
  const { splice, session, target, reason, at } = message;
  const state = splice === undefined ? "unread" : "refused";
  const place = { relay: session.relay, address: session.device.remoteAddress, target };
  if (before !== undefined && before.state !== "readable" && before.retried !== true) {
    const isSamePlace = before.relay === place.relay && before.address === place.address;
    const isSame =
      before.state === state && before.target === target && (splice === undefined || before.since === splice.since);
    const isLess = before.target !== target && !(before.state === "unread" && state === "refused");
    if (isSamePlace && (isSame || isLess)) return undefined;
  }
  const record = splice?.since ?? before?.record;
  const lastFirmware = firmware ?? before?.firmware;
  return {
    ...{ state, since: splice?.since ?? at, ...place, reason },
    ...(lastFirmware === undefined ? {} : { firmware: lastFirmware }),
    ...(record === undefined ? {} : { record }),
  };
}

/** What is known besides of a device's unread sessions. */
export interface UnreadTrace {
  readonly open: boolean;
  readonly lastAt: EpochMs;
  /** It was read before at a place where it then called unread again: it speaks both ways, to different ends. */
  readonly speaksBoth: boolean;
}

/** Whether a session that was read shows that the device is not encrypted any more. */
export function isReadAgain(encryption: Encryption, session: SessionInfo, trace: UnreadTrace, now: EpochMs): boolean {
  const { relay, address } = encryption;
  if (encryption.state === "readable") return false;
  if (relay !== session.relay || address !== session.device.remoteAddress) return !trace.open;
  if (encryption.retried === true || targetOf(session) === encryption.target) return true;
  if (trace.open) return false;
  const wasLongAgo = now - trace.lastAt > unreadPauseMs;
  return wasLongAgo || (session.serverName === undefined && !trace.speaksBoth);
}

/** The device is read from `at` on. */
export function readableEncryption(before: Encryption, at: EpochMs): Encryption {
  const { retried: _over, ...rest } = before;
  return { ...rest, state: "readable", since: at };
}

/** The event of a change; none for a record that was told before. */
export function encryptionEvent(
  device: DeviceId,
  before: Encryption | undefined,
  after: Encryption,
  at: EpochMs,
): DeviceEvent | undefined {
  const { state, target, reason, relay, address, firmware } = after;
  const place = { relay, address, target, ...(firmware === undefined ? {} : { firmware }) };
  if (state === "readable") return { device, type: "readable_again", at, attributes: place };
  if (state === "refused" && before?.record === after.record) return undefined;
  const attributes = { state, reason, ...place, detail: describeEncryption(after) };
  return { device, type: "encrypted", at, attributes };
}

/** Where a session was heading, as `SpliceKey` names it. */
export function targetOf({ serverName, destination }: SessionInfo): string {
  if (serverName !== undefined) return serverName;
  if (destination === undefined) return "";
  const { address, port } = destination;
  return formatAddressAndPort(address, port);
}

/** A device that nobody has ever been able to read. */
export function unknownDevice({ protocol, device }: SessionInfo): DeviceDescription {
  const { remoteAddress } = device;
  return {
    id: unknownDeviceId(protocol, remoteAddress),
    protocol,
    name: `Encrypted device ${remoteAddress}`,
    entities: [],
    eventTypes: [],
  };
}

/** Its id; no protocol makes one like it. */
export function unknownDeviceId(protocol: string, address: string): DeviceId {
  return `${protocol}_at_${address}`.toLowerCase().replaceAll(/[^a-z0-9]/g, "_") as DeviceId;
}

/** True of an id that `unknownDeviceId` made. */
export function isUnknownDevice({ id, protocol }: DeviceDescription): boolean {
  return id.startsWith(unknownDeviceId(protocol, ""));
}
