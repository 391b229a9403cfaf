import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithTshark, faultsOf } from "../../support/tshark.js";
import { Program, temporaryFolder } from "../program.js";
import { deviceStream } from "../simulated-device.js";
import { connectBoth, type End, EndServer } from "./ends.js";
import { capturesIn, commentsOf, finishedFiles, legsOf, type RecordedLegShown, streamsOf } from "./recorded.js";

/** What two loggers say first. */
const [hello = Buffer.alloc(0)] = deviceStream("solarman", { index: 0 }, 1);
const [otherHello = Buffer.alloc(0)] = deviceStream("solarman", { index: 1 }, 1);
/** Begins no frame; a score of 3 each time. */
const garbage = Buffer.from("nothing that a logger says");

describeWithTshark("`capture.mode: anomaly`", () => {
  const folder = temporaryFolder();
  let server: EndServer;
  let program: Program;
  let bad: End;
  let legs: readonly RecordedLegShown[];
  let files: readonly string[];
  const sessions: unknown[] = [];

  beforeAll(async () => {
    server = await EndServer.start();
    program = await Program.start({
      folder: folder.path,
      relays: [{ name: "roof", protocol: "solarman", tls: "plain", upstream: `127.0.0.1:${server.port}` }],
      extra: { capture: { mode: "anomaly" } },
    });
    await call("127.0.0.6", otherHello);
    bad = await call("127.0.0.5", hello, garbage, hello, garbage, hello);
    await call("127.0.0.5", hello);
    await call("127.0.0.6", otherHello);
    expect(await program.end()).toBe(0);
    files = finishedFiles(capturesIn(folder.path));
    legs = (await Promise.all(files.map(legsOf))).flat();
  }, 60_000);

  afterAll(async () => {
    await program.end("SIGKILL");
    await server.stop();
    folder.remove();
  });

  /** A whole session of a device at an address. */
  async function call(from: string, ...words: readonly Buffer[]): Promise<End> {
    const { device, cloud } = await connectBoth(program.port("roof"), server, "127.0.0.1", from);
    for (const word of words) {
      await device.say(word);
      await cloud.hears(device.said.length);
    }
    device.finish();
    cloud.finish();
    const closed = await program.waitForLogs("session closed", sessions.length + 1);
    sessions.push(closed.at(-1)?.session);
    return device;
  }

  const captured = (): readonly string[] => [...new Set(legs.map(({ note }) => note.session))];

  it("captures both legs of the session that broke the rules, from its first bytes on", async () => {
    const [device, cloud] = legs.filter(({ note }) => note.session === sessions[1]);
    expect([device?.link, cloud?.link]).toEqual(["device leg", "cloud leg"]);
    for (const leg of [device, cloud]) {
      if (leg === undefined) throw new Error("expected two legs");
      expect(leg.packets[0]?.flags).toBe("S");
      expect((await streamsOf(leg)).fromClient).toEqual(bad.said);
    }
  });

  it("captures the same device's next session, which is clean, and nobody else", () => {
    expect(captured()).toEqual([sessions[1], sessions[2]]);
  });

  it("says why, and beside which packet", () => {
    for (const { note } of legs) expect(note.reason).toMatch(/anomaly score 6 \(garbage\)/);
    const [device] = legs.filter(({ note }) => note.session === sessions[1]);
    const lines = device === undefined ? [] : commentsOf(device).filter((line) => /garbage.*score 3/.test(line));
    expect(lines).toHaveLength(2);
  });

  it("opens in Wireshark without a word, and tells at its end what was captured and dropped", async () => {
    for (const file of files) {
      expect(await faultsOf(file)).toEqual([]);
      expect(readFileSync(file, "latin1")).toMatch(/device leg: \d+ packets captured, 0 dropped/);
    }
  });
});
