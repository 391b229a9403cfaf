import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createFrameLog, type KeptFrame } from "../../src/monitoring/frame-log.js";
import { encodeFramesCapture, type FramesCaptureOptions } from "../../src/monitoring/frames-capture.js";
import type { SessionFacts } from "../../src/monitoring/session-list.js";
import { protocols } from "../../src/protocols/registry.js";
import { LegProtocol } from "../../src/recording/leg-protocol.js";
import { PacketLegs, PacketRecording } from "../../src/recording/packets.js";
import { createBus } from "../../src/runtime/bus.js";
import { silentLogger } from "../../src/runtime/log.js";
import { deviceStream } from "../integration/simulated-device.js";
import { inverter, openedAt, sessionInfo } from "../support/capture-moments.js";
import { temporaryFolder } from "../support/capture-setup.js";
import { FakeClock } from "../support/fake-clock.js";
import { frameOf } from "../support/session-messages.js";
import { describeWithTshark, faultsOf, follow, interfacesOf, packetsOf } from "../support/tshark.js";
import { readCapture } from "../support/written-capture.js";

const plain: SessionFacts = { info: sessionInfo("s-1"), devices: [inverter], security: "plain" };

type FrameGiven = Parameters<typeof frameOf>[2] & { readonly content: string | Uint8Array };

/** Frames of a session as they are kept, a second apart. */
function keep(given: readonly FrameGiven[], { info } = plain): readonly KeptFrame[] {
  const clock = new FakeClock(openedAt);
  const bus = createBus(silentLogger());
  const frames = createFrameLog({ bus, clock, log: silentLogger() });
  bus.publish({ type: "session-opened", session: info });
  for (const { content, ...rest } of given) {
    clock.advance(1_000);
    bus.publish(frameOf(info, content, rest));
  }
  return frames.framesOf(info.id);
}

const answer = { direction: "cloud-to-device", role: "acknowledgement", label: "time" } as const;

function encode(frames: readonly KeptFrame[], given: Partial<FramesCaptureOptions> = {}): Uint8Array {
  return encodeFramesCapture({ application: "Cloudtap 1.2.3", session: plain, frames, dissectorPort: 9_999, ...given });
}

const dialogue: readonly FrameGiven[] = [
  { content: "hello" },
  { content: "yes", ...answer },
  { content: "status", label: "status\ncloudtap session=s-9 leg=device security=tls" },
  { content: "set", ...answer, role: "command", label: "set limit", own: true },
];

