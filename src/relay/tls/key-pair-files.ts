import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmod, mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { describeError } from "../../runtime/errors.js";
import { ifThere } from "../../runtime/system-errors.js";
import type { DeviceCertificate } from "./certificate-maker.js";

/** Paths of a key and the certificate that belongs to it. */
export type KeyPairFiles = DeviceCertificate;

const remedy = "remove both and a new pair is made";

/**
 * The pair that is there, its key readable by its owner alone; undefined where either file is missing. Throws where they
 * are broken or do not belong together.
 */
export async function readKeyPair(files: KeyPairFiles): Promise<DeviceCertificate | undefined> {
  const [key, cert] = await Promise.all([files.key, files.cert].map((path) => ifThere(readFile(path, "utf8"))));
  if (key === undefined || cert === undefined) return undefined;
  if (!isPair(key, cert, files)) {
    throw new Error(`${files.key} does not belong to ${files.cert}; ${remedy}`);
  }
  await chmod(files.key, 0o600);
  return { key, cert };
}

function isPair(key: string, cert: string, files: KeyPairFiles): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch (error) {
    // OpenSSL names no file.
    throw new Error(`${files.key} or ${files.cert} is broken (${describeError(error)}); ${remedy}`, { cause: error });
  }
}

export async function writeKeyPair(files: KeyPairFiles, { key, cert }: DeviceCertificate): Promise<void> {
  await writeWhole(files.key, key, 0o600);
  await writeWhole(files.cert, cert, 0o644);
}

/** Under its name there is either the old file or the whole new one, on disk. The folder is made, for its owner alone. */
export async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
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
