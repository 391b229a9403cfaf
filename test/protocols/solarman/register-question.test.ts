import { expect, it } from "vitest";
import {
  nameRange,
  questionHelp,
  questionPattern,
  readQuestion,
} from "../../../src/protocols/solarman/register-question.js";

it.each([
  ["40", { first: 40, count: 1 }],
  ["40 4", { first: 40, count: 4 }],
  ["0 60", { first: 0, count: 60 }],
  ["65535", { first: 65_535, count: 1 }],
])("reads the question %s", (text, range) => {
  expect(readQuestion(text)).toEqual(range);
});

it.each(["", "forty", "40 0", "40 61", "40  2", " 40", "40,2", "-1", "65536", "65535 2", "40 4 4", 40, true, null])(
  "takes %j for no question",
  (value) => {
    expect(readQuestion(value)).toBeUndefined();
  },
);

it("has a pattern that the whole text must match, and says what it wants", () => {
  expect(questionPattern.startsWith("^") && questionPattern.endsWith("$")).toBe(true);
  expect(questionHelp).toContain("40 4");
});

it("names registers by the first and the last", () => {
  expect(nameRange({ first: 40, count: 1 })).toBe("40");
  expect(nameRange({ first: 40, count: 4 })).toBe("40-43");
});
