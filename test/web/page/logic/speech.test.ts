import { describe, expect, it } from "vitest";
import { time as german } from "../../../../src/texts/de/time.js";
import { time as english } from "../../../../src/texts/en/time.js";
import { createSpeech } from "../../../../src/web/page/logic/speech.js";

describe("speech", () => {
  const en = createSpeech("en", english, "Europe/Berlin");
  const de = createSpeech("de", german, "Europe/Berlin");

  it("counts in the form and with the digits of its language", () => {
    const devices = { one: "{count} device of {relay}", other: "{count} devices of {relay}" };
    expect(en.count(devices, 1, { relay: "roof" })).toBe("1 device of roof");
    expect(en.count(devices, 1200, { relay: "roof" })).toBe("1,200 devices of roof");
  });

  it("says quantities, sizes, spans and lists", () => {
    expect(en.quantity(1284.3, "kWh", 1)).toBe("1,284.3\u202fkWh");
    expect(de.quantity(1284.3, "kWh", 1)).toBe("1.284,3\u202fkWh");
    expect(de.bytes(1_402_112)).toBe("1,4\u202fMB");
    expect(en.span(65_000)).toBe("1 min");
    expect(de.ago(0, 12_000)).toBe("vor 12 s");
    expect(en.list(["a", "b", "c"])).toBe("a, b and c");
    expect(de.list(["a", "b"])).toBe("a und b");
  });

  it("says moments in the zone of whoever looks", () => {
    expect(en.time(Date.UTC(2026, 10, 21, 13, 2))).toBe("14:02");
    expect(de.weekday("2026-11-21")).toBe("Sa., 21. Nov.");
  });
});
