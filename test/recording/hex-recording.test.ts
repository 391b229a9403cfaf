import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EpochUs, RecordingItem } from "../../src/model/recording.js";
import { HexRecording } from "../../src/recording/hex-recording.js";

const at = 5 as EpochUs;

function read(text: string, cuts: readonly number[] = []): readonly RecordingItem[] {
  const bytes = Buffer.from(text);
  const recording = new HexRecording({ name: "f.txt", id: "x", now: () => at });
  const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  const items = places.slice(1).flatMap((to, index) => recording.push(bytes.subarray(places[index], to)));
  return [...items, ...recording.end()];
}

const text = "\ufeff# Größe\r\n> a5 01\r\n\r\nzz\n< b6\n a5";

describe("HexRecording", () => {
  it("is one session without times, each line a chunk", () => {
    const leg = { id: "x", client: { address: "", port: 0 }, server: { address: "", port: 0 }, isUndated: true };
    expect(read(text)).toEqual([
      { type: "opened", leg, at, complete: true },
      { type: "data", leg, direction: "device-to-cloud", bytes: Buffer.of(0xa5, 1), at, place: 2 },
      { type: "broken", message: 'f.txt, line 4: expected hex digits, found "z"' },
      { type: "data", leg, direction: "cloud-to-device", bytes: Buffer.of(0xb6), at, place: 5 },
      { type: "data", leg, direction: "device-to-cloud", bytes: Buffer.of(0xa5), at, place: 6 },
      { type: "closed", leg, at },
    ]);
  });

  it("gives the same whatever the pieces are", () => {
    const whole = read(text);
    fc.assert(
      fc.property(fc.array(fc.nat(Buffer.byteLength(text))), (cuts) => {
        expect(read(text, cuts)).toEqual(whole);
      }),
    );
  });

  it("tells of so many broken lines one by one, and of the others how many", () => {
    const found = read("?\n".repeat(25));
    expect(found).toHaveLength(21);
    expect(found.at(-1)).toEqual({ type: "broken", message: "f.txt: 5 more lines are no hex" });
  });

  it("has no session where nothing was said", () => {
    expect(read("# nothing\n")).toEqual([]);
  });

  it("keeps no line that is too long for any device", () => {
    const recording = new HexRecording({ name: "f.txt", id: "x", now: () => at });
    const piece = Buffer.alloc(1024 * 1024, "a");
    for (let count = 0; count < 40; count += 1) recording.push(piece);
    expect(recording.push(Buffer.from("\n> a5\n"))).toMatchObject([
      { type: "broken", message: "f.txt, line 1: expected at most 33554432 characters, found 41943040" },
      { type: "opened" },
      { type: "data", place: 2 },
    ]);
  });
});
