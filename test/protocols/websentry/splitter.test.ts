import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeFrame } from "../../../src/protocols/websentry/encoder.js";
import { createWebsentrySplitter } from "../../../src/protocols/websentry/splitter.js";
import { bytes, hex } from "./dialogue.js";

const init = "70839ee8e6001200ff00020504010d0090c20c02b301200207";
const payload = fc.uint8Array({ minLength: 1, maxLength: 300 });

function split(stream: Uint8Array, cut = stream.length) {
  const splitter = createWebsentrySplitter("device-to-cloud");
  return [...splitter.push(stream.subarray(0, cut)), ...splitter.push(stream.subarray(cut)), ...splitter.end()];
}

describe("splitter", () => {
  it("W04: takes a frame that a unit sent: CRC of the payload, high byte first", () => {
    const [frame, ...rest] = split(bytes(init));
    expect(frame?.whole).toBe(true);
    expect(hex(frame?.bytes ?? new Uint8Array())).toBe(init);
    expect(rest).toEqual([]);
  });

  it("W04: cuts any payloads apart again, wherever TCP split them", () => {
    fc.assert(
      fc.property(fc.array(payload, { minLength: 1, maxLength: 5 }), fc.nat(), (payloads, at) => {
        const frames = payloads.map((each) => encodeFrame(each));
        const stream = Buffer.concat(frames);
        const out = split(stream, at % (stream.length + 1));
        expect(out.map((frame) => hex(frame.bytes))).toEqual(frames.map(hex));
        expect(out.every((frame) => frame.whole)).toBe(true);
      }),
    );
  });

  it("W05: reports a frame with any bit flipped behind the magic and finds the next one", () => {
    fc.assert(
      fc.property(payload, fc.nat(), fc.nat(7), (body, at, bit) => {
        const bad = encodeFrame(body);
        const index = 7 + (at % body.length);
        bad[index] = (bad[index] ?? 0) ^ (1 << bit);
        const out = split(Buffer.concat([bad, bytes(init)]));
        expect(out.at(-1)).toMatchObject({ whole: true });
        expect(hex(out.at(-1)?.bytes ?? new Uint8Array())).toBe(init);
        expect(out[0]).toMatchObject({ whole: false, fault: { kind: "bad_checksum" } });
      }),
    );
  });

  it("W06: lets a frame of 64 KiB through at once, reports it and goes on behind it", () => {
    const huge = encodeFrame(new Uint8Array(65_535).fill(0x55));
    const splitter = createWebsentrySplitter("device-to-cloud");
    const first = splitter.push(huge.subarray(0, 1_400));
    expect(first).toMatchObject([{ whole: false, fault: { kind: "oversized_frame" } }]);
    expect(splitter.pendingBytes).toBe(0);
    const rest = [...splitter.push(huge.subarray(1_400)), ...splitter.push(bytes(init))];
    expect(
      Buffer.concat([...first, ...rest].map((frame) => frame.bytes)).equals(Buffer.concat([huge, bytes(init)])),
    ).toBe(true);
    expect(rest.filter((frame) => frame.fault !== undefined)).toEqual([]);
    expect(rest.at(-1)).toMatchObject({ whole: true });
  });

  it("W06: takes a payload of 4096 bytes, the most that it waits for", () => {
    expect(split(encodeFrame(new Uint8Array(4096)))).toMatchObject([{ whole: true }]);
  });

  it("starts no frame at the magic inside a payload", () => {
    const reply = bytes("70839ef86b0010020111020101120570839e0101170201");
    expect(split(reply, 13).map((frame) => frame.whole)).toEqual([true]);
  });

  it("passes over a frame without a payload", () => {
    expect(split(bytes(`70839effff0000${init}`)).map((frame) => frame.whole)).toEqual([false, true]);
  });

  it("waits half a minute for the rest of a frame", () => {
    expect(createWebsentrySplitter("cloud-to-device").staleAfterMs).toBe(30_000);
  });
});
