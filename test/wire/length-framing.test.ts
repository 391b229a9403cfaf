import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Frame, Splitter } from "../../src/model/protocol.js";
import { createLengthSplitter, type LengthFraming } from "../../src/wire/length-framing.js";

const limitBytes = 64;

/** `4d 5a` · payload length u8 · payload · sum of the payload u8. */
const framing: LengthFraming = {
  magic: Uint8Array.of(0x4d, 0x5a),
  headerBytes: 3,
  limitBytes,
  staleAfterMs: 1_000,
  garbage: { kind: "garbage", detail: "no frame" },
  frameLength: (bytes, at) => {
    const payload = bytes[at + 2] ?? 0;
    if (payload === 0) return { kind: "empty", detail: "no payload" };
    return payload + 4 > limitBytes ? { kind: "too_long", detail: `${payload} bytes` } : payload + 4;
  },
  check: (bytes, at, length) => {
    const sum = bytes.subarray(at + 3, at + length - 1).reduce((all, byte) => (all + byte) & 0xff, 0);
    return bytes[at + length - 1] === sum ? undefined : { kind: "bad_sum", detail: "wrong sum" };
  },
};

function splitter(): Splitter {
  return createLengthSplitter(framing, "device-to-cloud");
}

function frame(...payload: readonly number[]): Buffer {
  return Buffer.from([0x4d, 0x5a, payload.length, ...payload, payload.reduce((all, byte) => (all + byte) & 0xff, 0)]);
}

/** `frame 4d5a…` or `bytes 00… (fault)`, in the order in which they came out. */
function shown(frames: readonly Frame[]): readonly string[] {
  return frames.map(({ bytes, whole, fault }) => {
    const hex = Buffer.from(bytes).toString("hex");
    return `${whole ? "frame" : "bytes"} ${hex}${fault === undefined ? "" : ` (${fault.kind})`}`;
  });
}

function feed(into: Splitter, chunks: readonly Uint8Array[]): readonly Frame[] {
  const copied = (one: Frame): Frame => ({ ...one, bytes: one.bytes.slice() });
  return chunks.flatMap((chunk) => into.push(chunk).map(copied));
}

