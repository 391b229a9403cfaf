import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EpochMs } from "../../../src/model/time.js";
import { type FinishedSession, OpenSessions } from "../../../src/sinks/spool/open-sessions.js";
import { sessionOf } from "./spool-setup.js";

const up = "device-to-cloud";
const ms = (value: number): EpochMs => value as EpochMs;

function setUp(limitBytes = 10_000) {
  const finished: FinishedSession[] = [];
  return { finished, sessions: new OpenSessions(limitBytes, (session) => finished.push(session)) };
}

const frame = (bytes: number) => ({ direction: up, bytes: new Uint8Array(bytes) }) as const;

describe("open sessions", () => {
  it("are given out once, when they are over, with when they began and how long they took", () => {
    const { finished, sessions } = setUp();
    const session = sessionOf("s-1", "pool", "websentry", 1_000);
    sessions.add(session, frame(3), ms(1_200));
    sessions.close(session.id, ms(3_000));
    sessions.close(session.id, ms(4_000));
    expect(finished).toMatchObject([
      { relay: "pool", protocol: "websentry", log: { start: 1_000, durationMs: 2_000 } },
    ]);
    expect(sessions.bytes).toBe(0);
  });

  it("that said nothing leave nothing", () => {
    const { finished, sessions } = setUp();
    sessions.close(sessionOf("s-1").id, ms(0));
    expect(finished).toEqual([]);
  });

  it("are cut after an hour, and their next piece begins with its first frame", () => {
    const { finished, sessions } = setUp();
    const session = sessionOf("s-1");
    sessions.add(session, frame(3), ms(1));
    sessions.cut(ms(3_599_999));
    expect(finished).toEqual([]);
    sessions.cut(ms(3_600_000));
    sessions.add(session, frame(4), ms(4_000_000));
    sessions.close(session.id, ms(4_000_500));
    expect(finished.map(({ log }) => log)).toMatchObject([{ start: 0 }, { start: 4_000_000, durationMs: 500 }]);
  });

  it("never take more memory than the limit, and lose no frame and no order", () => {
    const steps = fc.array(fc.record({ id: fc.nat(5), bytes: fc.nat(4_000), close: fc.boolean() }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (all) => {
        const { finished, sessions } = setUp();
        const expected = new Map<string, number[]>();
        for (const { id, bytes, close } of all) {
          const session = sessionOf(String(id), `relay${id}`);
          sessions.add(session, frame(bytes), ms(0));
          expected.set(session.relay, [...(expected.get(session.relay) ?? []), bytes]);
          expect(sessions.bytes).toBeLessThanOrEqual(10_000);
          if (close) sessions.close(session.id, ms(0));
        }
        sessions.cut(ms(0), true);
        const found = new Map<string, number[]>();
        for (const { relay, log } of finished)
          found.set(relay, [...(found.get(relay) ?? []), ...log.frames.map(({ bytes }) => bytes.length)]);
        expect(found).toEqual(expected);
      }),
    );
  });
});
