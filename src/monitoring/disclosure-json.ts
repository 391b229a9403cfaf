import type { JsonObject, JsonValue } from "../model/value.js";
import type { DisclosureBooks } from "./disclosure-books.js";

const securities = ["plain", "tls", "splice"] as const;

/** The books as they are kept between runs. */
export function encodeDisclosure(books: DisclosureBooks): JsonObject {
  return {
    devices: books.all().map((book) => {
      const { id, destinations, fields } = book.show();
      return {
        ...{ id, fields },
        ...(book.address === undefined ? {} : { address: book.address }),
        destinations: destinations.map(({ host, port, security, lastAt, days }) => ({
          ...{ host, port, security, lastAt },
          days: days.map(({ day, sent, received }) => [day, sent, received]),
        })),
      };
    }),
  };
}

/** Adds to the books what was kept; what is damaged is left out. */
export function restoreDisclosure(kept: JsonObject, books: DisclosureBooks): void {
  for (const device of objects(kept.devices)) {
    const { id, address, fields, destinations } = device;
    if (typeof id !== "string") continue;
    const book = books.open(id);
    if (typeof address === "string") books.called(book, address);
    book.addFields(list(fields).filter((key) => typeof key === "string"));
    for (const { host, port, security: found, lastAt, days } of objects(destinations)) {
      const security = securities.find((one) => one === found);
      if (typeof host !== "string" || typeof port !== "number" || typeof lastAt !== "number") continue;
      if (security === undefined) continue;
      book.tally({ host, port, security }).addAll({ lastAt, days: list(days).flatMap(dayOf) });
    }
  }
}

function dayOf(
  found: JsonValue,
): readonly { readonly day: string; readonly sent: number; readonly received: number }[] {
  const [day, sent, received] = list(found);
  const isDay = typeof day === "string" && typeof sent === "number" && typeof received === "number";
  return isDay ? [{ day, sent, received }] : [];
}

function list(found: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(found) ? found : [];
}

function objects(found: JsonValue | undefined): readonly JsonObject[] {
  return list(found).flatMap((one) => (isObject(one) ? [one] : []));
}

function isObject(found: JsonValue): found is JsonObject {
  return typeof found === "object" && found !== null && !Array.isArray(found);
}
