import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { CaptureTarget } from "../../../src/model/capture.js";
import type { DeviceId } from "../../../src/model/device.js";
import { captureFileName } from "../../../src/sinks/capture/file-names.js";
import { secretsWarning } from "../../../src/sinks/capture/section.js";
import { inverter, legOpening, openedAtUs, partsWithout, sessionInfo } from "../../support/capture-moments.js";
import { type CaptureRig, setUpCapture, temporaryFolder, turn, Viewer } from "../../support/capture-setup.js";

const other = "solarman_1" as DeviceId;
const up = "device-to-cloud";
const down = "cloud-to-device";
const device: CaptureTarget = { type: "device", device: inverter };
const pool = { relay: "pool" } as const;

/** Sessions of which something is captured, in the order of their first packets. */
const sessionsIn = (rig: CaptureRig): readonly string[] => {
  const notes = rig.files().flatMap((file) => file.notes.map(({ session }) => session));
  return [...new Set(notes)];
};

describe("capture.mode: always", () => {
  it("holds both legs of every session, from the handshake to the goodbye", async () => {
    const rig = setUpCapture();
    await rig.capture.sink.start();
    rig.call("s-1").reaches().says("report").frame("data").answers("thanks").leaves();
    await rig.stop();
    const { packets, application, comments } = rig.file();
    const shape = (leg: string): readonly string[] =>
      packets.filter((packet) => packet.leg === leg).map(({ flags, payload }) => `${flags} ${payload}`.trim());
    const whole = ["S", "SA", "A", "A report", "A thanks", "FA", "A", "FA", "A"];
    expect(shape("device")).toEqual(whole);
    expect(shape("cloud")).toEqual(whole);
    expect(application).toBe("Cloudtap 1.2.3");
    expect(comments).toEqual(["Why: always", secretsWarning]);
    expect(rig.names()).toEqual([expect.stringMatching(/^cloudtap-20260621T100000\.000000Z-0001-all\.pcapng$/)]);
  });

  it("says beside the first packet of each leg whose it is, though the device names itself only later", async () => {
    const rig = setUpCapture();
    await rig.capture.sink.start();
    const call = rig.call("s-1").says("hello");
    call.names(inverter).frame("hello").reaches().says("report");
    await rig.stop();
    const note = { session: "s-1", relay: "deye", protocol: "blueprint", device: inverter, reason: "always" };
    expect(rig.file().notes).toMatchObject([
      { ...note, leg: "device" },
      { ...note, leg: "cloud" },
    ]);
  });

  it("says beside a packet what it was, what was read, what was odd, and at the end why", async () => {
    const rig = setUpCapture();
    await rig.capture.sink.start();
    const call = rig.call("s-1").reaches().says("report");
    call.frame("data 0x42").reads(inverter, { power: 412 }).errs("odd").leaves();
    await rig.stop();
    const { packets } = rig.file();
    const [report] = packets.filter(({ payload, leg }) => leg === "device" && payload.length > 0);
    expect(report?.comments).toEqual([
      "report: data 0x42",
      expect.stringMatching(/^frame of 9 bytes, SHA-256 [0-9a-f]{64}$/),
      `reading of ${inverter}, 2026-06-21T10:00:00.000Z: power=412`,
      "anomaly odd, score 4, device-to-cloud: odd bytes",
    ]);
    expect(packets.at(-1)?.comments).toEqual([
      "session closed by device, fin: the device said goodbye; 0 bytes from the device, 0 from the cloud, 1.500 s",
    ]);
  });

  it("says what the cloud said beside its packet, and what Cloudtap says beside the one that follows", async () => {
    const rig = setUpCapture({ parts: [...partsWithout("J")] });
    await rig.capture.sink.start();
    const call = rig.call("s-1").reaches().says("report").frame("data");
    call.answers("thanks").frame("acknowledged", { direction: down });
    call.frame("asked by Cloudtap", { direction: down, own: true }).tells("question");
    await rig.stop();
    const said = rig.file().packets.filter(({ payload }) => payload.length > 0);
    expect(said.map(({ leg, payload, comments }) => [leg, payload.toString(), ...comments])).toEqual([
      ["device", "report", "report: data"],
      ["cloud", "report"],
      ["cloud", "thanks", "acknowledgement: acknowledged"],
      ["device", "thanks"],
      ["device", "question", "acknowledgement: asked by Cloudtap"],
    ]);
  });

  it("leaves out what is not wanted", async () => {
    const rig = setUpCapture({ parts: ["B", "C", "E", "F"] });
    await rig.capture.sink.start();
    rig.call("s-1").reaches().says("report").frame("data").reads(inverter, {}).errs("odd").leaves();
    await rig.stop();
    expect(rig.file().remarks).toEqual([]);
    expect(rig.file().statistics).toEqual([]);
  });

  it("is only for the relays that are named", async () => {
    const rig = setUpCapture({ relays: ["pool"] });
    await rig.capture.sink.start();
    rig.call("s-1").says("roof");
    rig.call("s-2", pool).says("pool");
    await rig.stop();
    expect(rig.file().texts).toEqual(["pool"]);
  });

  it("shows what was TLS at a port of the clear, and where a device was heading", async () => {
    const rig = setUpCapture();
    await rig.capture.sink.start();
    rig.call("s-1").arrives({ security: "tls" }).reaches({ security: "tls" }).says("report");
    const destination = { address: "203.0.113.9", port: 10_000 };
    rig.call("s-2", { destination }).says("report");
    await rig.stop();
    const { notes, packets } = rig.file();
    expect(notes).toMatchObject([
      { session: "s-1", leg: "device", security: "tls", port: 10_000 },
      { session: "s-1", leg: "cloud", security: "tls", port: 443 },
      { session: "s-2", leg: "device", security: "plain" },
    ]);
    expect(notes[2]).not.toHaveProperty("port");
    const opened = packets.filter(({ flags }) => flags === "S").map(({ to }) => to);
    expect(opened).toEqual(["192.0.2.1:9999", "203.0.113.5:9999", "203.0.113.9:10000"]);
  });

  it("ends each file with what was captured and what was dropped", async () => {
    const rig = setUpCapture();
    await rig.capture.sink.start();
    rig.call("s-1").reaches().says("report").leaves();
    await rig.stop();
    expect(rig.file().statistics).toMatchObject([
      { received: 8, dropped: 0, comments: ["device leg: 8 packets captured, 0 dropped"] },
      { received: 8, dropped: 0, comments: ["cloud leg: 8 packets captured, 0 dropped"] },
    ]);
    expect(rig.capture.control.status()).toMatchObject({ captured: 16, dropped: 0 });
    expect(rig.logs.of("capture ends", "info")).toMatchObject([{ captured: 16, dropped: 0 }]);
  });

  it("never steps back in time within a leg, though beginnings and goodbyes are held back for a while", async () => {
    const rig = setUpCapture();
    await rig.capture.sink.start();
    const elsewhere = { ...sessionInfo("s-2").device, remoteAddress: "192.0.2.11" };
    const further = { ...legOpening("cloud").addresses, localPort: 50_001 };
    const [one, two] = [rig.call("s-1").arrives(), rig.call("s-2", { device: elsewhere }).arrives()];
    for (const step of [
      () => one.says("a"),
      () => two.reaches({ addresses: further }).says("b"),
      () => one.frame("a"),
      () => one.reaches(),
    ]) {
      rig.clock.advance(10);
      step();
      await turn();
    }
    for (const call of [two, one]) {
      rig.clock.advance(10);
      call.says("last words").leaves();
    }
    await rig.stop();
    const { packets } = rig.file();
    for (const { from, to } of packets.filter(({ flags }) => flags === "S")) {
      const ends = [from, to];
      const times = packets
        .filter((each) => ends.includes(each.from) && ends.includes(each.to))
        .map(({ atUs }) => atUs);
      expect(times).toEqual(times.toSorted((earlier, later) => earlier - later));
    }
  });

  it("never tells of fewer packets than before", async () => {
    const rig = setUpCapture();
    await rig.capture.sink.start();
    rig.call("s-1").reaches().says("report").leaves();
    await turn();
    await rig.stop();
    const counts = rig.told.map(({ captured }) => captured);
    expect(counts.at(-1)).toBe(16);
    expect(counts).toEqual(counts.toSorted((one, next) => one - next));
  });
});

