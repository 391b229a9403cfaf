import type { Socket } from "node:net";
import { createSecureContext, type SecureContext, type SecureVersion, TLSSocket } from "node:tls";
import type { Clock } from "../../runtime/clock.js";
import { describeError } from "../../runtime/errors.js";
import type { DeviceCertificate } from "./certificates.js";

const dropped = "the device dropped the connection in the handshake";

/** TLS 1.0 and 1.1 sign with SHA-1, which OpenSSL allows at security level 0 alone (docs/protocols/envoy.md §3). */
export function createDeviceContext(certificate: DeviceCertificate, tlsMin: SecureVersion): SecureContext {
  const old = tlsMin === "TLSv1" || tlsMin === "TLSv1.1";
  return createSecureContext({
    ...certificate,
    minVersion: tlsMin,
    ...(old ? { ciphers: "DEFAULT@SECLEVEL=0" } : {}),
  });
}

export interface Handshake {
  /** Paused, with nobody listening. */
  readonly tcp: Socket;
  /** What was read from it already. */
  readonly head: Buffer;
  readonly context: SecureContext;
  readonly limitMs: number;
  /** Told of the connection before the handshake begins. */
  readonly watchTls?: (socket: TLSSocket) => void;
}

/** Plays the TLS server on a device's connection. Rejects where the device gives up or nothing fits; `tcp` is closed then. */
export function terminateTls(handshake: Handshake, clock: Clock): Promise<TLSSocket> {
  const { tcp, head, context, limitMs, watchTls } = handshake;
  if (tcp.destroyed) return Promise.reject(new Error(dropped));
  if (head.length > 0) tcp.unshift(head);
  const socket = new TLSSocket(tcp, { isServer: true, secureContext: context });
  watchTls?.(socket);
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      cancel();
      reject(error);
      tcp.destroy();
    };
    const onClose = (): void => fail(new Error(dropped));
    const cancel = clock.after(limitMs, () => fail(new Error(`no handshake within ${limitMs} ms`)));
    socket.once("close", onClose);
    // A FIN alone is a refusal too; nobody else would end the handshake then.
    socket.once("end", onClose);
    socket.on("error", fail);
    // The two events by which Node's own TLS server learns how a handshake went.
    socket.once("_tlsError", fail);
    socket.once("secure", () => {
      cancel();
      socket.off("close", onClose).off("end", onClose).off("_tlsError", fail);
      resolve(socket);
    });
  });
}

/** Why TLS failed: OpenSSL's own words where it has some, without its file names and line numbers. */
export function describeTlsFault(error: unknown): string {
  const reason = error instanceof Error && "reason" in error ? error.reason : undefined;
  return typeof reason === "string" ? reason : describeError(error);
}
