import { createPrivateKey, X509Certificate } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../runtime/clock.js";
import { CloudtapError, describeError } from "../../runtime/errors.js";
import type { Logger } from "../../runtime/log.js";
import { ifThere } from "../../runtime/system-errors.js";
import { createAuthority, createLeaf, createSelfSigned, type DeviceCertificate } from "./certificate-maker.js";
import { type KeyPairFiles, readKeyPair, writeKeyPair, writeWhole } from "./key-pair-files.js";

export type { DeviceCertificate };

/** Certificates of device legs. */
export interface DeviceCertificates {
  /**
   * The one for a name that a device asks for, made at the first request and kept; for no name, and for names beyond the
   * limit, one that serves all. Throws CloudtapError CERTIFICATE_FAILED; the next call tries again.
   */
  of(serverName: string | undefined): Promise<DeviceCertificate>;
}

/** Of the certificate that serves all. */
const usualNames = ["reports.enphaseenergy.com", "cloudtap.local"];
/** Names that somebody makes up must not fill the disk. */
const nameLimit = 256;
/** A file name has room for 255 characters, and `.crt.new` takes some while it is written. */
const nameLengthLimit = 240;
const hostName = /^[a-z0-9_][a-z0-9_-]*(\.[a-z0-9_][a-z0-9_-]*)*$/;

/**
 * Kept in `<dataDir>/tls`: `device.key` (mode 0600) of all device legs with `device.crt`, `authority.key` (0600) with
 * `authority.crt`, and `names/<name>.crt`. Nothing is read or made before the first call.
 */
export function createDeviceCertificates(dataDir: string, clock: Clock, log: Logger): DeviceCertificates {
  return new KeptCertificates(join(dataDir, "tls"), clock, log);
}

class KeptCertificates implements DeviceCertificates {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #made = new Map<string, Promise<DeviceCertificate>>();
  #usual: Promise<DeviceCertificate> | undefined;
  #authority: Promise<DeviceCertificate> | undefined;
  #names: Promise<Set<string>> | undefined;

  constructor(folder: string, clock: Clock, log: Logger) {
    this.#folder = folder;
    this.#clock = clock;
    this.#log = log;
  }

  async of(serverName: string | undefined): Promise<DeviceCertificate> {
    try {
      if (serverName === undefined || serverName.length > nameLengthLimit || !hostName.test(serverName))
        return await this.#forAll();
      const known = this.#made.get(serverName);
      if (known !== undefined) return await known;
      const names = await this.#keptNames();
      if (!names.has(serverName) && names.size >= nameLimit) return await this.#forAll();
      names.add(serverName);
      const made = this.#made.get(serverName) ?? this.#forName(serverName);
      this.#made.set(serverName, made);
      return await made;
    } catch (error) {
      this.#forgetFailures(serverName);
      const message = `expected readable keys and certificates in ${this.#folder}, or to make them: ${describeError(error)}`;
      throw new CloudtapError("CERTIFICATE_FAILED", message, { folder: this.#folder }, error);
    }
  }

  /** What failed is tried again: a full disk may have been emptied. */
  #forgetFailures(serverName: string | undefined): void {
    this.#made.delete(serverName ?? "");
    this.#usual = undefined;
    this.#authority = undefined;
    this.#names = undefined;
  }

  #forAll(): Promise<DeviceCertificate> {
    this.#usual ??= this.#keep("device", (now) => createSelfSigned(usualNames, now));
    return this.#usual;
  }

  async #forName(name: string): Promise<DeviceCertificate> {
    const { key } = await this.#forAll();
    this.#authority ??= this.#keep("authority", createAuthority);
    const authority = await this.#authority;
    const file = join(this.#folder, "names", `${name}.crt`);
    const kept = await ifThere(readFile(file, "utf8"));
    if (kept !== undefined && isFor(kept, key, authority.cert)) return { key, cert: `${kept}${authority.cert}` };
    const leaf = await createLeaf(name, key, authority, this.#clock.now());
    await writeWhole(file, leaf, 0o644);
    this.#log.info({ file, name }, "certificate for a server name made");
    return { key, cert: `${leaf}${authority.cert}` };
  }

  async #keep(
    name: string,
    make: (now: ReturnType<Clock["now"]>) => Promise<DeviceCertificate>,
  ): Promise<DeviceCertificate> {
    const files: KeyPairFiles = { key: join(this.#folder, `${name}.key`), cert: join(this.#folder, `${name}.crt`) };
    const kept = await readKeyPair(files);
    if (kept !== undefined) return kept;
    const made = await make(this.#clock.now());
    await writeKeyPair(files, made);
    this.#log.info({ file: files.cert }, "certificate for device connections made");
    return made;
  }

  #keptNames(): Promise<Set<string>> {
    this.#names ??= ifThere(readdir(join(this.#folder, "names"))).then(
      (files = []) => new Set(files.filter((file) => file.endsWith(".crt")).map((file) => file.slice(0, -4))),
    );
    return this.#names;
  }
}

/** False where a certificate is broken, or belongs to a key or an authority that is not here any more. */
function isFor(cert: string, key: string, authority: string): boolean {
  try {
    const leaf = new X509Certificate(cert);
    const issuer = new X509Certificate(authority);
    return leaf.checkPrivateKey(createPrivateKey(key)) && leaf.verify(issuer.publicKey);
  } catch {
    // Whatever is in the file is no certificate, and is made anew.
    return false;
  }
}
