import { describe, expect, it } from "vitest";
import type { EpochUs, RecordedLeg } from "../../src/model/recording.js";
import type { Direction } from "../../src/model/session.js";
import { envoy } from "../../src/protocols/envoy/index.js";
import { raw } from "../../src/protocols/raw/index.js";
import { encodeFrame } from "../../src/protocols/websentry/encoder.js";
import { websentry } from "../../src/protocols/websentry/index.js";
import { LegCopy, type StreamEvent } from "../../src/recording/leg-copy.js";
import { KeyedPseudonyms } from "../../src/recording/pseudonyms.js";

const leg: RecordedLeg = {
  id: "1",
  client: { address: "10.0.0.5", port: 1 },
  server: { address: "10.0.0.1", port: 2 },
};
const init = encodeFrame(Buffer.from("0004010d0090c20c02b3", "hex"));

function data(bytes: Uint8Array, atMs = 0, direction: Direction = "device-to-cloud"): StreamEvent {
  return { type: "data", leg, direction, bytes, at: (atMs * 1000) as EpochUs, place: 1 };
}

function create(keepsUnframed = false, protocol = websentry): LegCopy {
  const pseudonyms = new KeyedPseudonyms(new Uint8Array(32));
  return new LegCopy({ verdict: { type: "known", protocol }, pseudonyms, keepsUnframed });
}

describe("LegCopy", () => {
  it("copies a frame when it is whole", () => {
    const copy = create();
    expect(copy.take(data(init.subarray(0, 9)))).toEqual([]);
    const [frame] = copy.take(data(init.subarray(9), 5));
    expect(frame).toMatchObject({ type: "data", direction: "device-to-cloud", at: 5000 });
    expect(frame).not.toMatchObject({ bytes: init });
  });

  it("makes zeros of what is no frame, as many", () => {
    const copy = create();
    expect(copy.take(data(Buffer.from("Jane's pool")))).toEqual([
      { type: "data", direction: "device-to-cloud", bytes: new Uint8Array(11), at: 0 },
    ]);
    expect(copy.blankedBytes).toBe(11);
  });

  it("keeps what is no frame where it is asked to, without the originals that it has seen", () => {
    const copy = create(true);
    copy.take(data(init));
    const [kept] = copy.take(data(Buffer.from("unit 00:90:c2:0c:02:b3 here")));
    const text = kept?.type === "data" ? Buffer.from(kept.bytes).toString() : "";
    expect(text).toMatch(/^unit 02(:[0-9a-f]{2}){5} here$/);
  });

  it("gives out half a frame at FIN, where bytes are missing, and when it has waited too long", () => {
    const half = init.subarray(0, 9);
    const events: readonly StreamEvent[] = [
      { type: "ended", leg, direction: "device-to-cloud", at: 0 as EpochUs, place: 2 },
      { type: "lost", leg, direction: "device-to-cloud", bytes: 100, at: 0 as EpochUs, place: 2 },
      { type: "reset", leg, direction: "cloud-to-device", at: 0 as EpochUs, place: 2 },
    ];
    for (const event of events) {
      const copy = create();
      copy.take(data(half));
      const copied = copy.take(event);
      expect(copied.map(({ type }) => type)).toEqual(["data", event.type]);
      expect(copy.blankedBytes).toBe(9);
    }
    const copy = create();
    copy.take(data(half));
    expect(copy.take(data(init, 40_000)).map(({ type }) => type)).toEqual(["data", "data"]);
  });

  it("finds the next message behind a gap in the middle of one", () => {
    const message = (body: string): Buffer => Buffer.from(`POST / HTTP/1.1\r\nContent-Length: 400\r\n\r\n${body}`);
    const copy = create(false, envoy);
    copy.take(data(message("x".repeat(100))));
    copy.take({ type: "lost", leg, direction: "device-to-cloud", bytes: 300, at: 0 as EpochUs, place: 2 });
    copy.take(data(message("y".repeat(400))));
    expect(copy.blankedBytes).toBe(message("x".repeat(100)).length);
  });

  it("leaves out what nobody can read", () => {
    const pseudonyms = new KeyedPseudonyms(new Uint8Array(32));
    for (const keepsUnframed of [true, false]) {
      const copy = new LegCopy({ verdict: { type: "tls" }, pseudonyms, keepsUnframed });
      expect(copy.isReadable).toBe(false);
      expect(copy.take(data(init))).toEqual([
        { type: "left-out", direction: "device-to-cloud", bytes: init.length, at: 0 },
      ]);
    }
    expect(create(false, raw).isReadable).toBe(false);
    expect(create(true, raw).take(data(Buffer.from("abc")))).toMatchObject([{ type: "data" }]);
  });

  it("gives out what is left at the end", () => {
    const copy = create();
    copy.take(data(init.subarray(0, 9)));
    expect(copy.end(7 as EpochUs)).toEqual([
      { type: "data", direction: "device-to-cloud", bytes: new Uint8Array(9), at: 7 },
    ]);
  });
});
