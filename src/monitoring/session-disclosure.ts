import type { CloudMode } from "../model/command.js";
import type { SessionInfo } from "../model/session.js";
import type { EpochMs } from "../model/time.js";
import type { LegOpening, LegTraffic, SessionTraffic } from "../model/traffic.js";
import type { Values } from "../model/value.js";
import type { Clock } from "../runtime/clock.js";
import { deafLeg } from "../runtime/deaf-traffic.js";
import { type Destination, type DeviceBook, type DisclosureBooks, Tally } from "./disclosure-books.js";

export interface SessionDisclosurePorts {
  readonly clock: Clock;
  readonly books: DisclosureBooks;
  /** As `2026-11-21`; asked for every chunk. */
  dayOf(at: EpochMs): string;
  /** Where a relay's cloud is, where that is the same for all its sessions. */
  upstreamOf(relay: string): { readonly host: string; readonly port: number } | undefined;
  closed(session: SessionInfo): void;
}

const ownerLimit = 16;
/** Cloud legs of one session that change hands when it shows whose it is; older ones stay where they are. */
const legLimit = 8;
const earlyLimit = 64;
const none: readonly never[] = [];

/** What one session discloses, booked to the devices that it shows; to whoever has its address where it shows none. */
export class SessionDisclosure implements SessionTraffic {
  readonly wantsSecrets = false;
  readonly #info: SessionInfo;
  readonly #ports: SessionDisclosurePorts;
  #owners: readonly DeviceBook[] = none;
  #legs: readonly CloudLegBytes[] = none;
  #mode: CloudMode | undefined;
  /** Told before it was known whether the cloud hears it. */
  #early: readonly { readonly book: DeviceBook; readonly keys: readonly string[] }[] = none;
  #isUnread = false;
  #isClosed = false;

  constructor(info: SessionInfo, ports: SessionDisclosurePorts) {
    this.#info = info;
    this.#ports = ports;
  }

  legOpened({ side, security, addresses }: LegOpening): LegTraffic {
    if (side === "device") {
      this.#isUnread = security === "splice";
      // What the device says to Cloudtap leaves the house only on a cloud leg.
      return deafLeg;
    }
    const { remoteAddress, remotePort } = addresses;
    const host = this.#nameAt(remotePort) ?? remoteAddress;
    const leg = new CloudLegBytes({ host, port: remotePort, security }, this.#ports);
    this.#legs = [...this.#legs, leg].slice(-legLimit);
    if (this.#owners.length > 0) leg.bookTo(this.#owners);
    else if (this.#isUnread || this.#isClosed) this.#bookToAddress();
    this.#tellEarly();
    return leg;
  }

  secret(): void {
    // Not wanted.
  }

  closed(): void {
    this.#isClosed = true;
    this.#early = none;
    if (this.#owners.length === 0 && this.#legs.some(({ hasWaiting }) => hasWaiting)) this.#bookToAddress();
    this.#ports.closed(this.#info);
  }

  /** The session is of this device, among others. */
  belongsTo(device: string): boolean {
    return this.#owners.some(({ id }) => id === device);
  }

  /** The first one gets what passed before. */
  own(book: DeviceBook): void {
    if (this.#owners.length >= ownerLimit || this.#owners.includes(book)) return;
    this.#ports.books.called(book, this.#info.device.remoteAddress);
    this.#bookTo([...this.#owners, book]);
  }

  /** The device is not to be known any more. */
  disown(book: DeviceBook): void {
    this.#early = this.#early.filter((early) => early.book !== book);
    if (this.#owners.includes(book)) this.#bookTo(this.#owners.filter((owner) => owner !== book));
  }

  setMode(mode: CloudMode): void {
    this.#mode = mode;
    if (mode === "local") this.#early = none;
    this.#tellEarly();
  }

  /** The device told this, its cloud too where that answers it. */
  told(book: DeviceBook, values: Values): void {
    if (this.#mode === "local") return;
    const keys = Object.keys(values);
    if (this.#isTold) this.#addFields(book, keys);
    else if (this.#early.length < earlyLimit) this.#early = [...this.#early, { book, keys }];
  }

  get #isTold(): boolean {
    return this.#mode === "relay" && this.#legs.length > 0;
  }

  #tellEarly(): void {
    if (this.#early.length === 0 || !this.#isTold) return;
    for (const { book, keys } of this.#early) this.#addFields(book, keys);
    this.#early = none;
  }

  #addFields(book: DeviceBook, keys: readonly string[]): void {
    if (book.addFields(keys)) this.#ports.books.isChanged = true;
  }

  #bookTo(owners: readonly DeviceBook[]): void {
    this.#owners = owners;
    for (const leg of this.#legs) leg.bookTo(owners);
  }

  #bookToAddress(): void {
    this.#bookTo([this.#ports.books.ofAddress(this.#info.device.remoteAddress)]);
  }

  /** A relay with a cloud of its own calls that, whatever name the device asked for. */
  #nameAt(port: number): string | undefined {
    const upstream = this.#ports.upstreamOf(this.#info.relay);
    return upstream?.port === port ? upstream.host : this.#info.serverName;
  }
}

/** The bytes of one cloud leg. They wait in a tally of their own until it is known whose they are. */
class CloudLegBytes implements LegTraffic {
  readonly #destination: Destination;
  readonly #ports: SessionDisclosurePorts;
  #waiting: Tally | undefined;
  /** Whose they are; empty as long as nobody knows. */
  #tallies: readonly Tally[] = none;

  constructor(destination: Destination, ports: SessionDisclosurePorts) {
    this.#destination = destination;
    this.#ports = ports;
  }

  get hasWaiting(): boolean {
    return this.#waiting !== undefined;
  }

  bookTo(books: readonly DeviceBook[]): void {
    this.#tallies = books.map((book) => book.tally(this.#destination));
    const waiting = this.#waiting?.show();
    if (waiting === undefined || books.length === 0) return;
    for (const tally of this.#tallies) tally.addAll(waiting);
    this.#waiting = undefined;
  }

  received(chunk: Uint8Array): void {
    this.#add(0, chunk.length);
  }

  sent(chunk: Uint8Array): void {
    this.#add(chunk.length, 0);
  }

  ended(): void {
    // What passed is booked already.
  }

  reset(): void {
    // What passed is booked already.
  }

  #add(sent: number, received: number): void {
    const { clock, books } = this.#ports;
    const now = clock.now();
    const day = this.#ports.dayOf(now);
    if (this.#tallies.length === 0) {
      this.#waiting ??= new Tally(this.#destination);
      this.#waiting.add(day, now, sent, received);
    }
    for (const tally of this.#tallies) tally.add(day, now, sent, received);
    books.isChanged = true;
  }
}
