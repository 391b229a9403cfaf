import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../src/model/value.js";
import { DisclosureBooks } from "../../src/monitoring/disclosure-books.js";
import { encodeDisclosure, restoreDisclosure } from "../../src/monitoring/disclosure-json.js";

const noon = Date.UTC(2026, 5, 21, 12);

function filled(): DisclosureBooks {
  const books = new DisclosureBooks();
  const book = books.open("solarman_1");
  books.called(book, "192.0.2.10");
  book.addFields(["power", "energy"]);
  const tally = book.tally({ host: "cloud.example", port: 10_000, security: "plain" });
  tally.add("2026-06-20", noon - 86_400_000, 1, 2);
  tally.add("2026-06-21", noon, 3, 4);
  books
    .ofAddress("192.0.2.99")
    .tally({ host: "203.0.113.5", port: 443, security: "splice" })
    .add("2026-06-21", noon, 5, 6);
  books.open("envoy_1");
  return books;
}

function restored(kept: JsonObject): DisclosureBooks {
  const books = new DisclosureBooks();
  restoreDisclosure(kept, books);
  return books;
}

function shown(books: DisclosureBooks) {
  return books.all().map((book) => book.show());
}

describe("disclosure as it is kept", () => {
  it("is the same after a way through JSON, addresses included", () => {
    const books = filled();
    const kept: JsonObject = JSON.parse(JSON.stringify(encodeDisclosure(books)));
    const again = restored(kept);
    expect(shown(again)).toEqual(shown(books));
    expect(shown(again)).toHaveLength(3);
    expect(again.ofAddress("192.0.2.10").id).toBe("solarman_1");
    expect(encodeDisclosure(again)).toEqual(kept);
  });

  it("leaves out what is damaged", () => {
    const day = ["2026-06-21", 1, 2];
    const good = { host: "a", port: 1, security: "tls", lastAt: noon, days: [day, "no day", ["2026-06-20", 1]] };
    const bad = [1, null, { ...good, host: 1 }, { ...good, port: "1" }, { ...good, security: "none" }];
    const device = { id: "solarman_1", fields: ["power", 1], destinations: [...bad, good], address: 1 };
    expect(shown(restored({ devices: [{ ...device, id: 5 }, "no device", device] }))).toEqual([
      {
        ...{ id: "solarman_1", fields: ["power"], unread: false },
        destinations: [{ ...good, days: [{ day: "2026-06-21", sent: 1, received: 2 }] }],
      },
    ]);
  });

  it("never fails on anything that is JSON", () => {
    const inner = encodeDisclosure(filled());
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom("fields", "destinations", "id", "address"), (any, key) => {
        const value = JSON.parse(JSON.stringify(any)) as JsonValue;
        restored({ devices: value });
        restored({ devices: [{ ...objectOf(inner), [key]: value }] });
      }),
    );
  });
});

function objectOf(kept: JsonObject): JsonObject {
  const [first]: readonly JsonObject[] = JSON.parse(JSON.stringify(kept.devices));
  if (first === undefined) throw new Error("expected a device");
  return first;
}
