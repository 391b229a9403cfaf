import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RecordingItem } from "../../src/model/recording.js";
import type { EpochMs } from "../../src/model/time.js";
import { protocols } from "../../src/protocols/registry.js";
import { Recordings } from "../../src/recording/recordings.js";
import { encodeSessionLog } from "../../src/wire/session-log.js";

const now = 1000 as EpochMs;

/** Reads files, each in two pieces. */
function read(files: readonly Uint8Array[], cut = 3): readonly RecordingItem[] {
  const recordings = new Recordings({ protocols, now: () => now });
  const items = files.flatMap((bytes, index) => {
    const file = recordings.open(`f${index}`);
    return [...file.push(bytes.subarray(0, cut)), ...file.push(bytes.subarray(cut)), ...file.end()];
  });
  return [...items, ...recordings.end()];
}

const files: Readonly<Record<string, Buffer>> = {
  "hex-lines": Buffer.from("> a5\n"),
  "session-log": Buffer.from(
    encodeSessionLog({
      start: now,
      durationMs: 1,
      frames: [{ direction: "device-to-cloud", bytes: Uint8Array.of(1) }],
    }),
  ),
  body: Buffer.from("<perf_report/>"),
};

describe("Recordings", () => {
  it.each(Object.entries(files))("tells by its content that a file is %s", (format, bytes) => {
    const recordings = new Recordings({ protocols, now: () => now });
    const file = recordings.open("any.name");
    expect(file.format).toBeUndefined();
    const items = [...file.push(bytes), ...file.end(), ...recordings.end()];
    expect(file.format).toBe(format);
    expect(items.map(({ type }) => type)).toEqual(["opened", "data", "closed"]);
  });

  it("gives the legs of all files names of their own", () => {
    const all = Object.values(files);
    const items = read([...all, ...all]);
    const ids = items.flatMap((item) => (item.type === "opened" ? [item.leg.id] : []));
    expect(new Set(ids).size).toBe(6);
  });

  it("says what it expects of a file that is none of them", () => {
    expect(read([Buffer.from("\u0000\u0001\u0002 and so on")])).toEqual([
      {
        type: "broken",
        message: expect.stringMatching(/^f0: expected pcapng, pcap, .* found bytes that begin with 00010220$/),
      },
    ]);
  });

  it("takes an empty file for nothing", () => {
    expect(read([new Uint8Array(0)])).toEqual([]);
  });

  it("says where packets are broken", () => {
    const items = read([Buffer.from("d4c3b2a1020004000000000000000000ffff000001000000aa", "hex")]);
    expect(items).toMatchObject([{ type: "broken", message: expect.stringMatching(/^f0/) }]);
  });

  it("never throws, and gives the same whatever the pieces are", () => {
    const heads = fc.constantFrom("", "d4c3b2a1020004000000000000000000ffff000001000000", "0a0d0d0a", "7b", "3c", "3e");
    fc.assert(
      fc.property(heads, fc.uint8Array(), fc.nat(50), (head, rest, cut) => {
        const bytes = Buffer.concat([Buffer.from(head, "hex"), rest]);
        expect(read([bytes], cut)).toEqual(read([bytes], bytes.length));
      }),
    );
  });
});
