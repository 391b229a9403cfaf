import { expect, it } from "vitest";
import { admitInverter, channelLimit, channelOf, emptyBooks } from "../../../src/protocols/envoy/books.js";

it("opens the books of a channel once", () => {
  const books = emptyBooks();
  const channel = channelOf(books, "121.1");
  expect(channelOf(books, "121.1")).toBe(channel);
  expect(books.channels.size).toBe(1);
});

it("has room for as many inverters and channels as one Envoy can have, and keeps those it knows", () => {
  const books = emptyBooks();
  for (let number = 0; number < channelLimit; number += 1) {
    channelOf(books, `${number}.1`);
    admitInverter(books, String(number));
  }
  expect([channelOf(books, "9999.1"), admitInverter(books, "9999")]).toEqual([undefined, false]);
  expect([channelOf(books, "0.1") === undefined, admitInverter(books, "0")]).toEqual([false, true]);
});
