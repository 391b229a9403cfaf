import type { LegSecurity } from "../model/session.js";
import type { EpochMs } from "../model/time.js";

/** Bytes of one local day. */
export interface DisclosedDay {
  /** `2026-11-21`. */
  readonly day: string;
  /** To the cloud. */
  readonly sent: number;
  readonly received: number;
}

/** Whom a device told something. */
export interface Destination {
  /** A name, else an address. */
  readonly host: string;
  readonly port: number;
  /** Of the way from Cloudtap to it. */
  readonly security: LegSecurity;
}

export interface DisclosedDestination extends Destination {
  readonly lastAt: number;
  /** Newest first, at most 30. */
  readonly days: readonly DisclosedDay[];
}

export interface DisclosedDevice {
  /** A device's id, or `address 192.0.2.10` of one that nobody could name. */
  readonly id: string;
  /** The newest first; empty: it told nobody but Cloudtap. */
  readonly destinations: readonly DisclosedDestination[];
  /** Keys of what went to its cloud, also of devices that are reached through it. */
  readonly fields: readonly string[];
  /** True: part of it passes encrypted, or in words that nobody here knows. */
  readonly unread: boolean;
}

const deviceLimit = 2_000;
const destinationLimit = 16;
const fieldLimit = 1_024;
const reportLimit = 16;
const dayLimit = 30;
const dayMs = 86_400_000;
const unnamed = "address ";

/** What went to one destination and came from it. */
export class Tally {
  readonly destination: Destination;
  lastAt = 0;
  /** Newest first. */
  #days: { readonly day: string; sent: number; received: number }[] = [];

  constructor(destination: Destination) {
    this.destination = destination;
  }

  get isEmpty(): boolean {
    return this.#days.length === 0;
  }

  add(day: string, at: number, sent: number, received: number): void {
    const newest = this.#days[0];
    const entry = newest?.day === day ? newest : this.#entry(day);
    entry.sent += sent;
    entry.received += received;
    if (at > this.lastAt) this.lastAt = at;
  }

  addAll({ lastAt, days }: Pick<DisclosedDestination, "lastAt" | "days">): void {
    for (const { day, sent, received } of days) this.add(day, lastAt, sent, received);
  }

  show(): DisclosedDestination {
    return { ...this.destination, lastAt: this.lastAt, days: this.#days.map((day) => ({ ...day })) };
  }

  /** A clock that is set back may bring an earlier day. */
  #entry(day: string): { sent: number; received: number } {
    const known = this.#days.find((one) => one.day === day);
    if (known !== undefined) return known;
    const entry = { day, sent: 0, received: 0 };
    this.#days = [entry, ...this.#days].toSorted((a, b) => (a.day < b.day ? 1 : -1)).slice(0, dayLimit);
    return entry;
  }
}

/** What one device disclosed. */
export class DeviceBook {
  readonly id: string;
  /** From which it called last. */
  address: string | undefined;
  readonly #tallies = new Map<string, Tally>();
  readonly #fields = new Set<string>();
  /** Keys that were added together, by their number: reports of a device are alike, and comparing costs least. */
  readonly #reports = new Map<number, readonly string[]>();

  constructor(id: string) {
    this.id = id;
  }

  get isUnnamed(): boolean {
    return this.id.startsWith(unnamed);
  }