describe("capture.mode: anomaly", () => {
  async function start(given: Parameters<typeof setUpCapture>[0] = {}): Promise<CaptureRig> {
    const rig = setUpCapture({ mode: "anomaly", ...given });
    await rig.capture.sink.start();
    return rig;
  }

  it("captures nothing as long as all is well", async () => {
    const rig = await start();
    rig.call("s-1").reaches().says("report").frame("data").leaves();
    rig.call("s-2").says("odd").errs("odd").errs("nothing").leaves();
    await rig.stop();
    expect(rig.names()).toEqual([]);
    expect(rig.capture.control.status()).toMatchObject({ mode: "anomaly", running: [], captured: 0 });
  });

  it("adds up each direction for itself: 4 and 4 are not enough, 5 are", async () => {
    const rig = await start();
    const call = rig.call("s-1").says("odd").errs("odd", up).errs("odd", down);
    expect(rig.capture.control.status().running).toEqual([]);
    call.errs("odd", down);
    expect(rig.capture.control.status().running).toMatchObject([{ reason: "high outgoing anomaly score 8 (odd)" }]);
    await rig.stop();
  });

  it("includes what passed before the anomaly, with both legs and their handshakes", async () => {
    const rig = await start();
    const call = rig.call("s-1").names(inverter).reaches().says("before").frame("hello").answers("yes");
    await turn();
    call.says("bad").errs("bad").says("after").leaves();
    await rig.stop();
    const { packets, texts, notes, remarks } = rig.file();
    expect(packets.filter(({ flags }) => flags === "S")).toHaveLength(2);
    expect(texts).toEqual(["before", "before", "yes", "yes", "bad", "bad", "after", "after"]);
    expect(notes).toMatchObject([{ device: inverter }, { device: inverter }]);
    expect(notes[0]?.reason).toBe("high incoming anomaly score 5 (bad)");
    expect(remarks).toContain("anomaly bad, score 5, device-to-cloud: bad bytes");
  });

  it("begins in the middle where the beginning was too long to be kept", async () => {
    const rig = await start();
    const call = rig.call("s-1").reaches();
    for (let count = 0; count < 20; count += 1) {
      call.says(Buffer.alloc(60_000, "x"));
      await turn();
    }
    call.says("bad").errs("bad");
    await rig.stop();
    const { packets, texts } = rig.file();
    expect(packets.filter(({ flags }) => flags.includes("S"))).toEqual([]);
    expect(texts.slice(-2)).toEqual(["bad", "bad"]);
    expect(texts.join("").length).toBeGreaterThan(100_000);
    expect(texts.join("").length).toBeLessThan(257 * 1024);
  });

  it("captures clean sessions of the same device for 600 s, and nobody else's", async () => {
    const rig = await start();
    rig.call("s-1").says("bad").names(inverter).errs("bad").leaves();
    rig.clock.advance(599_000);
    rig.call("s-2").says("clean").names(inverter).frame("hello").leaves();
    rig.call("s-3").says("clean").names(other).frame("hello").leaves();
    rig.clock.advance(2_000);
    expect(rig.capture.control.status().running).toEqual([]);
    rig.call("s-4").says("clean").names(inverter).frame("hello").leaves();
    await rig.stop();
    expect(sessionsIn(rig)).toEqual(["s-1", "s-2"]);
    const clean = rig.file().packets.filter(({ comments }) => comments.some((line) => line.includes("session=s-2")));
    expect(clean).toMatchObject([{ flags: "S" }]);
  });

  it("goes on for 600 s more with each further anomaly", async () => {
    const rig = await start();
    rig.call("s-1").names(inverter).says("bad").errs("bad").leaves();
    rig.clock.advance(500_000);
    rig.call("s-2").names(inverter).says("odd").errs("odd").leaves();
    rig.clock.advance(599_000);
    rig.call("s-3").names(inverter).says("clean").leaves();
    rig.clock.advance(2_000);
    rig.call("s-4").names(inverter).says("clean").leaves();
    await rig.stop();
    expect(sessionsIn(rig)).toEqual(["s-1", "s-2", "s-3"]);
    expect(rig.logs.of("capture begins")).toHaveLength(1);
  });

  it("is not renewed by what counts nothing", async () => {
    const rig = await start();
    const call = rig.call("s-1").names(inverter).says("bad").errs("bad");
    rig.clock.advance(500_000);
    call.errs("nothing");
    rig.clock.advance(100_000);
    expect(rig.capture.control.status().running).toEqual([]);
    await rig.stop();
  });

  it("needs the whole score again after it has expired", async () => {
    const rig = await start();
    const call = rig.call("s-1").names(inverter).says("bad").errs("bad");
    rig.clock.advance(600_000);
    call.errs("odd");
    expect(rig.capture.control.status().running).toEqual([]);
    call.errs("odd");
    expect(rig.capture.control.status().running).toHaveLength(1);
    await rig.stop();
  });

  it("goes by the address of who never named itself, and stays so when it does", async () => {
    const rig = await start();
    const call = rig.call("s-1").says("bad").errs("bad");
    const target = { type: "address", relay: "deye", address: "192.0.2.10" };
    expect(rig.capture.control.status().running).toMatchObject([{ target }]);
    call.names(inverter).errs("bad");
    expect(rig.capture.control.status().running).toMatchObject([{ target }]);
    const elsewhere = { ...sessionInfo("s-2").device, remoteAddress: "192.0.2.11" };
    rig.call("s-2", { device: elsewhere }).says("from elsewhere");
    rig.call("s-3").says("from there");
    await rig.stop();
    expect(sessionsIn(rig)).toEqual(["s-1", "s-3"]);
    expect(rig.names()[0]).toMatch(/-anomaly-deye-192\.0\.2\.10\.pcapng$/);
  });

  it("is only for the relays that are named", async () => {
    const rig = await start({ relays: ["pool"] });
    rig.call("s-1").says("bad").errs("bad");
    rig.call("s-2", pool).says("bad").errs("bad");
    await rig.stop();
    expect(sessionsIn(rig)).toEqual(["s-2"]);
  });

  it("has so many captures at once at most, so that they all find room", async () => {
    const rig = await start({ maxBytes: 1_000_000 });
    for (let number = 0; number < 20; number += 1) {
      rig
        .call(`s-${number}`)
        .names(`solarman_${number}` as DeviceId)
        .says("bad")
        .errs("bad");
    }
    expect(rig.capture.control.status().running).toHaveLength(6);
    expect(rig.logs.of("too many captures at once", "warn")).toHaveLength(1);
    await rig.stop();
  });
});

