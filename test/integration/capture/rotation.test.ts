import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithTshark, faultsOf, tell } from "../../support/tshark.js";
import { cloudtapCommand, Program, temporaryFolder } from "../program.js";
import { deviceStream } from "../simulated-device.js";
import { connectBoth, EndServer } from "./ends.js";
import { capturesIn, finishedFiles, legsOf } from "./recorded.js";

const [hello = Buffer.alloc(0), record = Buffer.alloc(0)] = deviceStream("solarman", {}, 4).filter(
  (frame) => frame.length > 100,
);
const records = 800;

describeWithTshark("a session that is longer than a file", () => {
  const folder = temporaryFolder();
  let server: EndServer;
  let program: Program;
  let files: readonly string[];

  beforeAll(async () => {
    server = await EndServer.start();
    program = await Program.start({
      folder: folder.path,
      level: "info",
      relays: [{ name: "roof", protocol: "solarman", tls: "plain", upstream: `127.0.0.1:${server.port}` }],
      // Files of 512 KiB.
      extra: { capture: { mode: "always", max_mb: 4 }, spool: { enabled: true } },
    });
    const { device, cloud } = await connectBoth(program.port("roof"), server);
    await device.say(hello);
    for (let count = 0; count < records; count += 1) {
      await device.say(record);
      await cloud.hears(device.said.length);
    }
    device.finish();
    cloud.finish();
    await device.waitFor(({ isClosed }) => isClosed);
    expect(await program.end()).toBe(0);
    files = finishedFiles(capturesIn(folder.path));
  }, 120_000);

  afterAll(async () => {
    await program.end("SIGKILL");
    await server.stop();
    folder.remove();
  });

  it("goes on in the next one, each with the notes that tell whose it is", async () => {
    expect(files.length).toBeGreaterThan(1);
    const notesOf = async (file: string) => {
      const notes = (await legsOf(file)).map(({ note }) => note);
      return notes.toSorted((one, other) => one.leg.localeCompare(other.leg));
    };
    const notes = await Promise.all(files.map(notesOf));
    const [first = [], ...later] = notes;
    expect(first.map(({ leg }) => leg)).toEqual(["cloud", "device"]);
    // The first one begins before the logger has said which one it is.
    const device = `solarman_${hello.readUInt32LE(7)}`;
    for (const each of later) expect(each).toEqual(first.map((note) => ({ ...note, device })));
  });

  it("each file opens in Wireshark without a word", async () => {
    for (const file of files) expect(await faultsOf(file)).toEqual([]);
  });

  it("is read as one: every reading, once, and nothing lost", async () => {
    const [command, args] = cloudtapCommand("decode", "--json", ...files);
    const { code, stdout } = await tell(command, args);
    expect(code).toBe(0);
    const items: readonly { readonly type: string; readonly readings?: readonly unknown[] }[] = stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
    const count = (type: string): number => items.filter((item) => item.type === type).length;
    expect([count("session"), count("frame"), count("lost"), count("end")]).toEqual([1, records + 1, 0, 1]);
    expect(items.flatMap(({ readings }) => readings ?? [])).toHaveLength(spooledReadings());
  });

  function spooledReadings(): number {
    const spool = join(folder.path, "data", "spool");
    const names = readdirSync(spool, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".jsonl"));
    return names.flatMap((name) => readFileSync(join(spool, name), "utf8").trimEnd().split("\n")).length;
  }
});
