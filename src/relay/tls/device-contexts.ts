import type { SecureContext, SecureVersion } from "node:tls";
import type { DeviceCertificate } from "./certificates.js";
import { createDeviceContext } from "./device-tls.js";

/** Names that devices make up must not fill memory. */
const contextLimit = 64;

/** TLS contexts of device legs, one a server name; the longest unused goes first. */
export class DeviceContexts {
  readonly #certificate: (serverName: string | undefined) => Promise<DeviceCertificate>;
  readonly #tlsMin: SecureVersion;
  readonly #contexts = new Map<string, Promise<SecureContext>>();

  constructor(certificate: (serverName: string | undefined) => Promise<DeviceCertificate>, tlsMin: SecureVersion) {
    this.#certificate = certificate;
    this.#tlsMin = tlsMin;
  }

  /** Rejects with CloudtapError CERTIFICATE_FAILED; the next call tries again, for a full disk may have been emptied. */
  of(serverName: string | undefined): Promise<SecureContext> {
    const name = serverName ?? "";
    const known = this.#contexts.get(name);
    this.#contexts.delete(name);
    const context = known ?? this.#create(serverName);
    this.#contexts.set(name, context);
    const [oldest] = this.#contexts.keys();
    if (this.#contexts.size > contextLimit && oldest !== undefined) this.#contexts.delete(oldest);
    return context;
  }

  #create(serverName: string | undefined): Promise<SecureContext> {
    return this.#certificate(serverName).then(
      (certificate) => createDeviceContext(certificate, this.#tlsMin),
      (error: unknown) => {
        this.#contexts.delete(serverName ?? "");
        throw error;
      },
    );
  }
}