describe("captures on demand", () => {
  async function start(given: Parameters<typeof setUpCapture>[0] = {}): Promise<CaptureRig> {
    const rig = setUpCapture({ mode: "none", ...given });
    await rig.capture.sink.start();
    return rig;
  }

  it("leave the disk alone until there is one", async () => {
    const rig = await start();
    rig.call("s-1").reaches().says("report").leaves();
    expect(existsSync(rig.folder)).toBe(false);
    expect(await rig.capture.control.files()).toEqual([]);
    expect(rig.clock.pendingTimers).toBe(0);
    await rig.stop();
  });

  it("begin at once, also in the middle of a session, and end by themselves", async () => {
    const rig = await start();
    const call = rig.call("s-1").reaches().says("before").frame("data");
    const running = await rig.capture.control.start({ type: "relay", relay: "deye" }, 60_000, "on demand: test");
    expect(running).toMatchObject({ reason: "on demand: test", until: rig.clock.now() + 60_000 });
    call.says("within");
    rig.call("s-2", pool).says("elsewhere");
    rig.clock.advance(60_000);
    call.says("after");
    await rig.stop();
    expect(rig.file().texts).toEqual(["within", "within"]);
    expect(rig.file().packets.map(({ flags }) => flags)).toEqual(["A", "A"]);
    expect(rig.names()[0]).toMatch(/-demand-relay-deye\.pcapng$/);
  });

  it("of a device hold its next session from the beginning", async () => {
    const rig = await start();
    await rig.capture.control.start(device, 60_000, "test");
    rig.call("s-1").says("hello").names(other).frame("hello");
    const call = rig.call("s-2").says("hello");
    await turn();
    call.names(inverter).frame("hello").reaches().says("report").leaves();
    await rig.stop();
    expect(sessionsIn(rig)).toEqual(["s-2"]);
    expect(rig.file().packets[0]?.flags).toBe("S");
  });

  it("are renewed where one of the same target goes on, also by two at once", async () => {
    const rig = await start();
    const { control } = rig.capture;
    await Promise.all([control.start(device, 60_000, "one"), control.start(device, 90_000, "two")]);
    rig.clock.advance(30_000);
    const renewed = await control.start(device, 60_000, "three");
    expect(renewed).toMatchObject({ reason: "one", until: rig.clock.now() + 60_000 });
    expect(control.status().running).toHaveLength(1);
    await rig.stop();
  });

  it("are ended by target, or all of them, and no others", async () => {
    const rig = await start({ mode: "always" });
    const { control } = rig.capture;
    await control.start(device, 60_000, "test");
    await control.start({ type: "all" }, 60_000, "test");
    expect(await control.stop(device)).toMatchObject([{ target: device }]);
    expect(await control.stop(device)).toEqual([]);
    expect(await control.stop(undefined)).toMatchObject([{ target: { type: "all" }, reason: "test" }]);
    expect(control.status().running).toMatchObject([{ reason: "always" }]);
    await rig.stop();
  });

  it("are on disk once they have ended", async () => {
    const rig = await start();
    await rig.capture.control.start({ type: "all" }, 60_000, "test");
    rig.call("s-1").says("hello");
    await rig.capture.control.stop(undefined);
    expect(await rig.capture.control.files()).toMatchObject([{ name: rig.names()[0], isOpen: false }]);
    expect(rig.file().texts).toEqual(["hello"]);
    await rig.stop();
  });

  it("are refused where nothing can be written, and where there are too many", async () => {
    const directory = join(temporaryFolder(), "captures");
    const rig = await start({ directory, maxBytes: 400_000 });
    writeFileSync(directory, "in the way");
    await expect(rig.capture.control.start(device, 1_000, "test")).rejects.toMatchObject({
      code: "CAPTURE_FAILED",
      message: expect.stringContaining(`expected to write captures to ${directory}, found: `),
    });
    rmSync(directory);
    await rig.capture.control.start(device, 1_000, "test");
    await rig.capture.control.start({ type: "all" }, 1_000, "test");
    await expect(rig.capture.control.start({ type: "relay", relay: "deye" }, 1, "test")).rejects.toMatchObject({
      code: "CAPTURE_FAILED",
      message: expect.stringContaining("too many captures"),
    });
    await rig.stop();
  });

  it("take no late answer of the cloud once they have ended", async () => {
    const rig = await start();
    await rig.capture.control.start({ type: "all" }, 60_000, "test");
    const call = rig.call("s-1").says("report").leaves();
    await rig.capture.control.stop(undefined);
    call.reaches().answers("thanks, at last");
    await turn();
    await rig.stop();
    expect(rig.file().texts).toEqual(["report"]);
  });
});

