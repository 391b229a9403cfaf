import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { EpochMs } from "../../src/model/time.js";
import { loadOrCreateCertificate } from "../../src/relay/certificates.js";
import { recordLog } from "../support/log-recorder.js";

const now = Date.UTC(2026, 5, 21, 10) as EpochMs;
const folders: string[] = [];

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "cloudtap-test-"));
  folders.push(path);
  return path;
}

afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
});

describe("the certificate of device legs", () => {
  it("E17: is made in a fresh data directory, RSA 2048, valid for twenty years, its key for the owner alone", async () => {
    const dataDir = join(folder(), "not", "there", "yet");
    const { log } = recordLog();
    const { key, cert } = await loadOrCreateCertificate(dataDir, now, log);
    const parsed = new X509Certificate(cert);
    expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(parsed.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(parsed.checkHost("reports.enphaseenergy.com")).toBe("reports.enphaseenergy.com");
    expect(Date.parse(parsed.validFrom)).toBeLessThan(now);
    expect(Date.parse(parsed.validTo)).toBeGreaterThan(now + 20 * 365.25 * 86_400_000);
    const mode = (name: string) => statSync(join(dataDir, "tls", name)).mode & 0o777;
    expect(mode("device.key")).toBe(0o600);
    expect(mode(".")).toBe(0o700);
    expect(readdirSync(join(dataDir, "tls")).toSorted()).toEqual(["device.crt", "device.key"]);
  });

  it("is made once and kept, and the key's mode is put right", async () => {
    const dataDir = folder();
    const { log, of } = recordLog();
    const first = await loadOrCreateCertificate(dataDir, now, log);
    chmodSync(join(dataDir, "tls", "device.key"), 0o644);
    expect(await loadOrCreateCertificate(dataDir, now, log)).toEqual(first);
    expect(statSync(join(dataDir, "tls", "device.key")).mode & 0o777).toBe(0o600);
    expect(of("certificate for device connections made", "info")).toHaveLength(1);
  });

  it("is made anew where one of the two files is missing", async () => {
    const dataDir = folder();
    const { log } = recordLog();
    const first = await loadOrCreateCertificate(dataDir, now, log);
    rmSync(join(dataDir, "tls", "device.crt"));
    expect((await loadOrCreateCertificate(dataDir, now, log)).key).not.toBe(first.key);
  });

  it("is refused with its code where the files are spoilt or do not belong together", async () => {
    const dataDir = folder();
    const { log } = recordLog();
    await loadOrCreateCertificate(dataDir, now, log);
    const other = await loadOrCreateCertificate(folder(), now, log);
    writeFileSync(join(dataDir, "tls", "device.key"), other.key);
    await expect(loadOrCreateCertificate(dataDir, now, log)).rejects.toMatchObject({ code: "CERTIFICATE_FAILED" });
    writeFileSync(join(dataDir, "tls", "device.crt"), "nonsense");
    await expect(loadOrCreateCertificate(dataDir, now, log)).rejects.toMatchObject({ code: "CERTIFICATE_FAILED" });
  });

  it("is refused with its code where the directory cannot be made", async () => {
    const file = join(folder(), "file");
    writeFileSync(file, "");
    await expect(loadOrCreateCertificate(file, now, recordLog().log)).rejects.toMatchObject({
      code: "CERTIFICATE_FAILED",
    });
  });
});
