import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RecordedEvent } from "../../src/model/recording.js";
import type { EpochMs } from "../../src/model/time.js";
import { protocols } from "../../src/protocols/registry.js";
import { encodeFrame } from "../../src/protocols/websentry/encoder.js";
import { type AnonymizingOptions, anonymizeFile, anonymizeRecordings } from "../../src/recording/anonymizer.js";
import { readRecordings } from "../../src/recording/read-recordings.js";
import { describeWithCaptures } from "../support/captures.js";
import { leaksIn, originalsIn } from "../support/leaks.js";
import { recordedSessions } from "../support/recorded-sessions.js";
import { deviceAddress, writeRecordingFile } from "../support/recording-file.js";
import { describeWithTshark, faultsOf } from "../support/tshark.js";

const options: AnonymizingOptions = { protocols, now: 1_790_000_000_000 as EpochMs };
const init = encodeFrame(Buffer.from("0004010d0090c20c02b3", "hex"));
const mac = Buffer.from("0090c20c02b3", "hex");

function inFolder(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-copy-"));
  return (name) => join(folder, name);
}

async function eventsOf(file: string): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const { items } of readRecordings([file], { protocols, now: () => options.now })) {
    for (const item of items) if (item.type !== "broken" && item.type !== "notice") events.push(item);
  }
  return events;
}

async function streamsOf(file: string): Promise<Buffer> {
  return Buffer.concat((await eventsOf(file)).flatMap((event) => (event.type === "data" ? [event.bytes] : [])));
}

describe("anonymizeRecordings", () => {
  it("finds in a session what only the one behind it shows", async () => {
    const path = inFolder();
    const unread = encodeFrame(Uint8Array.of(8, ...mac));
    writeRecordingFile(path("in"), [
      { protocol: "websentry", turns: [{ direction: "device-to-cloud", bytes: unread }] },
      {
        ...{ protocol: "websentry", device: "websentry_0090c20c02b3" },
        turns: [{ direction: "device-to-cloud", bytes: init }],
      },
    ]);
    const copy = await anonymizeRecordings([path("in")], path("out.pcapng"), options);
    const bytes = readFileSync(path("out.pcapng"));
    expect(bytes.includes(mac)).toBe(false);
    expect(bytes.includes("0090c20c02b3")).toBe(false);
    expect(copy).toMatchObject({ legs: 2, unreadableLegs: 0, blankedBytes: 0, faults: [] });
    expect(copy.replaced).toMatchObject({ macs: 1, addresses: 2 });
  });

  it("keeps times, ports and endings, for this account alone to read", async () => {
    const path = inFolder();
    writeRecordingFile(path("in"), [{ protocol: "websentry", turns: [{ direction: "device-to-cloud", bytes: init }] }]);
    await anonymizeFile(path("in"), path("out"), options);
    const [before, after] = await Promise.all([eventsOf(path("in")), eventsOf(path("out"))]);
    const shape = (events: readonly RecordedEvent[]) =>
      events.map(({ type, at, leg }) => [type, at, leg.client.port, leg.server.port]);
    expect(shape(after)).toEqual(shape(before));
    expect(after[0]?.leg.client.address).not.toBe(deviceAddress);
    expect(statSync(path("out")).mode & 0o777).toBe(0o600);
  });

  it("uses other stand-ins in each run, and the same for the same key", async () => {
    const path = inFolder();
    writeRecordingFile(path("in"), [{ protocol: "websentry", turns: [{ direction: "device-to-cloud", bytes: init }] }]);
    const key = new Uint8Array(32).fill(9);
    await anonymizeFile(path("in"), path("a"), { ...options, key });
    await anonymizeFile(path("in"), path("b"), { ...options, key });
    await anonymizeFile(path("in"), path("c"), options);
    expect(readFileSync(path("b"))).toEqual(readFileSync(path("a")));
    expect(readFileSync(path("c"))).not.toEqual(readFileSync(path("a")));
  });

  it("takes any kind of recording", async () => {
    const path = inFolder();
    writeFileSync(path("lines.hex"), `> ${Buffer.from(init).toString("hex")}\n`);
    await anonymizeFile(path("lines.hex"), path("out.pcapng"), options);
    const events = await eventsOf(path("out.pcapng"));
    expect(events.find(({ type }) => type === "opened")?.leg.note?.protocol).toBe("websentry");
    expect((await streamsOf(path("out.pcapng"))).length).toBe(init.length);
  });

  it("overwrites nothing, and leaves nothing behind where it fails", async () => {
    const path = inFolder();
    writeRecordingFile(path("in"), []);
    const before = readFileSync(path("in"));
    await expect(anonymizeFile(path("in"), path("in"), options)).rejects.toMatchObject({ code: "USAGE" });
    expect(readFileSync(path("in"))).toEqual(before);
    await expect(anonymizeFile(path("missing"), path("out"), options)).rejects.toMatchObject({ code: "USAGE" });
    await expect(anonymizeFile("-", path("out"), options)).rejects.toMatchObject({ code: "USAGE" });
    expect(existsSync(path("out"))).toBe(false);
    expect(readdirSync(path("."))).toEqual(["in"]);
  });

  it("copies what stands before a break, and says where that is", async () => {
    const path = inFolder();
    writeRecordingFile(path("in"), [{ protocol: "websentry", turns: [{ direction: "device-to-cloud", bytes: init }] }]);
    const whole = readFileSync(path("in"));
    writeFileSync(path("cut"), whole.subarray(0, whole.length - 100));
    const { faults, legs } = await anonymizeFile(path("cut"), path("out"), options);
    expect(legs).toBe(1);
    expect(faults).toEqual([expect.stringContaining("cut: byte ")]);
  });
});

describeWithCaptures("recorded traffic in a capture, anonymized", () => {
  it.each(["solarman", "websentry", "envoy"])(
    "holds nothing of %s's originals, anywhere in the file",
    async (protocol) => {
      const path = inFolder();
      const sessions = recordedSessions(protocol);
      writeRecordingFile(
        path("in"),
        sessions.map(({ turns }) => ({ protocol, turns })),
      );
      const { blankedBytes } = await anonymizeFile(path("in"), path("out"), options);
      const originals = originalsIn(
        protocol,
        sessions.flatMap(({ turns }) => turns),
      );
      expect(originals.length).toBeGreaterThan(3);
      expect(leaksIn(readFileSync(path("out")), originals)).toEqual([]);
      expect(leaksIn(await streamsOf(path("out")), originals)).toEqual([]);
      expect(readFileSync(path("out")).includes(deviceAddress)).toBe(false);
      expect(readFileSync(path("out")).includes(Buffer.from(deviceAddress.split(".").map(Number)))).toBe(false);
      if (protocol !== "websentry") expect(blankedBytes).toBe(0);
    },
  );
});

describeWithTshark("an anonymized capture", () => {
  it("opens in Wireshark without a word", async () => {
    const path = inFolder();
    const turns = [{ direction: "device-to-cloud", bytes: init } as const];
    const encrypted = [
      { direction: "device-to-cloud", bytes: Buffer.from("160301004a".padEnd(200, "0"), "hex") } as const,
    ];
    writeRecordingFile(path("in.pcapng"), [
      { protocol: "websentry", turns },
      { protocol: "solarman", security: "splice", turns: encrypted },
    ]);
    await anonymizeFile(path("in.pcapng"), path("out.pcapng"), options);
    expect(await faultsOf(path("out.pcapng"))).toEqual([]);
  });
});
