import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FrameView } from "../../../../src/web/api-types.js";
import { FrameLog } from "../../../../src/web/page/logic/frame-log.js";

function frame(number: number, label = "data"): FrameView {
  return {
    ...{ session: "s", number, at: number, direction: "device-to-cloud", role: "report", label },
    ...{ bytes: 1, hex: "00", fields: [] },
  };
}

const numbers = (log: FrameLog) => log.frames.map(({ frame: { number } }) => number);
const earlier = (log: FrameLog) => log.frames.map((logged) => logged.earlier?.number);

describe("log of frames", () => {
  it("knows of each frame the one of its kind before it", () => {
    const log = new FrameLog(10);
    log.add([frame(1, "data 1"), frame(2, "heartbeat"), frame(3, "data 2"), frame(4, "heartbeat")]);
    expect(earlier(log)).toEqual([undefined, undefined, 1, 2]);
  });

  it("finds that anew when older frames come later", () => {
    const log = new FrameLog(10);
    log.add([frame(3)]);
    log.add([frame(1), frame(2), frame(3)]);
    expect(numbers(log)).toEqual([1, 2, 3]);
    expect(earlier(log)).toEqual([undefined, 1, 2]);
  });

  it("keeps the newest, and what they are compared with", () => {
    const log = new FrameLog(3);
    for (let number = 1; number <= 10; number += 1) log.add([frame(number)]);
    expect(numbers(log)).toEqual([8, 9, 10]);
    expect(earlier(log)).toEqual([7, 8, 9]);
  });

  it("forgets kinds that have not come for long", () => {
    const log = new FrameLog(2);
    log.add([frame(1, "a"), frame(2, "b"), frame(3, "c"), frame(4, "a"), frame(5, "c")]);
    expect(earlier(log)).toEqual([undefined, 3]);
  });

  it("finds a frame by its number", () => {
    const log = new FrameLog(3);
    log.add([frame(1), frame(2)]);
    expect(log.find(2)?.frame.number).toBe(2);
    expect(log.find(9)).toBeUndefined();
  });

  it("ends up the same in whatever pieces and order frames come", () => {
    const pieces = fc.array(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 10 }), { maxLength: 10 });
    fc.assert(
      fc.property(pieces, (parts) => {
        const log = new FrameLog(100);
        for (const part of parts) log.add(part.map((number) => frame(number)));
        const expected = [...new Set(parts.flat())].sort((left, right) => left - right);
        expect(numbers(log)).toEqual(expected);
        expect(earlier(log)).toEqual([undefined, ...expected].slice(0, expected.length));
      }),
    );
  });
});
