import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../src/model/time.js";
import { type Destination, DeviceBook, DisclosureBooks, Tally } from "../../src/monitoring/disclosure-books.js";

const cloud: Destination = { host: "cloud.example", port: 443, security: "tls" };
const dayMs = 86_400_000;
const noon = Date.UTC(2026, 5, 21, 12);
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

describe("a tally", () => {
  it("adds up what went and came each day, newest first", () => {
    const tally = new Tally(cloud);
    expect(tally.isEmpty).toBe(true);
    tally.add("2026-06-21", noon, 10, 0);
    tally.add("2026-06-21", noon + 1, 0, 5);
    tally.add("2026-06-22", noon + dayMs, 7, 8);
    expect(tally.show()).toEqual({
      ...{ ...cloud, lastAt: noon + dayMs },
      days: [
        { day: "2026-06-22", sent: 7, received: 8 },
        { day: "2026-06-21", sent: 10, received: 5 },
      ],
    });
  });

  it("keeps thirty days", () => {
    const tally = new Tally(cloud);
    for (let day = 0; day < 40; day += 1) tally.add(dayOf(noon + day * dayMs), noon + day * dayMs, day, 0);
    const { days } = tally.show();
    expect(days).toHaveLength(30);
    expect([days[0]?.sent, days.at(-1)?.sent]).toEqual([39, 10]);
  });

  it("puts an earlier day where it belongs, where the clock was set back", () => {
    const tally = new Tally(cloud);
    tally.add("2026-06-22", noon + dayMs, 1, 0);
    tally.add("2026-06-20", noon - dayMs, 2, 0);
    tally.add("2026-06-21", noon, 3, 0);
    tally.add("2026-06-20", noon - dayMs, 4, 0);
    tally.add("2026-06-22", noon, 5, 0);
    const { days, lastAt } = tally.show();
    expect(days.map(({ day, sent }) => `${day} ${sent}`)).toEqual(["2026-06-22 6", "2026-06-21 3", "2026-06-20 6"]);
    expect(lastAt).toBe(noon + dayMs);
  });
});

describe("a device's book", () => {
  it("shows whom it told something, the newest first", () => {
    const book = new DeviceBook("solarman_1");
    book.tally(cloud).add("2026-06-21", noon, 1, 0);
    book.tally({ ...cloud, security: "plain" }).add("2026-06-21", noon + 1, 2, 0);
    book.tally({ ...cloud, port: 80 });
    expect(book.tally(cloud)).toBe(book.tally({ ...cloud }));
    expect(book.show()).toMatchObject({
      ...{ id: "solarman_1", unread: false },
      destinations: [{ security: "plain" }, { security: "tls" }],
    });
    expect(book.lastAt).toBe(noon + 1);
  });

  it("keeps sixteen destinations and lets the least used one go", () => {
    const book = new DeviceBook("solarman_1");
    for (let at = 0; at < 16; at += 1) book.tally({ ...cloud, port: at }).add("2026-06-21", noon + at, 1, 0);
    book.tally({ ...cloud, port: 0 }).add("2026-06-21", noon + 100, 1, 0);
    book.tally({ ...cloud, port: 99 }).add("2026-06-21", noon + 101, 1, 0);
    const ports = book.show().destinations.map(({ port }) => port);
    expect(ports).toHaveLength(16);
    expect(ports).not.toContain(1);
    expect(ports.slice(0, 2)).toEqual([99, 0]);
  });

  it("keeps each field once, and no more than a bound", () => {
    const book = new DeviceBook("solarman_1");
    expect(book.addFields(["power", "energy"])).toBe(true);
    expect(book.addFields(["power", "energy"])).toBe(false);
    expect(book.addFields(["energy", "power"])).toBe(false);
    expect(book.addFields(["power", "voltage"])).toBe(true);
    expect(book.fields).toEqual(["power", "energy", "voltage"]);
    for (let at = 0; at < 2_000; at += 1) book.addFields([`field_${at}`]);
    expect(book.fields).toHaveLength(1_024);
  });

  it("is unread while encrypted traffic passes, and no more once that is history", () => {
    const book = new DeviceBook("solarman_1");
    book.tally({ ...cloud, security: "splice" }).add("2026-06-21", noon, 1, 0);
    book.tally(cloud).add("2026-06-21", noon + 1_000, 1, 0);
    expect(book.show().unread).toBe(true);
    book.tally(cloud).add("2026-06-23", noon + 2 * dayMs, 1, 0);
    expect(book.show().unread).toBe(false);
  });
});

describe("the books", () => {
  it("find who called last from an address, and else stand in for it", () => {
    const books = new DisclosureBooks();
    const stranger = books.ofAddress("192.0.2.10");
    expect(stranger.show()).toEqual({ id: "address 192.0.2.10", destinations: [], fields: [], unread: true });
    const [first, second] = [books.open("solarman_1"), books.open("solarman_2")];
    books.called(first, "192.0.2.10");
    expect(books.ofAddress("192.0.2.10")).toBe(first);
    books.called(second, "192.0.2.10");
    expect(books.ofAddress("192.0.2.10")).toBe(second);
    books.called(second, "192.0.2.11");
    expect(books.ofAddress("192.0.2.11")).toBe(second);
    expect(books.ofAddress("192.0.2.10")).toBe(stranger);
  });

  it("forget a device with its address", () => {
    const books = new DisclosureBooks();
    const book = books.open("solarman_1");
    books.called(book, "192.0.2.10");
    books.isChanged = false;
    expect(books.remove("solarman_1")).toBe(book);
    expect(books.isChanged).toBe(true);
    expect(books.remove("solarman_1")).toBeUndefined();
    expect(books.ofAddress("192.0.2.10").isUnnamed).toBe(true);
    expect(books.open("solarman_1")).not.toBe(book);
  });

  it("forget addresses that have been silent for thirty days, and no device", () => {
    const books = new DisclosureBooks();
    for (const book of [books.open("solarman_1"), books.ofAddress("192.0.2.10")]) {
      book.tally(cloud).add("2026-06-21", noon, 1, 0);
    }
    books.forgetSilent((noon + 30 * dayMs) as EpochMs);
    expect(books.all()).toHaveLength(2);
    books.forgetSilent((noon + 30 * dayMs + 1) as EpochMs);
    expect(books.all().map(({ id }) => id)).toEqual(["solarman_1"]);
  });

  it("make room where there are too many: first addresses, then who was silent for longest", () => {
    const books = new DisclosureBooks();
    const fill = (id: string, at: number) => books.open(id).tally(cloud).add("2026-06-21", at, 1, 0);
    for (let at = 0; at < 1_998; at += 1) fill(`solarman_${at}`, noon + at);
    fill("address 192.0.2.10", noon + 9_001);
    fill("address 192.0.2.11", noon + 9_000);
    for (const id of ["new_1", "new_2", "new_3"]) fill(id, noon + 9_002);
    const ids = books.all().map(({ id }) => id);
    expect(ids).toHaveLength(2_000);
    expect(ids.filter((id) => id.startsWith("address"))).toEqual([]);
    expect(ids.slice(0, 2)).toEqual(["solarman_1", "solarman_2"]);
    expect(ids.slice(-3)).toEqual(["new_1", "new_2", "new_3"]);
  });
});
