import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../src/model/time.js";
import { encodeSessionLog, parseSessionLog, type SessionLog } from "../../src/wire/session-log.js";
import { WireError } from "../../src/wire/wire-error.js";

const start = Date.UTC(2026, 10, 21, 14, 20, 56, 120) as EpochMs;
const session: SessionLog = {
  ...{ start, durationMs: 1652.718404 },
  frames: [
    { direction: "device-to-cloud", bytes: Uint8Array.of(0x70, 0x83, 0x9e) },
    { direction: "cloud-to-device", bytes: Uint8Array.of(0xfb, 0xff) },
  ],
};
const text = `{
\t"Start": "2026-11-21T14:20:56.12Z",
\t"DurSec": 1.652718404,
\t"Frames": [
\t\t{
\t\t\t"N": 1,
\t\t\t"C": "cIOe"
\t\t},
\t\t{
\t\t\t"N": 2,
\t\t\t"S": "+/8="
\t\t}
\t]
}
`;

describe("encodeSessionLog", () => {
  it("W24: writes what the earlier exporter reads", () => {
    expect(encodeSessionLog(session)).toBe(text);
  });

  it("leaves out what is empty", () => {
    expect(encodeSessionLog({ start: 0 as EpochMs, durationMs: 0, frames: [] })).toBe(
      `{\n\t"Start": "1970-01-01T00:00:00Z"\n}\n`,
    );
  });

  it("numbers frames in one byte, of which 0 is left out", () => {
    const frames = Array.from({ length: 257 }, () => ({
      direction: "device-to-cloud" as const,
      bytes: new Uint8Array(1),
    }));
    const found = encodeSessionLog({ ...session, frames });
    expect(found).toContain(
      `\t\t\t"N": 255,\n\t\t\t"C": "AA=="\n\t\t},\n\t\t{\n\t\t\t"C": "AA=="\n\t\t},\n\t\t{\n\t\t\t"N": 1,`,
    );
  });
});

describe("parseSessionLog", () => {
  it("reads times in any zone", () => {
    const found = parseSessionLog('{"Start":"2024-01-20T10:39:54.264483473-08:00"}');
    expect(found).toEqual({ start: Date.UTC(2024, 0, 20, 18, 39, 54, 264), durationMs: 0, frames: [] });
  });

  it.each([
    ["[]", "expected an object for a session, found []"],
    ["{}", "expected a session with Start, DurSec and Frames, found none of them"],
    ['{"time":1,"device":"x"}', "expected a session with Start, DurSec and Frames, found one with time, device"],
    ['{"Start":"yesterday"}', 'expected a time such as 2024-01-20T10:39:54-08:00 in Start, found "yesterday"'],
    ['{"Start":"1970-01-01T00:00:00Z","DurSec":"1"}', 'expected seconds in DurSec, found "1"'],
    ['{"Start":"1970-01-01T00:00:00Z","Frames":1}', "expected a list in Frames, found 1"],
    ['{"Start":"1970-01-01T00:00:00Z","Frames":[7]}', "expected an object for frame 1, found 7"],
    ['{"Start":"1970-01-01T00:00:00Z","Frames":[{"C":"?"}]}', 'expected base64 in frame 1, found "?"'],
    ['{"Start":"1970-01-01T00:00:00Z","Frames":[{"C":"","S":""}]}', "expected C or S in frame 1, found both"],
  ])("says of %s what was expected and what was found", (broken, message) => {
    expect(() => parseSessionLog(broken)).toThrow(new WireError(message));
  });

  it("gives back what was encoded", () => {
    const frame = fc.record({
      direction: fc.constantFrom("device-to-cloud" as const, "cloud-to-device" as const),
      bytes: fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes)),
    });
    const any = fc.record({
      start: fc.integer({ min: 0, max: 4e12 }).map((ms) => ms as EpochMs),
      durationMs: fc.integer({ min: 0, max: 1e9 }),
      frames: fc.array(frame),
    });
    fc.assert(
      fc.property(any, (given) => {
        const found = parseSessionLog(encodeSessionLog(given));
        expect({ ...found, durationMs: Math.round(found.durationMs) }).toEqual(given);
      }),
    );
  });

  it("throws nothing but its own fault", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.object().map((found) => JSON.stringify(found)),
        ),
        (given) => {
          try {
            parseSessionLog(given);
          } catch (error) {
            expect(error).toBeInstanceOf(WireError);
          }
        },
      ),
    );
  });
});
