import { describe, expect, it } from "vitest";
import { createMoments } from "../../../../src/web/page/logic/moments.js";

const at = Date.UTC(2026, 10, 21, 13, 2, 5);

describe("moments", () => {
  const en = createMoments("en", "Europe/Berlin");
  const de = createMoments("de", "Europe/Berlin");

  it("are said in the time zone of whoever looks, with 24 hours", () => {
    expect(en.time(at)).toBe("14:02");
    expect(en.time(at, true)).toBe("14:02:05");
  });

  it("name the year only where it is another one", () => {
    expect(en.moment(at, at)).toBe("21 Nov, 14:02");
    expect(en.moment(at, at + 366 * 86_400_000)).toBe("21 Nov 2026, 14:02");
    expect(de.moment(at, at)).toBe("21. Nov., 14:02");
  });

  it("say the days of the calendar as they are, in whatever zone", () => {
    const far = createMoments("en", "Pacific/Kiritimati");
    expect(far.day("2026-11-21")).toBe("21 Nov");
    expect(far.weekday("2026-11-21")).toBe("Sat 21 Nov");
  });

  it("leave what is no day as it is", () => {
    expect(en.day("someday")).toBe("someday");
  });
});
