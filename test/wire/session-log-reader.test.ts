import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../src/model/time.js";
import { encodeSessionLog, type SessionLog } from "../../src/wire/session-log.js";
import { type SessionLogItem, SessionLogReader } from "../../src/wire/session-log-reader.js";
import { describeWithCaptures, readCapture } from "../support/captures.js";

function session(count: number): SessionLog {
  const frames = Array.from({ length: count }, (_, index) => ({
    direction: index % 2 === 0 ? ("device-to-cloud" as const) : ("cloud-to-device" as const),
    bytes: Buffer.of(0x70, index),
  }));
  return { start: Date.UTC(2026, 10, 21) as EpochMs, durationMs: 1500, frames };
}

/** Reads `bytes` cut at these places. */
function read(bytes: Uint8Array, cuts: readonly number[] = [], limit?: number): readonly SessionLogItem[] {
  const reader = new SessionLogReader(limit);
  const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  const found = places.slice(1).flatMap((to, index) => reader.push(bytes.subarray(places[index], to)));
  return [...found, ...reader.end()];
}

const two = Buffer.from(encodeSessionLog(session(3)) + encodeSessionLog(session(2)));
const secondAt = encodeSessionLog(session(3)).length;

describe("SessionLogReader", () => {
  it("W25: reads objects one after the other, with any blanks between and in them", () => {
    const compact = `${JSON.stringify(JSON.parse(encodeSessionLog(session(3))))} \r\n\t${encodeSessionLog(session(2))}`;
    expect(read(Buffer.from(compact)).map((item) => item.type === "session" && item.session)).toEqual([
      session(3),
      session(2),
    ]);
  });

  it("gives the same whatever the pieces are", () => {
    const broken = Buffer.concat([
      two.subarray(0, 70),
      two,
      Buffer.from("what? "),
      two,
      Buffer.from('{"Start":"{\n'),
      two,
    ]);
    const whole = read(broken);
    expect(whole.filter(({ type }) => type === "session")).toHaveLength(6);
    expect(whole.filter(({ type }) => type === "broken")).toHaveLength(3);
    fc.assert(
      fc.property(fc.array(fc.nat(broken.length)), (cuts) => {
        expect(read(broken, cuts)).toEqual(whole);
      }),
    );
  });

  it("goes on behind a session that was cut off, in the middle of a text as well", () => {
    for (let cut = 1; cut < secondAt - 2; cut += 1) {
      const found = read(Buffer.concat([two.subarray(0, cut), two]));
      expect(found.filter(({ type }) => type === "session").map(({ at }) => at)).toEqual([cut, cut + secondAt]);
      expect(found[0]).toMatchObject({ type: "broken", at: 0 });
    }
  });

  it("says where a session breaks off at the end of the file", () => {
    expect(read(two.subarray(0, secondAt + 20))).toMatchObject([
      { type: "session", at: 0 },
      {
        ...{ type: "broken", at: secondAt },
        problem: "expected the end of the session that begins here, found the end of the file after 20 bytes",
      },
    ]);
  });

  it("says what is no session, once a run", () => {
    const reading = '{"time":"2026-11-21T00:00:00Z","device":"a"}\n';
    expect(read(Buffer.from(`xyz ${reading}`))).toEqual([
      { type: "broken", at: 0, problem: 'expected a session, that is {, found "x"' },
      {
        type: "broken",
        at: 4,
        problem: "expected a session with Start, DurSec and Frames, found one with time, device",
      },
    ]);
  });

  it("holds no session that is longer than its limit, and goes on behind it", () => {
    const long = Buffer.from(encodeSessionLog(session(100)));
    const found = read(Buffer.concat([long, two]), [200, 400, 700, long.length], 500);
    expect(found.map(({ type, at }) => [type, at])).toEqual([
      ["broken", 0],
      ["session", long.length],
      ["session", long.length + secondAt],
    ]);
  });

  it("never throws", () => {
    const part = fc.oneof(
      fc.uint8Array(),
      fc.constantFrom("{", "}", '"', "\\", "[", "]", '{\n\t"Start"', '{"Start":"1970-01-01T00:00:00Z"}'),
    );
    fc.assert(
      fc.property(fc.array(part), fc.array(fc.nat(300)), (parts, cuts) => {
        const bytes = Buffer.concat(parts.map((one) => Buffer.from(one)));
        const places = cuts.filter((cut) => cut <= bytes.length);
        expect(read(bytes, places)).toEqual(read(bytes));
      }),
    );
  });
});

describeWithCaptures("a raw log of the earlier exporter", () => {
  it("W24, W25: is read, and written again byte for byte but for its times", () => {
    const log = readCapture("websentry/exporter-rawlog.jsonstream");
    const sessions = read(log).map((item) => (item.type === "session" ? item.session : item.problem));
    expect(sessions).toMatchObject([
      { start: Date.UTC(2024, 0, 20, 18, 39, 54, 264), durationMs: 1652.718404 },
      { start: Date.UTC(2024, 0, 20, 18, 40, 5, 147), durationMs: 1701.220117 },
    ]);
    const again = sessions.map((one) => (typeof one === "string" ? one : encodeSessionLog(one))).join("");
    const withoutTimes = (text: string): string => text.replaceAll(/"Start": ".*"/g, "");
    expect(withoutTimes(again)).toBe(withoutTimes(log.toString("utf8")));
  });
});
