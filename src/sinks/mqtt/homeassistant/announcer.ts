import type { DeviceDescription, DeviceId } from "../../../model/device.js";
import type { EpochMs } from "../../../model/time.js";
import type { Clock } from "../../../runtime/clock.js";
import type { Logger } from "../../../runtime/log.js";
import type { Link } from "../link.js";
import type { AnnouncedComponents } from "./announcement.js";
import type { DiscoveryContext } from "./components.js";
import { deviceDocument, leavingComponents, withTombstones } from "./discovery.js";

/** While Home Assistant sets up the first document of a device it skips parts of a second one. */
export const sameDeviceGapMs = 1_000;
/** Between documents of different devices, so that many do not arrive at once. */
export const documentGapMs = 20;

export interface AnnouncerPorts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly context: DiscoveryContext;
  /** Right before a document is sent. */
  announcing(device: DeviceId): void;
  /** Once the broker has a document that was asked for with `followUp`. */
  announced(device: DeviceId): void;
}

interface Announcement {
  description: DeviceDescription;
  /** What the broker is known to hold. */
  published: AnnouncedComponents;
  sentAt: EpochMs | undefined;
  followUp: boolean;
}

/** Publishes discovery documents: paced, parents first, tombstones before what replaces them. */
export class Announcer {
  readonly #ports: AnnouncerPorts;
  readonly #announcements = new Map<DeviceId, Announcement>();
  readonly #found = new Map<DeviceId, AnnouncedComponents>();
  readonly #queue = new Set<DeviceId>();
  #link: Link | undefined;
  #cancelTimer: (() => void) | undefined;
  #sending = false;

  constructor(ports: AnnouncerPorts) {
    this.#ports = ports;
  }

  /** What an earlier run announced and is still in the broker. */
  restore(found: ReadonlyMap<DeviceId, AnnouncedComponents>): void {
    for (const [device, components] of found) {
      const known = this.#announcements.get(device);
      if (known === undefined) this.#found.set(device, components);
      else known.published = components;
    }
  }

  describe(description: DeviceDescription): void {
    const { id } = description;
    const known = this.#announcements.get(id);
    if (known === undefined) {
      const published = this.#found.get(id) ?? new Map();
      this.#found.delete(id);
      this.#announcements.set(id, { description, published, sentAt: undefined, followUp: false });
    } else known.description = description;
    this.#enqueue(id);
  }

  /** Says nothing more of it; its document is the caller's to delete. */
  remove(device: DeviceId): void {
    this.#announcements.delete(device);
    this.#found.delete(device);
    this.#queue.delete(device);
  }

  /** Announces every device again on this link. */
  attach(link: Link): void {
    this.#link = link;
    this.#sending = false;
    this.announceAll(false);
  }

  detach(): void {
    this.#link = undefined;
    this.#queue.clear();
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** `followUp`: tell of each device once its document is with the broker. */
  announceAll(followUp: boolean): void {
    for (const [id, announcement] of this.#announcements) {
      announcement.followUp ||= followUp;
      this.#enqueue(id);
    }
  }

  #enqueue(id: DeviceId): void {
    if (this.#link === undefined) return;
    this.#queue.add(id);
    this.#wake(documentGapMs);
  }

  #wake(delayMs: number): void {
    if (this.#cancelTimer !== undefined || this.#sending) return;
    this.#cancelTimer = this.#ports.clock.after(delayMs, () => {
      this.#cancelTimer = undefined;
      this.#sendNext();
    });
  }

  #sendNext(): void {
    const link = this.#link;
    if (link === undefined || this.#queue.size === 0) return;
    const next = this.#nextDue();
    if (next === undefined) {
      this.#wake(documentGapMs);
      return;
    }
    this.#queue.delete(next.description.id);
    this.#send(link, next);
  }

  /** The first in the queue whose last document is long enough ago; its parents before it. */
  #nextDue(): Announcement | undefined {
    const now = this.#ports.clock.now();
    for (const id of this.#queue) {
      const announcement = this.#announcements.get(id);
      const due = announcement === undefined ? undefined : this.#rootOf(announcement, now);
      if (due !== undefined && isDue(due, now)) return due;
    }
    return undefined;
  }

  /** The farthest parent that waits and is due. A parent that has just been sent is known already. */
  #rootOf(announcement: Announcement, now: EpochMs): Announcement {
    let root = announcement;
    const seen = new Set([announcement.description.id]);
    for (;;) {
      const parentId = root.description.viaDevice;
      if (parentId === undefined || seen.has(parentId) || !this.#queue.has(parentId)) return root;
      const parent = this.#announcements.get(parentId);
      if (parent === undefined || !isDue(parent, now)) return root;
      seen.add(parentId);
      root = parent;
    }
  }

  #send(link: Link, announcement: Announcement): void {
    const { log, clock, context } = this.#ports;
    const { description } = announcement;
    const { id } = description;
    this.#ports.announcing(id);
    const document = deviceDocument(description, context);
    const leaving = leavingComponents(document, announcement.published);
    const sent = leaving.size === 0 ? document : withTombstones(document, leaving);
    if (leaving.size > 0) this.#queue.add(id);
    announcement.sentAt = clock.now();
    this.#sending = true;
    link.publish({ topic: context.topics.discovery(id), payload: JSON.stringify(sent), retain: true }, (error) => {
      if (this.#link !== link) return;
      this.#sending = false;
      this.#wake(documentGapMs);
      if (error !== undefined) {
        this.#queue.delete(id);
        log.warn({ device: id, reason: error.message }, "broker refused a discovery document");
        return;
      }
      const keys = Object.entries(document.components).filter(([key]) => !leaving.has(key));
      announcement.published = new Map(keys.map(([key, { platform }]) => [key, platform]));
      if (leaving.size === 0 && announcement.followUp) {
        announcement.followUp = false;
        this.#ports.announced(id);
      }
    });
  }
}

function isDue({ sentAt }: Announcement, now: EpochMs): boolean {
  return sentAt === undefined || now - sentAt >= sameDeviceGapMs || now < sentAt;
}
