import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EpochMs } from "../../../src/model/time.js";
import { createSelfSigned, type DeviceCertificate } from "../../../src/relay/tls/certificate-maker.js";
import { readKeyPair, writeKeyPair, writeWhole } from "../../../src/relay/tls/key-pair-files.js";

const folder = mkdtempSync(join(tmpdir(), "cloudtap-pairs-"));
const files = { key: join(folder, "tls", "a.key"), cert: join(folder, "tls", "a.crt") };
let pair: DeviceCertificate;

beforeAll(async () => {
  pair = await createSelfSigned(["a.example"], Date.UTC(2026, 5, 21) as EpochMs);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("files of a key and its certificate", () => {
  it("are no pair as long as one is missing", async () => {
    expect(await readKeyPair(files)).toBeUndefined();
    await writeWhole(files.key, pair.key, 0o600);
    expect(await readKeyPair(files)).toBeUndefined();
  });

  it("come back as they were written, the key for its owner alone", async () => {
    await writeKeyPair(files, pair);
    chmodSync(files.key, 0o644);
    expect(await readKeyPair(files)).toEqual(pair);
    expect(statSync(files.key).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, "tls")).toSorted()).toEqual(["a.crt", "a.key"]);
  });

  it("that do not belong together say what to remove", async () => {
    const other = await createSelfSigned(["b.example"], Date.UTC(2026, 5, 21) as EpochMs);
    await writeKeyPair(files, { key: other.key, cert: pair.cert });
    await expect(readKeyPair(files)).rejects.toThrow("remove both and a new pair is made");
  });

  it("that are broken say so, which they are, and what to remove", async () => {
    await writeKeyPair(files, { key: pair.key, cert: "nonsense" });
    await expect(readKeyPair(files)).rejects.toThrow(`${files.cert} is broken`);
    await expect(readKeyPair(files)).rejects.toThrow("remove both and a new pair is made");
  });

  it("are told apart from those that cannot be read", async () => {
    expect(await readKeyPair({ ...files, key: join(folder, "missing") })).toBeUndefined();
    await expect(readKeyPair({ ...files, key: folder })).rejects.toMatchObject({ code: "EISDIR" });
  });
});
