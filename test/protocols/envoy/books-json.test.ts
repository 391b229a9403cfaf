import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../../src/model/value.js";
import { emptyBooks } from "../../../src/protocols/envoy/books.js";
import { encodeBooks, parseBooks } from "../../../src/protocols/envoy/books-json.js";
import { Bookkeeper, device, eqid, event, interval, reading, report } from "./reports.js";

function written(): JsonObject {
  const keeper = new Bookkeeper();
  const channels = [{ eqid: eqid("121.1"), conditionFlags: 16 }];
  keeper.post(
    report({
      intervals: [interval(1)],
      readings: [reading(1)],
      events: [event(1)],
      devices: [device("121", { channels })],
    }),
  );
  return keeper.books;
}

describe("books on disk", () => {
  it("say the same after they were read and written again", () => {
    const books = written();
    expect(encodeBooks(parseBooks(books))).toEqual(books);
    expect(Object.keys(books.channels ?? {})).toEqual(["121.1"]);
  });

  it("are empty where there are none", () => {
    expect(parseBooks(undefined)).toEqual(emptyBooks());
    expect(parseBooks(encodeBooks(emptyBooks()))).toEqual(emptyBooks());
  });

  it.each<[string, JsonValue]>([
    ["version", 2],
    ["joules", "12"],
    ["joules", null],
    ["interval_ids", [5, 3]],
    ["channels", []],
    ["channels", { "121.1": { joules: 1 } }],
    ["conditions", { "121 1": null }],
    ["today", {}],
    ["identity", { partNum: 1 }],
    ["recent_reports", "none"],
  ])("are refused where %s is damaged", (key, value) => {
    expect(() => parseBooks({ ...written(), [key]: value })).toThrow(/expected the books of an Envoy/);
  });

  it.each<JsonValue>([null, [], "", 5])("are refused as %j", (value) => {
    expect(() => parseBooks(value)).toThrow(/books/);
  });
});
