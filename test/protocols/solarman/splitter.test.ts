import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Frame } from "../../../src/model/protocol.js";
import { encodeFrame, encodeHeartbeat } from "../../../src/protocols/solarman/encoder.js";
import { createSolarmanSplitter, frameLimitBytes } from "../../../src/protocols/solarman/splitter.js";
import { describeWithCaptures } from "../../support/captures.js";
import { allCaptured, captured } from "./captured.js";
import { address, hex, record } from "./dialogue.js";

function split(...chunks: readonly Uint8Array[]): readonly Frame[] {
  const splitter = createSolarmanSplitter("device-to-cloud");
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}

function whole(frames: readonly Frame[]): readonly string[] {
  return frames.filter((frame) => frame.whole).map((frame) => hex(frame.bytes));
}

function faults(frames: readonly Frame[]): readonly (string | undefined)[] {
  return frames.flatMap((frame) => (frame.fault === undefined ? [] : [frame.fault.kind]));
}

const heartbeat = encodeHeartbeat(address);
const data = record();

describe("Solarman splitter", () => {
  it("D13: finds three joined frames at every split offset", () => {
    const stream = Buffer.concat([data, heartbeat, data]);
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const frames = split(stream.subarray(0, cut), stream.subarray(cut));
      expect(whole(frames)).toEqual([hex(data), hex(heartbeat), hex(data)]);
      expect(frames).toHaveLength(3);
    }
  });

  it("finds a frame whose payload holds frame starts and ends", () => {
    const frame = encodeFrame(0x42, address, Uint8Array.of(0xa5, 0x01, 0x00, 0x10, 0x15, 0xa5, 0xa5, 0x15));
    expect(whole(split(heartbeat, frame, heartbeat))).toHaveLength(3);
  });

  it("D14: names a wrong checksum, a missing end and a length beyond the limit, and finds the next frame", () => {
    const badSum = Uint8Array.from(heartbeat);
    badSum[11] = 0x01;
    const badEnd = Uint8Array.from(heartbeat);
    badEnd[13] = 0x16;
    const tooLong = Uint8Array.of(0xa5, 0xff, 0xff, 0x10);
    expect(faults(split(badSum, heartbeat))).toEqual(["bad_checksum"]);
    expect(faults(split(badEnd, heartbeat))).toEqual(["bad_trailer"]);
    expect(faults(split(tooLong, heartbeat))).toEqual(["bad_length"]);
    for (const bad of [badSum, badEnd, tooLong]) expect(whole(split(bad, heartbeat))).toEqual([hex(heartbeat)]);
  });

  it("takes a start without 10 behind its length for garbage: another protocol on the same port", () => {
    const eLinter = Buffer.from("a501000047", "hex");
    expect(faults(split(eLinter, heartbeat))).toEqual(["garbage"]);
    expect(whole(split(eLinter, heartbeat))).toEqual([hex(heartbeat)]);
  });

  it("finds frames behind a false start that announces a long frame, once it has waited long enough", () => {
    const falseStart = Buffer.from("a5f00f10", "hex");
    const splitter = createSolarmanSplitter("device-to-cloud");
    expect(splitter.push(Buffer.concat([falseStart, heartbeat]))).toEqual([]);
    expect(splitter.staleAfterMs).toBe(30_000);
    expect(whole(splitter.end())).toEqual([hex(heartbeat)]);
  });

  it("accepts the longest frame and an empty payload", () => {
    const longest = encodeFrame(0x42, address, new Uint8Array(frameLimitBytes - 13));
    const empty = encodeFrame(0x42, address, new Uint8Array(0));
    expect(whole(split(longest, empty))).toEqual([hex(longest), hex(empty)]);
  });

  it("D14: never takes a frame with one changed byte for that frame", () => {
    fc.assert(
      fc.property(fc.nat(data.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Uint8Array.from(data);
        changed[at] = (changed[at] ?? 0) ^ change;
        expect(whole(split(changed))).not.toContain(hex(changed));
      }),
    );
  });
});

describeWithCaptures("recorded Solarman frames through the splitter", () => {
  it.each(allCaptured().map((capture) => [capture.name, capture] as const))("%s is whole", (_name, capture) => {
    const frames = split(capture.bytes);
    expect(frames.every((frame) => frame.whole)).toBe(true);
    expect(frames.map((frame) => frame.bytes.length - 13)).toEqual(
      capture.frames.map((expected) => expected.frame.payload_length),
    );
  });

  it("D13: three frames in one segment are found at every split offset", () => {
    const { bytes } = captured("three-frames-in-one-segment");
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(whole(split(bytes.subarray(0, cut), bytes.subarray(cut)))).toHaveLength(3);
    }
  });
});