describe("a tap", () => {
  it("shows at once that it is there, then what passes, and leaves nothing on disk", async () => {
    const rig = setUpCapture({ mode: "none" });
    const viewer = new Viewer();
    const end = rig.capture.control.tap({ type: "relay", relay: "deye" }, viewer);
    expect(viewer.seen.order).toEqual(["section", "interface", "interface"]);
    expect(viewer.seen.comments[0]).toBe("Why: tap of relay-deye");
    const call = rig.call("s-1").reaches().says("report").frame("data");
    await turn();
    expect(viewer.seen.texts).toEqual(["report", "report"]);
    end();
    call.says("more");
    await turn();
    await rig.stop();
    expect(viewer.seen.texts).toEqual(["report", "report"]);
    expect(viewer.seen.statistics).toHaveLength(2);
    expect(existsSync(rig.folder)).toBe(false);
  });

  it("drops what a slow viewer does not take, and counts it", async () => {
    const rig = setUpCapture({ mode: "none" });
    const viewer = new Viewer();
    const end = rig.capture.control.tap({ type: "all" }, viewer);
    const call = rig.call("s-1").reaches();
    await turn();
    viewer.isSlow = true;
    for (let count = 0; count < 5; count += 1) call.says("x");
    await turn();
    viewer.drain();
    end();
    await rig.stop();
    expect(rig.capture.control.status()).toMatchObject({ captured: 7, dropped: 9 });
    expect(viewer.seen.statistics).toMatchObject([{ dropped: 4 }, { dropped: 5 }]);
  });
});

