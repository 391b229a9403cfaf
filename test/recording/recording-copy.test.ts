import { describe, expect, it } from "vitest";
import type { EpochUs, RecordedEvent, RecordedLeg } from "../../src/model/recording.js";
import { encodeFrame } from "../../src/protocols/websentry/encoder.js";
import { websentry } from "../../src/protocols/websentry/index.js";
import { readPackets } from "../../src/recording/packets.js";
import { KeyedPseudonyms } from "../../src/recording/pseudonyms.js";
import { RecordingCopy } from "../../src/recording/recording-copy.js";

const init = encodeFrame(Buffer.from("0004010d0090c20c02b3", "hex"));
const at = (us: number): EpochUs => (1_700_000_000_000_000 + us) as EpochUs;

function leg(id: string, port = 1030): RecordedLeg {
  return { id, client: { address: "10.0.0.5", port: 40_000 + Number(id) }, server: { address: "10.0.0.1", port } };
}

function data(of: RecordedLeg, bytes: Uint8Array, us = 1): RecordedEvent {
  return { type: "data", leg: of, direction: "device-to-cloud", bytes, at: at(us), place: 1 };
}

function create(): RecordingCopy {
  const pseudonyms = new KeyedPseudonyms(new Uint8Array(32));
  return new RecordingCopy({ protocols: [websentry], pseudonyms, keepsUnframed: false, application: "Cloudtap test" });
}

async function copied(copy: RecordingCopy, events: readonly RecordedEvent[]): Promise<readonly RecordedEvent[]> {
  const blocks = [...copy.begin(), ...events.flatMap((event) => copy.take(event)), ...copy.end()];
  async function* source(): AsyncGenerator<Uint8Array> {
    yield Buffer.concat(blocks);
  }
  const read: RecordedEvent[] = [];
  for await (const event of readPackets(source(), "copy")) read.push(event);
  return read;
}

describe("RecordingCopy", () => {
  it("writes all legs, each with what it is, in one file", async () => {
    const [one, two] = [leg("1"), leg("2")];
    const copy = create();
    const events = await copied(copy, [
      { type: "opened", leg: one, at: at(0), complete: true },
      { type: "opened", leg: two, at: at(0), complete: false },
      data(one, init.subarray(0, 5)),
      data(two, init),
      data(one, init.subarray(5), 2),
      { type: "closed", leg: one, at: at(3) },
    ]);
    const opened = events.filter(({ type }) => type === "opened");
    expect(opened.map((event) => event.leg.note?.protocol)).toEqual(["websentry", "websentry"]);
    expect(new Set(opened.map((event) => event.leg.note?.session)).size).toBe(2);
    const payloads = events.flatMap((event) =>
      event.type === "data" ? [Buffer.from(event.bytes).toString("hex")] : [],
    );
    expect(payloads).toHaveLength(2);
    expect(payloads[0]).toBe(payloads[1]);
    expect(payloads[0]).not.toContain("0090c20c02b3");
    expect(copy.counts).toEqual({ legs: 2, unreadableLegs: 0, blankedBytes: 0 });
  });

  it("leaves out what is encrypted or unknown, and says so", async () => {
    const [tls, unknown] = [leg("1", 443), leg("2", 4711)];
    const copy = create();
    const events = await copied(copy, [
      { type: "opened", leg: tls, at: at(0), complete: true },
      data(tls, Buffer.from("160301004a", "hex")),
      { type: "opened", leg: unknown, at: at(0), complete: true },
      data(unknown, Buffer.from("a secret")),
    ]);
    expect(events.filter(({ type }) => type === "data")).toEqual([]);
    expect(events.filter(({ type }) => type === "lost")).toMatchObject([{ bytes: 5 }, { bytes: 8 }]);
    expect(events.flatMap((event) => (event.type === "opened" ? [event.leg.note?.security] : []))).toEqual([
      "splice",
      "plain",
    ]);
    expect(copy.counts.unreadableLegs).toBe(2);
  });

  it("keeps legs on which nothing was said", async () => {
    const silent = leg("1");
    const events = await copied(create(), [
      { type: "opened", leg: silent, at: at(0), complete: true },
      { type: "ended", leg: silent, direction: "device-to-cloud", at: at(5), place: 2 },
    ]);
    expect(events.map(({ type }) => type)).toEqual(["opened", "ended", "closed"]);
  });
});
