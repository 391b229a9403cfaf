import { describe, expect, it } from "vitest";
import { coalesce } from "../../../../src/web/page/logic/coalesce.js";

describe("coalesce", () => {
  it("acts once for all that asks before the next moment, and again afterwards", () => {
    let acted = 0;
    const moments: (() => void)[] = [];
    const ask = coalesce(
      () => {
        acted += 1;
      },
      (run) => moments.push(run),
    );
    for (let count = 0; count < 50; count += 1) ask();
    expect([acted, moments.length]).toEqual([0, 1]);
    moments.shift()?.();
    expect(acted).toBe(1);
    ask();
    moments.shift()?.();
    expect(acted).toBe(2);
  });

  it("is asked again by what it does", () => {
    const moments: (() => void)[] = [];
    const ask = coalesce(
      () => ask(),
      (run) => moments.push(run),
    );
    ask();
    moments.shift()?.();
    expect(moments.length).toBe(1);
  });
});
