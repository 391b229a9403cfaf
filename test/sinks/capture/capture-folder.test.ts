import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { EpochUs } from "../../../src/model/recording.js";
import { CaptureFolder, type CaptureFolderOptions } from "../../../src/sinks/capture/capture-folder.js";
import { captureFileName } from "../../../src/sinks/capture/file-names.js";
import { Section } from "../../../src/sinks/capture/section.js";
import { capturedSession, momentOf, openedAtUs, sectionOptions } from "../../support/capture-moments.js";
import { temporaryFolder } from "../../support/capture-setup.js";
import { FakeClock } from "../../support/fake-clock.js";
import { readCaptureFile } from "../../support/written-capture.js";

const dayMs = 86_400_000;

/** The name of the file of that number; the higher the younger. */
const nameOf = (number: number): string => captureFileName((openedAtUs + number) as EpochUs, number, "all");

function setUp(given: Partial<CaptureFolderOptions> = {}) {
  const directory = join(temporaryFolder(), "captures");
  const clock = new FakeClock();
  const folder = new CaptureFolder({ directory, maxBytes: 10_000, maxAgeMs: 7 * dayMs, ...given }, clock);
  return {
    ...{ directory, clock, folder },
    names: () => readdirSync(directory).toSorted(),
    /** Puts a file there, as old as said. */
    put(name: string, content: number | Uint8Array, daysOld = 0) {
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, name), typeof content === "number" ? Buffer.alloc(content) : content);
      const at = new Date(clock.now() - daysOld * dayMs);
      utimesSync(join(directory, name), at, at);
    },
  };
}

/** A file that was written up to here. */
function unfinished(...words: readonly string[]): Buffer {
  const section = new Section(sectionOptions, openedAtUs);
  const packets = words.map((word) => section.packet(capturedSession(), momentOf(word)));
  return Buffer.concat([...section.begin(), ...packets.flat()]);
}

