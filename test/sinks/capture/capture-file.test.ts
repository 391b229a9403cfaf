import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CaptureFile, withoutFirst } from "../../../src/sinks/capture/capture-file.js";
import { Section } from "../../../src/sinks/capture/section.js";
import { capturedLeg, capturedSession, momentOf, openedAtUs, sectionOptions } from "../../support/capture-moments.js";
import { temporaryFolder } from "../../support/capture-setup.js";
import { readCaptureFile } from "../../support/written-capture.js";

const session = capturedSession();
const name = "cloudtap-20260621T100000.000000Z-0001-all.pcapng";

function setUp(maxBytes = 1_000_000, hasKeys = false) {
  const directory = temporaryFolder();
  const section = new Section(sectionOptions, openedAtUs);
  const file = new CaptureFile({ directory, name, section, maxBytes, hasKeys });
  const legs = [capturedLeg("device"), capturedLeg("cloud", 2)] as const;
  return {
    ...{ directory, file, path: join(directory, name) },
    put: (word: string, place: 0 | 1 = 0, of = session) =>
      file.put(of, momentOf(word, { leg: legs[place] }), word.length + 500),
  };
}

describe("a capture file", () => {
  it("is not there before anything is written", () => {
    const { directory, put } = setUp();
    put("hello");
    expect(readdirSync(directory)).toEqual([]);
  });

  it("has another name until it is finished, and is nobody else's to read", async () => {
    const { directory, file, path, put } = setUp();
    put("hello");
    await file.drain();
    expect(readdirSync(directory)).toEqual([`${name}.part`]);
    expect(statSync(`${path}.part`).mode & 0o777).toBe(0o600);
    file.isEnded = true;
    await file.drain();
    await file.finish();
    expect(readdirSync(directory)).toEqual([name]);
    expect(readCaptureFile(path)).toMatchObject({ texts: ["hello"], statistics: [{ received: 1 }, { received: 0 }] });
  });

  it("holds everything that was put in between, in order, however many pieces that are", async () => {
    const { file, path, put } = setUp(100_000_000);
    const words = Array.from({ length: 3_000 }, (_none, number) => `word ${number}`);
    for (const [at, word] of words.entries()) {
      put(word);
      if (at % 700 === 0) await file.drain();
    }
    expect(file.hasWaiting).toBe(true);
    while (file.hasWaiting) await file.drain();
    expect(file).toMatchObject({ hasWaiting: false, waitingBytes: 0 });
    expect(file.bytes).toBe(statSync(`${path}.part`).size);
    await file.finish();
    expect(readCaptureFile(path).texts).toEqual(words);
  });

  it("takes any first packet, and then only what finds its place with its end", async () => {
    const { file, put, path } = setUp(10_000);
    expect(file.hasRoom(1_000_000)).toBe(true);
    put("hello");
    expect(file.hasRoom(1_000_000)).toBe(false);
    while (file.hasRoom(2_000)) put("x".repeat(1_500));
    file.isEnded = true;
    await file.drain();
    await file.finish();
    expect(statSync(path).size).toBeLessThanOrEqual(10_000);
    expect(statSync(path).size).toBeGreaterThan(5_000);
  });

  it("has the secrets beside it, for their owner only", async () => {
    const { file, path, put } = setUp(1_000_000, true);
    const secrets = [Buffer.from("CLIENT_RANDOM 1\n"), Buffer.from("CLIENT_RANDOM 2\n")];
    const speaking = { ...session, secrets };
    put("hello", 0, speaking);
    put("hello again", 0, speaking);
    await file.drain();
    file.putSecret(Buffer.from("CLIENT_RANDOM 3\n"));
    await file.drain();
    await file.finish();
    expect(readFileSync(`${path}.keys`, "utf8")).toBe("CLIENT_RANDOM 1\nCLIENT_RANDOM 2\nCLIENT_RANDOM 3\n");
    expect(statSync(`${path}.keys`).mode & 0o777).toBe(0o600);
    expect(file.bytes).toBe(statSync(path).size + 48);
  });

  it("counts what it lets go of as dropped, of each leg for itself", async () => {
    const { file, path, put } = setUp();
    put("kept");
    await file.drain();
    const before = file.bytes;
    put("lost");
    put("lost", 1);
    expect(file.discardWaiting()).toBe(2);
    expect(file).toMatchObject({ waitingBytes: 0, bytes: before });
    file.isEnded = true;
    await file.drain();
    await file.finish();
    expect(readCaptureFile(path)).toMatchObject({
      texts: ["kept"],
      statistics: [
        { received: 2, dropped: 1 },
        { received: 1, dropped: 1 },
      ],
    });
  });

  it("never comes to be where it lets go of all before its first byte is written", async () => {
    const { file, directory, put } = setUp();
    put("lost");
    file.isEnded = true;
    expect(file.discardWaiting()).toBe(1);
    expect(await file.finish()).toBe(false);
    expect(readdirSync(directory)).toEqual([]);
    expect(file.section.droppedPackets).toEqual([1, 0]);
  });

  it("that is given up keeps what was written whole", async () => {
    const { file, directory, path, put } = setUp();
    put("written");
    await file.drain();
    put("not written any more");
    await file.giveUp();
    expect(readdirSync(directory)).toEqual([name]);
    expect(readCaptureFile(path).texts).toEqual(["written"]);
    expect(file.isEnded).toBe(true);
  });

  it("that is given up before it began leaves nothing", async () => {
    const { file, directory, put } = setUp();
    put("never written");
    await file.giveUp();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("rejects where it cannot be written, and never takes the place of another", async () => {
    const { file, path, put } = setUp();
    mkdirSync(`${path}.part`);
    put("hello");
    await expect(file.drain()).rejects.toMatchObject({ code: "EEXIST" });
    await file.giveUp();
    expect(existsSync(path)).toBe(false);
  });
});

describe("what is left of pieces that were written in part", () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 6 }), { maxLength: 8 });

  it("is all the bytes but the first", () => {
    fc.assert(
      fc.property(pieces, fc.nat(50), (given, count) => {
        const all = Buffer.concat(given);
        const gone = Math.min(count, all.length);
        expect(Buffer.concat(withoutFirst(given, gone))).toEqual(all.subarray(gone));
      }),
    );
  });

  it("is nothing once all is gone, empty pieces too", () => {
    fc.assert(fc.property(pieces, (given) => withoutFirst(given, Buffer.concat(given).length).length === 0));
  });
});