describe("the folder of captures", () => {
  it("that cannot be written stops captures with one line, and they go on when it can be", async () => {
    const directory = join(temporaryFolder(), "captures");
    writeFileSync(directory, "in the way");
    const rig = setUpCapture({ directory });
    await rig.capture.sink.start();
    const call = rig.call("s-1").reaches().says("dropped").answers("dropped too");
    await turn();
    expect(rig.logs.of("captures cannot be written, relaying goes on", "error")).toMatchObject([{ directory }]);
    expect(rig.capture.control.status()).toMatchObject({ problem: expect.any(String), captured: 0, dropped: 10 });
    expect(rig.told.at(-1)?.problem).toBe(rig.capture.control.status().problem);

    rmSync(directory);
    rig.clock.advance(5_000);
    await vi.waitFor(() => expect(rig.capture.control.status()).not.toHaveProperty("problem"));
    expect(rig.told.at(-1)).not.toHaveProperty("problem");
    call.says("on again");
    await rig.stop();
    expect(rig.file().texts).toEqual(["on again", "on again"]);
    expect(rig.file().statistics).toMatchObject([{ dropped: 5 }, { dropped: 5 }]);
    expect(rig.logs.lines.filter(({ level }) => level >= 40)).toHaveLength(1);
  });

  it("is cleaned from what is too old each hour, though nothing is captured", async () => {
    const rig = setUpCapture({ mode: "anomaly" });
    mkdirSync(rig.folder, { recursive: true });
    const name = captureFileName(openedAtUs, 1, "all");
    writeFileSync(join(rig.folder, name), "old");
    writeFileSync(join(rig.folder, "mine.txt"), "mine");
    await rig.capture.sink.start();
    expect(rig.names()).toContain(name);
    rig.clock.advance(Date.now() - rig.clock.now() + 8 * 86_400_000);
    await vi.waitFor(() => expect(rig.names()).toEqual(["mine.txt"]));
    await rig.stop();
  });

  it("is mended at the start, also where captures are on demand only", async () => {
    const rig = setUpCapture({ mode: "none" });
    mkdirSync(rig.folder, { recursive: true });
    const viewer = new Viewer();
    rig.capture.control.tap({ type: "all" }, viewer);
    rig.call("s-1").says("before the crash").frame("data");
    await turn();
    const name = captureFileName(openedAtUs, 1, "demand-all");
    writeFileSync(join(rig.folder, `${name}.part`), Buffer.concat([...viewer.pieces, Buffer.alloc(7)]));
    await rig.capture.sink.start();
    expect(rig.names()).toEqual([name]);
    expect(rig.file().texts).toEqual(["before the crash"]);
    await rig.stop();
  });

  it("that cannot be read is told when its files are listed", async () => {
    const directory = join(temporaryFolder(), "captures");
    writeFileSync(directory, "in the way");
    const rig = setUpCapture({ directory, mode: "none" });
    await rig.capture.sink.start();
    await expect(rig.capture.control.files()).rejects.toMatchObject({ code: "STORE_FAILED" });
    await rig.stop();
  });
});

