import { createPrivateKey, webcrypto, X509Certificate } from "node:crypto";
import { chmod, mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { EpochMs } from "../model/time.js";
import { CloudtapError, describeError } from "../runtime/errors.js";
import type { Logger } from "../runtime/log.js";

/** PEM. RSA 2048: clients of TLS 1.0 exchange keys with RSA and know no elliptic curves (docs/protocols/envoy.md §3). */
export interface DeviceCertificate {
  readonly key: string;
  readonly cert: string;
}

const dayMs = 86_400_000;
const validDays = 25 * 365;
const names = ["reports.enphaseenergy.com", "cloudtap.local"];

/**
 * The certificate of device legs, read from `<dataDir>/tls/device.key` (mode 0600) and `device.crt`, or made and kept
 * there where either is missing. Throws CloudtapError CERTIFICATE_FAILED.
 */
export async function loadOrCreateCertificate(dataDir: string, now: EpochMs, log: Logger): Promise<DeviceCertificate> {
  const folder = join(dataDir, "tls");
  const files = { key: join(folder, "device.key"), cert: join(folder, "device.crt") };
  try {
    const kept = await readKept(files);
    if (kept !== undefined) return kept;
    const made = await createCertificate(now);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeWhole(files.key, made.key, 0o600);
    await writeWhole(files.cert, made.cert, 0o644);
    log.info({ file: files.cert }, "certificate for device connections made");
    return made;
  } catch (error) {
    const message = `expected a readable key and certificate in ${folder}, or to make them: ${describeError(error)}`;
    throw new CloudtapError("CERTIFICATE_FAILED", message, { folder }, error);
  }
}

async function readKept(files: DeviceCertificate): Promise<DeviceCertificate | undefined> {
  const [key, cert] = await Promise.all([readIfThere(files.key), readIfThere(files.cert)]);
  if (key === undefined || cert === undefined) return undefined;
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
    throw new Error("device.key does not belong to device.crt; remove both and a new pair is made");
  }
  await chmod(files.key, 0o600);
  return { key, cert };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Under its name there is either the old file or the whole new one, on disk. */
async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, "w", mode);
  try {
    await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

async function createCertificate(now: EpochMs): Promise<DeviceCertificate> {
  // Several megabytes that relays without TLS never need.
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    publicExponent: Uint8Array.of(1, 0, 1),
    modulusLength: 2048,
  };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(12))).toString("hex"),
    name: `CN=${names[0]}, O=Cloudtap`,
    // A device whose clock lags a little must still find it valid.
    notBefore: new Date(now - 365 * dayMs),
    notAfter: new Date(now + validDays * dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: "dns", value }))),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  return { key: key.export({ format: "pem", type: "pkcs8" }).toString(), cert: `${certificate.toString("pem")}\n` };
}