describe("the folder of captures", () => {
  it("is made when it is missing, for its owner only", async () => {
    const { folder, directory } = setUp();
    await folder.prepare();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    await folder.prepare();
  });

  it("is empty as long as nobody made it", async () => {
    expect(await setUp().folder.list()).toEqual([]);
  });

  it("lists its files, oldest first, those that are being written too, and nobody else's", async () => {
    const { folder, put, clock } = setUp();
    put(`${nameOf(3)}.part`, 30);
    put(nameOf(2), 20, 1);
    put(`${nameOf(2)}.keys`, 5);
    put(nameOf(1), 10, 2);
    put("notes.txt", 99);
    expect(await folder.list()).toEqual([
      { name: nameOf(1), bytes: 10, changedAt: clock.now() - 2 * dayMs, isOpen: false },
      { name: nameOf(2), bytes: 20, changedAt: clock.now() - dayMs, isOpen: false },
      { name: `${nameOf(3)}.part`, bytes: 30, changedAt: clock.now(), isOpen: true },
    ]);
  });

  it("lets go of the oldest where there are too many bytes", async () => {
    const { folder, put, names } = setUp();
    for (let number = 1; number <= 5; number += 1) put(nameOf(number), 3_000);
    await folder.prepare();
    expect(names()).toEqual([nameOf(3), nameOf(4), nameOf(5)]);
  });

  it("counts the secrets beside a file with it, and lets go of them with it", async () => {
    const { folder, put, names } = setUp();
    for (const number of [1, 2]) {
      put(nameOf(number), 3_000);
      put(`${nameOf(number)}.keys`, 3_000);
    }
    await folder.prepare();
    expect(names()).toEqual([nameOf(2), `${nameOf(2)}.keys`]);
  });

  it("lets go of secrets whose capture is gone", async () => {
    const { folder, put, names } = setUp();
    put(`${nameOf(1)}.keys`, 10);
    put(nameOf(2), 10);
    put(`${nameOf(2)}.keys`, 10);
    await folder.reserve(nameOf(3), 100);
    put(`${nameOf(3)}.part`, 10);
    put(`${nameOf(3)}.keys`, 10);
    await folder.prepare();
    expect(names()).toEqual([nameOf(2), `${nameOf(2)}.keys`, `${nameOf(3)}.keys`, `${nameOf(3)}.part`]);
  });

  it("lets go of what is too old", async () => {
    const { folder, put, names, clock } = setUp();
    put(nameOf(1), 10, 6.5);
    put(nameOf(2), 10, 1);
    await folder.prepare();
    expect(names()).toEqual([nameOf(1), nameOf(2)]);
    clock.advance(dayMs);
    await folder.prune();
    expect(names()).toEqual([nameOf(2)]);
    clock.advance(6 * dayMs);
    await folder.prune();
    expect(names()).toEqual([]);
  });

  it("leaves files of others alone, however large and old", async () => {
    const { folder, put, names } = setUp();
    const foreign = ["mine.pcapng", "notes.txt", "cloudtap.pcapng", "other.pcapng.part"];
    for (const name of foreign) put(name, 50_000, 100);
    put(nameOf(1), 100);
    await folder.prepare();
    expect(names()).toEqual([...foreign, nameOf(1)].toSorted());
  });

  it("makes room for a file before it is written", async () => {
    const { folder, put, names } = setUp();
    for (const number of [1, 2, 3]) put(nameOf(number), 3_000);
    await folder.prepare();
    await folder.reserve(nameOf(4), 4_000);
    expect(names()).toEqual([nameOf(2), nameOf(3)]);
    await folder.reserve(nameOf(5), 4_000);
    expect(names()).toEqual([]);
  });

  it("counts a finished file with the size that it has", async () => {
    const { folder, put, names } = setUp();
    await folder.prepare();
    await folder.reserve(nameOf(1), 8_000);
    put(nameOf(1), 1_000);
    folder.finished(nameOf(1), 1_000);
    await folder.reserve(nameOf(2), 8_000);
    expect(names()).toEqual([nameOf(1)]);
    await folder.reserve(nameOf(3), 1_500);
    expect(names()).toEqual([]);
  });

  it("never takes an open file for an old one", async () => {
    const { folder, put, names } = setUp();
    await folder.prepare();
    await folder.reserve(nameOf(1), 100);
    put(`${nameOf(1)}.part`, 50_000, 100);
    await folder.prepare();
    expect(names()).toEqual([`${nameOf(1)}.part`]);
  });

  it("mends what a crash left: cut in the middle of a packet, it ends before it", async () => {
    const { folder, put, names, directory } = setUp();
    const whole = unfinished("one", "two", "three");
    put(`${nameOf(1)}.part`, whole.subarray(0, -5));
    put(`${nameOf(2)}.part`, unfinished("whole"));
    put(`${nameOf(3)}.part`, Buffer.concat([unfinished("before zeros"), Buffer.alloc(500)]));
    await folder.prepare();
    expect(names()).toEqual([nameOf(1), nameOf(2), nameOf(3)]);
    expect(readCaptureFile(join(directory, nameOf(1))).texts).toEqual(["one", "two"]);
    expect(readCaptureFile(join(directory, nameOf(2))).texts).toEqual(["whole"]);
    expect(readCaptureFile(join(directory, nameOf(3))).texts).toEqual(["before zeros"]);
  });

  it("removes what a crash left without a whole block", async () => {
    const { folder, put, names } = setUp();
    put(`${nameOf(1)}.part`, 0);
    put(`${nameOf(2)}.part`, unfinished().subarray(0, 10));
    await folder.prepare();
    expect(names()).toEqual([]);
  });

  it("can be written when there is room, and says what is missing where there is not", async () => {
    const { folder, names } = setUp();
    await folder.probe(1_000);
    expect(names()).toEqual([]);
    await expect(folder.probe(1e18)).rejects.toThrow(/expected 1000000000000000000 bytes of free space, found \d+/);
  });

  it("cannot be written where a file is in its place", async () => {
    const { folder, directory } = setUp();
    writeFileSync(directory, "in the way");
    await expect(folder.probe(1_000)).rejects.toMatchObject({ code: "EEXIST" });
    await expect(folder.list()).rejects.toMatchObject({ code: "ENOTDIR" });
    expect(readFileSync(directory, "utf8")).toBe("in the way");
  });

  it("goes on after one of its works has failed", async () => {
    const { folder, put, names } = setUp();
    put(nameOf(1), 20_000);
    const failing = folder.probe(1e18);
    const following = folder.reserve(nameOf(2), 100);
    await expect(failing).rejects.toThrow();
    await following;
    expect(names()).toEqual([]);
  });
});