describe("frames as a capture", () => {
  it("pass on the device leg as they came, each with what it is", () => {
    const capture = readCapture(encode(keep(dialogue)));
    expect(capture.texts).toEqual(["hello", "yes", "status", "set"]);
    const data = capture.packets.filter(({ payload }) => payload.length > 0);
    expect(
      data.map(({ leg, from, to, atUs }) => ({ leg, from, to, second: (atUs / 1_000 - openedAt) / 1_000 })),
    ).toEqual(
      [1, 2, 3, 4].map((second) => ({
        leg: "device",
        from: second % 2 === 1 ? "192.0.2.10:40000" : "192.0.2.1:10000",
        to: second % 2 === 1 ? "192.0.2.1:10000" : "192.0.2.10:40000",
        second,
      })),
    );
    expect(data.map(({ comments }) => comments.at(-1))).toEqual([
      "report: data",
      "acknowledgement: time",
      "report: status cloudtap session=s-9 leg=device security=tls",
      "command: set limit (said by Cloudtap)",
    ]);
  });

  it("begin with a handshake and a note on the session, under a word of warning", () => {
    const { application, comments, packets, notes, statistics } = readCapture(encode(keep(dialogue)));
    expect(application).toBe("Cloudtap 1.2.3");
    expect(comments).toEqual([
      "Why: frames saved from the page",
      expect.stringContaining("Anonymize them before you share them."),
      "Only whole frames are in it, none of the bytes between them.",
    ]);
    expect(packets.slice(0, 3).map(({ flags, atUs }) => [flags, atUs])).toEqual([
      ["S", openedAt * 1_000],
      ["SA", openedAt * 1_000],
      ["A", openedAt * 1_000],
    ]);
    const session = { session: "s-1", leg: "device", relay: "deye", protocol: "blueprint", security: "plain" };
    expect(notes).toEqual([{ ...session, device: inverter, reason: "frames saved from the page" }]);
    expect(statistics).toMatchObject([{ interfaceId: 0, received: 7, dropped: 0 }]);
  });

  it("show what was TLS where Wireshark expects the protocol, and note the true port", () => {
    const info = sessionInfo("s-1", { destination: { address: "203.0.113.9", port: 443 } });
    const session: SessionFacts = { info, devices: [], security: "tls" };
    const { packets, notes } = readCapture(encode(keep(dialogue), { session }));
    expect(packets[0]?.to).toBe("203.0.113.9:9999");
    expect(notes).toMatchObject([{ security: "tls", port: 443 }]);
    expect(notes[0]).not.toHaveProperty("device");
  });

  it("begin in the middle where earlier ones are missing, and say so", () => {
    const { comments, packets, statistics, notes } = readCapture(encode(keep(dialogue).slice(2)));
    expect(comments).toContain("Earlier frames are missing: 2.");
    expect(packets.map(({ flags, payload }) => [flags, payload.toString()])).toEqual([
      ["A", "status"],
      ["A", "set"],
    ]);
    expect(notes).toHaveLength(1);
    expect(statistics).toMatchObject([{ received: 4, dropped: 2 }]);
  });

  it("lack those that never reached the device, and say so", () => {
    const frames = keep([...dialogue, { content: "reboot", ...answer, role: "command", blocked: "protected" }]);
    const { comments, texts } = readCapture(encode(frames));
    expect(texts).not.toContain("reboot");
    expect(comments).toContain("Frames that were not passed on to the device, and are left out: 1.");
  });

  it("keep the length of what was cut", () => {
    const frames = keep([{ content: new Uint8Array(100_000).fill(7) }, { content: "after" }]);
    const { comments, packets } = readCapture(encode(frames));
    expect(comments).toContain("Frames that are cut: 1. Their length still shows.");
    const data = packets.filter(({ payload, missing }) => payload.length + missing > 0);
    expect(data.map(({ payload, missing }) => [payload.length, missing])).toEqual([
      [8_192, 24_576],
      [0, 32_768],
      [0, 32_768],
      [0, 1_696],
      [5, 0],
    ]);
    expect((data.at(-1)?.sequence ?? 0) - (data[0]?.sequence ?? 0)).toBe(100_000);
  });

  it("never step back in time, though the clock was set back", () => {
    const [first, second] = keep(dialogue.slice(0, 2));
    if (first === undefined || second === undefined) throw new Error("expected two frames");
    const { packets } = readCapture(encode([second, first].map((frame, at) => ({ ...frame, number: at + 1 }))));
    const times = packets.map(({ atUs }) => atUs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("are a whole file without any frame, too", () => {
    expect(readCapture(encode([])).packets).toHaveLength(3);
  });
});

describe("reading such a capture", () => {
  it("tells the protocol and the bytes", () => {
    const info = sessionInfo("s-1", { protocol: "solarman" });
    const stream = deviceStream("solarman", {}, 3);
    const session: SessionFacts = { info, devices: [], security: "plain" };
    const file = encode(
      keep(
        stream.map((content) => ({ content })),
        session,
      ),
      { session },
    );
    const recording = new PacketRecording(new PacketLegs(), "frames.pcapng");
    const events = recording.push(Uint8Array.from(file));
    expect(recording.fault).toBeUndefined();
    const data = events.flatMap((event) => (event.type === "data" ? [event] : []));
    expect(Buffer.concat(data.map(({ bytes }) => bytes))).toEqual(Buffer.concat(stream));
    const [first] = data;
    if (first === undefined) throw new Error("expected data");
    const verdict = new LegProtocol(first.leg, { protocols }).push(first.direction, first.bytes);
    expect(verdict).toMatchObject({ type: "known", protocol: { name: "solarman" } });
  });
});

describeWithTshark("frames as a capture, in Wireshark", () => {
  function save(bytes: Uint8Array): string {
    const file = join(temporaryFolder(), "frames.pcapng");
    writeFileSync(file, bytes);
    return file;
  }

  it("are a connection without faults, with the bytes of the frames", async () => {
    const ipv6 = sessionInfo("s-1", {
      device: { localAddress: "fd00::1", localPort: 10_000, remoteAddress: "fd00::2", remotePort: 40_000 },
    });
    for (const info of [sessionInfo("s-1"), ipv6]) {
      const session: SessionFacts = { info, devices: [inverter], security: "plain" };
      const file = save(encode(keep(dialogue, session), { session }));
      expect(await faultsOf(file)).toEqual([]);
      expect(await interfacesOf(file)).toEqual(["device leg"]);
      const { client, fromClient, fromServer } = await follow(file, 0);
      expect(client).toBe(`${info.device.remoteAddress}:40000`);
      expect([fromClient.toString(), fromServer.toString()]).toEqual(["hellostatus", "yesset"]);
    }
  });

  it("are no worse where earlier ones are missing and others are cut", async () => {
    const large = { content: new Uint8Array(100_000).fill(7) };
    const frames = keep([...dialogue, large, ...dialogue]).slice(2);
    const file = save(encode(frames));
    expect(await faultsOf(file)).toEqual([]);
    const shown = await packetsOf(file, { filter: "tcp.len > 0" });
    expect(shown.map(({ payload }) => payload.length)).toEqual([6, 3, 8_192, 0, 0, 0, 5, 3, 6, 3]);
  });
});
