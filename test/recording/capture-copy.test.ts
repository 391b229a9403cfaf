import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { copyAnonymized, copyCapture } from "../../src/recording/capture-copy.js";

/** A section header, of a file that ends with it or is being written. */
const header = Buffer.from("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000", "hex");

describe("a copy of a capture", () => {
  let folder: string;
  let source: string;
  let target: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cloudtap-copy-"));
    source = join(folder, "a.pcapng.part");
    target = join(folder, "copy.pcapng");
    writeFileSync(source, Buffer.concat([header, Buffer.of(6)]));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("has every whole block of one that is being written, and is for this account alone", async () => {
    await copyCapture(source, target);
    expect(readFileSync(target)).toEqual(header);
    expect(statSync(target).mode & 0o777).toBe(0o600);
  });

  it("overwrites nothing", async () => {
    writeFileSync(target, "mine");
    await expect(copyCapture(source, target)).rejects.toMatchObject({ code: "CAPTURE_FAILED" });
    await expect(copyAnonymized(source, target, async () => 0)).rejects.toMatchObject({ code: "CAPTURE_FAILED" });
    expect(readFileSync(target, "utf8")).toBe("mine");
  });

  it("is not left behind half", async () => {
    writeFileSync(source, Buffer.concat([header, Buffer.alloc(12)]));
    await expect(copyCapture(source, target)).rejects.toMatchObject({ code: "RECORDING_BROKEN" });
    expect(existsSync(target)).toBe(false);
  });

  it("is anonymized from a file with an end, which goes again", async () => {
    const read = await copyAnonymized(source, target, async (from) => readFileSync(from));
    expect(read).toEqual(header);
    await expect(copyAnonymized(source, target, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(readdirSync(folder)).toEqual(["a.pcapng.part"]);
  });

  it("is anonymized from the file itself where that is finished", async () => {
    const finished = join(folder, "b.pcapng");
    expect(await copyAnonymized(finished, target, async (from) => from)).toBe(finished);
  });
});
