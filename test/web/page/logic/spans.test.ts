import { describe, expect, it } from "vitest";
import { time as german } from "../../../../src/texts/de/time.js";
import { time as english } from "../../../../src/texts/en/time.js";
import { formatAgo, formatSpan } from "../../../../src/web/page/logic/spans.js";

const en = { texts: english, plural: new Intl.PluralRules("en") };
const de = { texts: german, plural: new Intl.PluralRules("de") };
const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

describe("spans of time", () => {
  it("are said in at most two units", () => {
    const spans = [12.9 * second, 59 * minute, 2 * hour, 2 * hour + 5 * minute, 10 * hour + 5 * minute, 47 * hour];
    expect(spans.map((span) => formatSpan(span, en))).toEqual(["12 s", "59 min", "2 h", "2 h 5 min", "10 h", "47 h"]);
    expect(formatSpan(3.5 * day, en)).toBe("3 days");
  });

  it("are never below nothing", () => {
    expect(formatSpan(-5000, en)).toBe("0 s");
  });

  it("say how long ago something was", () => {
    const now = 100 * day;
    const ago = [0, 900, 12 * second, 3 * hour, 2 * day, 400 * day];
    expect(ago.map((span) => formatAgo(now - span, now, en))).toEqual([
      ...["just now", "just now", "12 s ago", "3 h ago", "2 days ago", "400 days ago"],
    ]);
  });

  it("take what is still to come, by another clock, for now", () => {
    expect(formatAgo(2000, 1000, en)).toBe("just now");
  });

  it("are said in German with the case that belongs there", () => {
    expect(formatSpan(3 * day, de)).toBe("3 Tage");
    expect(formatAgo(0, 3 * day, de)).toBe("vor 3 Tagen");
  });
});