describe("secrets of TLS connections", () => {
  async function capture(tlsSecrets: "none" | "file" | "block" | "both"): Promise<CaptureRig> {
    const rig = setUpCapture({ tlsSecrets });
    await rig.capture.sink.start();
    const call = rig.call("s-1");
    expect(call.traffic.wantsSecrets).toBe(tlsSecrets !== "none");
    call.traffic.secret(Buffer.from("CLIENT_RANDOM 1\n"));
    call.arrives({ security: "tls" }).says("hello").frame("hello");
    await turn();
    call.traffic.secret(Buffer.from("CLIENT_RANDOM 2\n"));
    await rig.stop();
    return rig;
  }

  it("are nowhere unless they are asked for", async () => {
    const rig = await capture("none");
    expect(rig.file().secrets).toEqual([]);
    expect(rig.names()).toHaveLength(1);
  });

  it.each(["file", "both"] as const)("are in a file beside the capture, for its owner only: %s", async (where) => {
    const rig = await capture(where);
    const path = join(rig.folder, `${rig.names()[0]}.keys`);
    expect(readFileSync(path, "utf8")).toBe("CLIENT_RANDOM 1\nCLIENT_RANDOM 2\n");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(rig.file().secrets.length > 0).toBe(where === "both");
  });

  it.each(["block", "both"] as const)("are in the capture, before what they open: %s", async (where) => {
    const rig = await capture(where);
    expect(rig.file().secrets.join("")).toBe("CLIENT_RANDOM 1\nCLIENT_RANDOM 2\n");
    expect(rig.file().order.indexOf("secrets")).toBeLessThan(rig.file().order.indexOf("packet"));
    expect(rig.names()).toHaveLength(where === "both" ? 2 : 1);
  });
});
