import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Moment } from "../../../src/sinks/capture/moment.js";
import { Ring } from "../../../src/sinks/capture/ring.js";
import { capturedLeg, momentOf } from "../../support/capture-moments.js";

const overheadBytes = 256;
const leg = capturedLeg();
const moment = (bytes: number): Moment => momentOf(new Uint8Array(bytes), { leg });
const sessions = [{ name: "a" }, { name: "b" }, { name: "c" }] as const;
const [a, b] = sessions;

describe("the ring of what nobody captures yet", () => {
  it("gives out a session's moments in their order, once", () => {
    const ring = new Ring({ sessionBytes: 10_000, totalBytes: 10_000 });
    const moments = [moment(1), moment(2), moment(3)];
    for (const each of moments) ring.push(a, each);
    ring.push(b, moment(4));
    expect(ring.take(a)).toEqual(moments);
    expect(ring.take(a)).toEqual([]);
    expect(ring.take(b)).toHaveLength(1);
    expect(ring.bytes).toBe(0);
  });

  it("lets go of a session's oldest where it has more than its share, and of nobody else's", () => {
    const ring = new Ring({ sessionBytes: 3 * (overheadBytes + 100), totalBytes: 1_000_000 });
    const early = moment(100);
    ring.push(b, early);
    const moments = Array.from({ length: 10 }, () => moment(100));
    for (const each of moments) ring.push(a, each);
    expect(ring.take(a)).toEqual(moments.slice(-3));
    expect(ring.take(b)).toEqual([early]);
  });

  it("lets go of the oldest of all where they are too many together", () => {
    const ring = new Ring({ sessionBytes: 1_000_000, totalBytes: 3 * (overheadBytes + 100) });
    const [first, second, third, fourth] = [moment(100), moment(100), moment(100), moment(100)];
    ring.push(a, first);
    ring.push(b, second);
    ring.push(a, third);
    ring.push(b, fourth);
    expect(ring.take(a)).toEqual([third]);
    expect(ring.take(b)).toEqual([second, fourth]);
  });

  it("counts packets without a payload too", () => {
    const ring = new Ring({ sessionBytes: 10_000, totalBytes: 10 * overheadBytes });
    for (let count = 0; count < 1_000; count += 1) {
      const { packet, ...rest } = moment(1);
      ring.push({}, { ...rest, packet: { ...packet, payload: new Uint8Array(0) } });
    }
    expect(ring.bytes).toBe(10 * overheadBytes);
  });

  it("keeps nothing after it was cleared, and goes on", () => {
    const ring = new Ring({ sessionBytes: 10_000, totalBytes: 10_000 });
    ring.push(a, moment(1));
    ring.clear();
    expect(ring.bytes).toBe(0);
    expect(ring.take(a)).toEqual([]);
    const later = moment(2);
    ring.push(a, later);
    expect(ring.take(a)).toEqual([later]);
  });

  it("never exceeds its limits, and gives the newest of each session without a gap, whatever comes", () => {
    const push = fc.record({ session: fc.nat(2), bytes: fc.integer({ min: 1, max: 900 }), takes: fc.boolean() });
    fc.assert(
      fc.property(fc.array(push, { maxLength: 60 }), (steps) => {
        const limits = { sessionBytes: 2_500, totalBytes: 5_000 };
        const ring = new Ring(limits);
        const pushed = new Map<object, Moment[]>(sessions.map((session) => [session, []]));
        const take = (session: object): void => {
          const all = pushed.get(session) ?? [];
          const taken = ring.take(session);
          expect(taken).toEqual(taken.length === 0 ? [] : all.slice(-taken.length));
          const bytes = taken.reduce((sum, { packet }) => sum + packet.payload.length + overheadBytes, 0);
          expect(bytes).toBeLessThanOrEqual(limits.sessionBytes);
          pushed.set(session, []);
        };
        for (const step of steps) {
          const session = sessions[step.session] ?? a;
          const each = moment(step.bytes);
          ring.push(session, each);
          pushed.get(session)?.push(each);
          expect(ring.bytes).toBeLessThanOrEqual(limits.totalBytes);
          if (step.takes && step.bytes % 7 === 0) take(session);
        }
        for (const session of sessions) take(session);
        expect(ring.bytes).toBe(0);
      }),
    );
  });
});
