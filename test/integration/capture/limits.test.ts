import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithTshark, faultsOf, packetsOf } from "../../support/tshark.js";
import { Program, temporaryFolder } from "../program.js";
import { capturesIn, finishedFiles } from "./recorded.js";
import { bytesIn, Drain, pour } from "./volume.js";

const megabytes = 1_000;
const mostMegabytes = 100;
const foreign = { "notes.txt": "mine", "other.pcapng": "mine too", "cloudtap-of-mine.pcapng": "mine as well" };

describeWithTshark(`${megabytes} MB through a relay that may keep ${mostMegabytes} MB of them`, () => {
  const folder = temporaryFolder();
  const captures = capturesIn(folder.path);
  const looks: number[] = [];
  let drain: Drain;
  let program: Program;

  beforeAll(async () => {
    mkdirSync(captures, { recursive: true });
    for (const [name, text] of Object.entries(foreign)) writeFileSync(join(captures, name), text);
    drain = await Drain.start();
    program = await Program.start({
      folder: folder.path,
      level: "info",
      relays: [{ name: "any", protocol: "raw", tls: "plain", upstream: `127.0.0.1:${drain.port}` }],
      extra: { capture: { mode: "always", max_mb: mostMegabytes } },
    });
    await pour(program.port("any"), megabytes, () => looks.push(bytesIn(captures, Object.keys(foreign))));
    expect(await program.end()).toBe(0);
    looks.push(bytesIn(captures, Object.keys(foreign)));
  }, 300_000);

  afterAll(async () => {
    await program.end("SIGKILL");
    await drain.stop();
    folder.remove();
  });

  const own = (): readonly string[] => finishedFiles(captures).filter((file) => !(basename(file) in foreign));

  it("the cloud gets all of it", () => {
    expect(drain.bytes).toBe(megabytes * 1_000_000);
  });

  it("never has more than that on disk", () => {
    expect(looks.length).toBeGreaterThan(megabytes);
    expect(Math.max(...looks)).toBeLessThanOrEqual(mostMegabytes * 1_000_000);
    // What may be kept is not thrown away either.
    expect(looks.at(-1)).toBeGreaterThan(mostMegabytes * 500_000);
  });

  it("keeps the newest data of both legs, to the last byte", async () => {
    const newest = own().at(-1) ?? "";
    const packets = await packetsOf(newest, { filter: "tcp.len > 0" });
    for (const link of ["device leg", "cloud leg"]) {
      const last = packets.findLast((packet) => packet.link === link);
      expect(last?.payload.subarray(-10).toString()).toBe(`${String(megabytes - 1).padStart(9, "0")}\n`);
    }
  });

  it("names files so that they sort by age", () => {
    const times = own().map((file) => statSync(file).mtimeMs);
    expect(times.length).toBeGreaterThan(1);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    for (const file of own()) {
      expect(basename(file)).toMatch(/^cloudtap-\d{8}T\d{6}\.\d{6}Z-\d{4}-[\w.-]+\.pcapng$/);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
  });

  it("leaves no file unfinished, and others' files alone", () => {
    expect(readdirSync(captures).filter((name) => name.endsWith(".part"))).toEqual([]);
    for (const [name, text] of Object.entries(foreign)) {
      expect(readFileSync(join(captures, name), "utf8")).toBe(text);
    }
  });

  it("has files that Wireshark opens without a word, each with what it holds of the legs", async () => {
    const files = own();
    for (const file of [files.at(0), files.at(-1)]) expect(await faultsOf(file ?? "")).toEqual([]);
  }, 120_000);
});