const one = frame(1, 2, 3);
const two = frame(9);
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("length splitter", () => {
  it("gives frames out whole, however they are cut", () => {
    const stream = Buffer.concat([one, two, one]);
    const whole = [`frame ${hexOf(one)}`, `frame ${hexOf(two)}`, `frame ${hexOf(one)}`];
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const cutter = splitter();
      expect(shown(feed(cutter, [stream.subarray(0, cut), stream.subarray(cut)]))).toEqual(whole);
      expect(cutter.pendingBytes).toBe(0);
    }
    expect(
      shown(
        feed(
          splitter(),
          [...stream].map((byte) => Buffer.of(byte)),
        ),
      ),
    ).toEqual(whole);
  });

  it("gives out garbage before, between and after frames, one fault a run", () => {
    const stream = Buffer.concat([Buffer.of(0, 1), one, Buffer.of(2, 3), two, Buffer.of(4)]);
    expect(shown(splitter().push(stream))).toEqual([
      "bytes 0001 (garbage)",
      `frame ${hexOf(one)}`,
      "bytes 0203 (garbage)",
      `frame ${hexOf(two)}`,
      "bytes 04 (garbage)",
    ]);
  });

  it("goes on with a run of garbage over chunks without a second fault, and names the next run anew", () => {
    const cutter = splitter();
    expect(shown(cutter.push(Buffer.of(1, 2)))).toEqual(["bytes 0102 (garbage)"]);
    expect(shown(cutter.push(Buffer.of(3)))).toEqual(["bytes 03"]);
    expect(shown(cutter.push(one))).toEqual([`frame ${hexOf(one)}`]);
    expect(shown(cutter.push(Buffer.of(3)))).toEqual(["bytes 03 (garbage)"]);
  });

  it("looks for the next frame right behind a false start, not behind the length that it announces", () => {
    const falseStart = Buffer.from("4d5a3c", "hex");
    const cutter = splitter();
    const frames = [...feed(cutter, [Buffer.concat([falseStart, one])]), ...feed(cutter, [Buffer.alloc(60, 0x11)])];
    expect(shown(frames).slice(0, 2)).toEqual(["bytes 4d5a3c (bad_sum)", `frame ${hexOf(one)}`]);
  });

  it("does not wait for a length beyond its limit", () => {
    const cutter = splitter();
    expect(shown(cutter.push(Buffer.concat([Buffer.from("4d5aff", "hex"), one])))).toEqual([
      "bytes 4d5aff (too_long)",
      `frame ${hexOf(one)}`,
    ]);
    expect(shown(cutter.push(Buffer.from("4d5a00", "hex")))).toEqual(["bytes 4d5a00 (empty)"]);
  });

  it("gives a frame with a wrong checksum out as bytes and finds the next one", () => {
    const broken = Buffer.from(one);
    broken[4] = 0x77;
    expect(shown(splitter().push(Buffer.concat([broken, two])))).toEqual([
      `bytes ${hexOf(broken)} (bad_sum)`,
      `frame ${hexOf(two)}`,
    ]);
  });

  it("waits for the rest of a start that is cut within the magic", () => {
    const cutter = splitter();
    expect(cutter.push(Buffer.of(0x4d))).toEqual([]);
    expect(cutter.pendingBytes).toBe(1);
    expect(shown(cutter.push(one.subarray(1)))).toEqual([`frame ${hexOf(one)}`]);
    expect(cutter.push(Buffer.of(0x4d))).toEqual([]);
    expect(shown(cutter.push(Buffer.of(0x00)))).toEqual(["bytes 4d00 (garbage)"]);
  });

  it("gives out what is pending at the end, frames within it included, and can be used again", () => {
    const cutter = splitter();
    expect(cutter.push(Buffer.concat([Buffer.from("4d5a3c", "hex"), one, Buffer.of(0x4d)]))).toEqual([]);
    expect(shown(cutter.end())).toEqual(["bytes 4d5a3c (garbage)", `frame ${hexOf(one)}`, "bytes 4d (garbage)"]);
    expect(cutter.pendingBytes).toBe(0);
    expect(cutter.end()).toEqual([]);
    expect(shown(cutter.push(two))).toEqual([`frame ${hexOf(two)}`]);
  });

  it("keeps frames that were given out intact while later chunks come", () => {
    const cutter = splitter();
    cutter.push(one.subarray(0, 2));
    const [first] = cutter.push(Buffer.concat([one.subarray(2), two.subarray(0, 3)]));
    cutter.push(two.subarray(3));
    cutter.push(Buffer.alloc(40, 0xee));
    expect(hexOf(first?.bytes ?? new Uint8Array())).toBe(hexOf(one));
  });

  it("gives every byte out once, in order, and never keeps more than its limit", () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.uint8Array({ minLength: 1, maxLength: 60 }).map((payload) => frame(...payload)),
      fc.constant(Buffer.from("4d5a3c", "hex")),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.array(fc.nat(400)), (pieces, cuts) => {
        const stream = Buffer.concat(pieces);
        const at = [0, ...cuts.map((cut) => Math.min(cut, stream.length)), stream.length].toSorted((a, b) => a - b);
        const chunks = at.slice(1).map((end, index) => stream.subarray(at[index], end));
        const cutter = splitter();
        const out: Frame[] = [];
        for (const chunk of chunks) {
          out.push(...feed(cutter, [chunk]));
          expect(cutter.pendingBytes).toBeLessThanOrEqual(limitBytes);
        }
        out.push(...cutter.end());
        expect(hexOf(Buffer.concat(out.map((frameOut) => frameOut.bytes)))).toBe(hexOf(stream));
      }),
    );
  });

  it("finds the same frames whatever the chunks, with garbage around them", () => {
    // Garbage without the magic's first byte cannot hide a frame.
    const garbage = fc.uint8Array({ maxLength: 10 }).map((bytes) => bytes.map((byte) => (byte === 0x4d ? 0 : byte)));
    const payload = fc.uint8Array({ minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(fc.tuple(garbage, payload), { maxLength: 6 }), fc.nat(200), (parts, cut) => {
        const frames = parts.map(([, content]) => frame(...content));
        const stream = Buffer.concat(parts.flatMap(([before], index) => [before, frames[index] ?? before]));
        const at = Math.min(cut, stream.length);
        const found = feed(splitter(), [stream.subarray(0, at), stream.subarray(at)]).filter((out) => out.whole);
        expect(found.map((out) => hexOf(out.bytes))).toEqual(frames.map(hexOf));
      }),
    );
  });
});