  get lastAt(): number {
    let newest = 0;
    for (const { lastAt } of this.#tallies.values()) newest = Math.max(newest, lastAt);
    return newest;
  }

  get fields(): readonly string[] {
    return [...this.#fields];
  }

  /** The least used destination makes room for a new one. */
  tally(destination: Destination): Tally {
    const key = `${destination.host} ${destination.port} ${destination.security}`;
    const known = this.#tallies.get(key);
    if (known !== undefined) return known;
    if (this.#tallies.size >= destinationLimit) this.#dropOldest();
    const tally = new Tally(destination);
    this.#tallies.set(key, tally);
    return tally;
  }

  /** True: at least one of them is new. */
  addFields(keys: readonly string[]): boolean {
    if (isSame(keys, this.#reports.get(keys.length))) return false;
    if (this.#reports.size >= reportLimit) this.#reports.clear();
    this.#reports.set(keys.length, keys);
    const before = this.#fields.size;
    for (const key of keys) if (this.#fields.size < fieldLimit) this.#fields.add(key);
    return this.#fields.size > before;
  }

  show(): DisclosedDevice {
    const destinations = [...this.#tallies.values()]
      .filter(({ isEmpty }) => !isEmpty)
      .map((tally) => tally.show())
      .toSorted((a, b) => b.lastAt - a.lastAt);
    return { id: this.id, destinations, fields: this.fields, unread: this.isUnnamed || isUnread(destinations) };
  }

  #dropOldest(): void {
    const [first, ...others] = this.#tallies;
    if (first === undefined) return;
    const [key] = others.reduce((oldest, one) => (one[1].lastAt < oldest[1].lastAt ? one : oldest), first);
    this.#tallies.delete(key);
  }
}

function isSame(keys: readonly string[], others: readonly string[] | undefined): boolean {
  if (others === undefined) return false;
  for (let at = 0; at < keys.length; at += 1) if (keys[at] !== others[at]) return false;
  return true;
}

/** What was passed through unread long before the newest traffic is history. */
function isUnread(destinations: readonly DisclosedDestination[]): boolean {
  const newest = destinations[0]?.lastAt ?? 0;
  return destinations.some(({ security, lastAt }) => security === "splice" && lastAt > newest - dayMs);
}

/** What all devices disclosed. */
export class DisclosureBooks {
  /** True once anything was added, until whoever keeps the books sets it back. */
  isChanged = false;
  readonly #books = new Map<string, DeviceBook>();
  /** Who called last from an address. */
  readonly #callers = new Map<string, DeviceBook>();

  /** Where there are too many, one that has been silent for long makes room: first of those without a name. */
  open(id: string): DeviceBook {
    const known = this.#books.get(id);
    if (known !== undefined) return known;
    if (this.#books.size >= deviceLimit) this.#dropOldest();
    const book = new DeviceBook(id);
    this.#books.set(id, book);
    this.isChanged = true;
    return book;
  }

  /** Of who called last from an address; where nobody is known, one that stands for the address. */
  ofAddress(address: string): DeviceBook {
    return this.#callers.get(address) ?? this.open(`${unnamed}${address}`);
  }

  /** A device called from there. */
  called(book: DeviceBook, address: string): void {
    if (this.#callers.get(address) === book) return;
    this.#leaveAddress(book);
    book.address = address;
    this.#callers.set(address, book);
    this.isChanged = true;
  }

  remove(id: string): DeviceBook | undefined {
    const book = this.#books.get(id);
    if (book === undefined) return undefined;
    this.#books.delete(id);
    this.#leaveAddress(book);
    this.isChanged = true;
    return book;
  }

  /** Those without a name are forgotten once they have been silent for thirty days. */
  forgetSilent(now: EpochMs): void {
    for (const book of [...this.#books.values()])
      if (book.isUnnamed && book.lastAt < now - dayLimit * dayMs) this.remove(book.id);
  }

  all(): readonly DeviceBook[] {
    return [...this.#books.values()];
  }

  #leaveAddress(book: DeviceBook): void {
    const { address } = book;
    if (address !== undefined && this.#callers.get(address) === book) this.#callers.delete(address);
  }

  #dropOldest(): void {
    const books = this.all();
    const strangers = books.filter(({ isUnnamed }) => isUnnamed);
    const [first, ...others] = strangers.length > 0 ? strangers : books;
    if (first === undefined) return;
    this.remove(others.reduce((oldest, one) => (one.lastAt < oldest.lastAt ? one : oldest), first).id);
  }
}
