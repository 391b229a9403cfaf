import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDownloads, type DownloadPorts } from "../../../src/composition/page/capture-downloads.js";
import { loadProtocols } from "../../../src/composition/page/whole-registry.js";
import type { EpochMs } from "../../../src/model/time.js";

const name = "cloudtap-20261121T142056.123456Z-0001-roof.pcapng";
/** A section header alone. */
const header = Buffer.from("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000", "hex");

async function read(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("a capture that the page hands out", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "cloudtap-captures-"));
    writeFileSync(join(directory, name), header);
    writeFileSync(join(directory, "other.txt"), "not a capture");
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  function ports(redact: boolean): DownloadPorts {
    const status = { mode: "none", directory, running: [], captured: 0, dropped: 0 } as const;
    const files = async () => [{ name, bytes: header.length, changedAt: 0 as EpochMs, isOpen: false }];
    return {
      ...{ control: { status: () => status, files }, redact, application: "Cloudtap 0", protocols: loadProtocols },
      now: () => 0 as EpochMs,
    };
  }

  it("is the file as it is where that is allowed", async () => {
    const found = await createDownloads(ports(false)).file(name, false);
    expect(found?.bytes).toBe(header.length);
    expect(await read(found?.stream ?? (async function* () {})())).toEqual(header);
  });

  it("is anonymized where that is wanted, and begins as a capture does", async () => {
    const found = await createDownloads(ports(true)).file(name, true);
    const bytes = await read(found?.stream ?? (async function* () {})());
    expect(bytes.subarray(0, 4)).toEqual(header.subarray(0, 4));
    expect(bytes).toHaveLength(found?.bytes ?? -1);
    expect(bytes.toString("latin1")).toContain("anonymized copy");
  });

  it("is refused with its secrets under capture.redact", async () => {
    await expect(createDownloads(ports(true)).file(name, false)).rejects.toMatchObject({ code: "CAPTURE_FAILED" });
  });

  it("is none where the folder has no capture of that name", async () => {
    for (const other of ["other.txt", `../${name}`, join(directory, name), ""])
      expect(await createDownloads(ports(false)).file(other, false)).toBeUndefined();
  });

  it("may be one that is in no folder, under the same rule", async () => {
    expect(await createDownloads(ports(false)).bytes(header)).toBe(header);
    expect(Buffer.from(await createDownloads(ports(true)).bytes(header)).toString("latin1")).toContain(
      "anonymized copy",
    );
  });

  it("leaves nothing behind, also where it fails", async () => {
    const copies = () => readdirSync(tmpdir()).filter((one) => one.startsWith("cloudtap-download-"));
    const { file: download } = createDownloads(ports(false));
    const found = await download(name, false);
    await read(found?.stream ?? (async function* () {})());
    rmSync(join(directory, name));
    await expect(download(name, false)).rejects.toMatchObject({ code: "CAPTURE_FAILED" });
    writeFileSync(join(directory, name), "no capture at all");
    await download(name, true).catch(() => undefined);
    expect(copies()).toEqual([]);
  });
});
