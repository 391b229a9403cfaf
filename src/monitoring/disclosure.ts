import type { DeviceDescription } from "../model/device.js";
import type { Bus, BusMessage } from "../model/ports.js";
import type { SessionInfo } from "../model/session.js";
import type { TrafficObserver } from "../model/traffic.js";
import type { JsonObject } from "../model/value.js";
import type { Clock } from "../runtime/clock.js";
import type { Part } from "../runtime/lifecycle.js";
import { type DisclosedDevice, DisclosureBooks } from "./disclosure-books.js";
import { encodeDisclosure, restoreDisclosure } from "./disclosure-json.js";
import { SessionDisclosure, type SessionDisclosurePorts } from "./session-disclosure.js";

/** What each device tells whom: hosts, bytes by day, and the keys of what it reports. Kept between runs. */
export interface Disclosure extends TrafficObserver, Part {
  devices(): readonly DisclosedDevice[];
}

/** Where it is kept between runs. */
export interface DisclosureStore {
  /** Undefined: nothing was kept, or what was is damaged. */
  load(): Promise<JsonObject | undefined>;
  /** Never rejects. */
  save(kept: JsonObject): Promise<void>;
}

export interface DisclosurePorts extends Pick<SessionDisclosurePorts, "upstreamOf" | "dayOf"> {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly store: DisclosureStore;
}

const saveEveryMs = 300_000;
/** Devices behind others that are remembered; an Envoy has some hundred. */
const behindLimit = 10_000;

/** Listens from now on; to be started before sessions begin, and stopped after they have ended. */
export function createDisclosure(ports: DisclosurePorts): Disclosure {
  return new DisclosureNotes(ports);
}

class DisclosureNotes implements Disclosure {
  readonly name = "disclosure";
  readonly #ports: DisclosurePorts;
  readonly #books = new DisclosureBooks();
  readonly #sessionPorts: SessionDisclosurePorts;
  readonly #sessions = new Map<string, SessionDisclosure>();
  /** By device: the one through which it is reached. */
  readonly #behind = new Map<string, string>();
  #cancelSave: () => void = () => undefined;

  constructor(ports: DisclosurePorts) {
    const { bus, clock } = ports;
    this.#ports = ports;
    this.#sessionPorts = {
      ...{ clock, books: this.#books },
      dayOf: (at) => ports.dayOf(at),
      upstreamOf: (relay) => ports.upstreamOf(relay),
      closed: ({ id }) => this.#sessions.delete(id),
    };
    bus.subscribe(this.name, (message) => this.#accept(message));
  }

  async start(): Promise<void> {
    const kept = await this.#ports.store.load();
    if (kept !== undefined) restoreDisclosure(kept, this.#books);
    this.#books.isChanged = false;
    this.#saveLater();
  }

  async stop(): Promise<void> {
    this.#cancelSave();
    await this.#save();
  }

  opened(info: SessionInfo): SessionDisclosure {
    const session = new SessionDisclosure(info, this.#sessionPorts);
    this.#sessions.set(info.id, session);
    return session;
  }

  devices(): readonly DisclosedDevice[] {
    return this.#books
      .all()
      .filter((book) => !book.isUnnamed || book.lastAt > 0)
      .map((book) => book.show());
  }

  #accept(message: BusMessage): void {
    switch (message.type) {
      case "seen":
        this.#seen(message);
        return;
      case "reading":
        this.#told(message);
        return;
      case "cloud-mode":
        this.#sessions.get(message.session.id)?.setMode(message.mode);
        return;
      case "device":
        this.#described(message.update.description);
        return;
      case "described":
        this.#described(message.description);
        return;
      case "removed":
        this.#remove(message.device);
        return;
      default:
    }
  }

  /** A device behind another one has no destinations of its own. */
  #seen({ session: { id }, device }: Extract<BusMessage, { readonly type: "seen" }>): void {
    const session = this.#sessions.get(id);
    if (session === undefined || session.belongsTo(device) || this.#behind.has(device)) return;
    session.own(this.#books.open(device));
  }

  #told({ session: { id }, reading }: Extract<BusMessage, { readonly type: "reading" }>): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    const device = this.#behind.get(reading.device) ?? reading.device;
    session.told(this.#books.open(device), reading.values);
  }

  #described({ id, viaDevice }: DeviceDescription): void {
    if (viaDevice === undefined || viaDevice === id) this.#behind.delete(id);
    else if (this.#behind.size < behindLimit) this.#behind.set(id, viaDevice);
  }

  #remove(device: string): void {
    this.#behind.delete(device);
    const book = this.#books.remove(device);
    if (book === undefined) return;
    for (const session of this.#sessions.values()) session.disown(book);
  }

  #saveLater(): void {
    this.#cancelSave = this.#ports.clock.after(saveEveryMs, () => {
      this.#books.forgetSilent(this.#ports.clock.now());
      void this.#save();
      this.#saveLater();
    });
  }

  async #save(): Promise<void> {
    if (!this.#books.isChanged) return;
    this.#books.isChanged = false;
    await this.#ports.store.save(encodeDisclosure(this.#books));
  }
}
