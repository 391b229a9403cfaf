import { createPrivateKey, createPublicKey, webcrypto } from "node:crypto";
import type { EpochMs } from "../../model/time.js";

/** PEM. RSA 2048: clients of TLS 1.0 exchange keys with RSA and know no elliptic curves (docs/protocols/envoy.md §3). */
export interface DeviceCertificate {
  readonly key: string;
  /** One certificate, or more: each is signed with the next one's key. */
  readonly cert: string;
}

const dayMs = 86_400_000;
const validDays = 25 * 365;
const organization = "O=Cloudtap";
const algorithm = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  publicExponent: Uint8Array.of(1, 0, 1),
  modulusLength: 2048,
};

/** A certificate for these names that vouches for itself, with a new key. */
export async function createSelfSigned(names: readonly string[], now: EpochMs): Promise<DeviceCertificate> {
  const x509 = await loadLibrary();
  return createOwn(`CN=${names[0] ?? "cloudtap"}, ${organization}`, now, [
    new x509.BasicConstraintsExtension(true, 0, true),
    new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: "dns", value }))),
  ]);
}

/** An authority that signs for other names, with a new key. */
export async function createAuthority(now: EpochMs): Promise<DeviceCertificate> {
  const x509 = await loadLibrary();
  const usages = x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign;
  return createOwn(`CN=Cloudtap authority of this installation, ${organization}`, now, [
    new x509.BasicConstraintsExtension(true, 0, true),
    new x509.KeyUsagesExtension(usages, true),
  ]);
}

/** A certificate for one name and a key that is there already, signed by the authority; PEM without the authority's. */
export async function createLeaf(
  name: string,
  key: string,
  authority: DeviceCertificate,
  now: EpochMs,
): Promise<string> {
  const x509 = await loadLibrary();
  const issuer = new x509.X509Certificate(authority.cert);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    // A common name has room for 64 characters; the name that counts is the alternative one.
    subject: name.length > 64 ? organization : `CN=${name}, ${organization}`,
    issuer: issuer.subject,
    ...validity(now),
    signingAlgorithm: algorithm,
    signingKey: await importPrivate(authority.key),
    publicKey: await importPublic(key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: name }]),
    ],
  });
  return `${certificate.toString("pem")}\n`;
}

type Library = typeof import("@peculiar/x509");

/** Several megabytes that relays without TLS never need. */
async function loadLibrary(): Promise<Library> {
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

async function createOwn(
  name: string,
  now: EpochMs,
  extensions: InstanceType<Library["Extension"]>[],
): Promise<DeviceCertificate> {
  const x509 = await loadLibrary();
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: serialNumber(), name, ...validity(now), signingAlgorithm: algorithm, keys, extensions },
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  return { key: key.export({ format: "pem", type: "pkcs8" }).toString(), cert: `${certificate.toString("pem")}\n` };
}

/** A device whose clock lags a little must still find it valid. */
function validity(now: EpochMs): { readonly notBefore: Date; readonly notAfter: Date } {
  return { notBefore: new Date(now - 365 * dayMs), notAfter: new Date(now + validDays * dayMs) };
}

function serialNumber(): string {
  return Buffer.from(webcrypto.getRandomValues(new Uint8Array(12))).toString("hex");
}

function importPrivate(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ format: "der", type: "pkcs8" });
  return webcrypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
}

function importPublic(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPublicKey(pem).export({ format: "der", type: "spki" });
  return webcrypto.subtle.importKey("spki", der, algorithm, true, ["verify"]);
}
