import { connect, isIP, type Socket } from "node:net";
import { createSecureContext, rootCertificates, connect as secure, type TLSSocket } from "node:tls";
import { describeError } from "../runtime/errors.js";

export interface DialTarget {
  /** Tried in this order. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** Absent: TCP alone. */
  readonly tls?: TlsDemand;
}

export interface TlsDemand {
  /** Whose certificate is wanted. */
  readonly serverName: string;
  /** PEM: authorities besides the well-known ones. */
  readonly ca?: string;
}

/** How far a connection came. */
export type DialLook =
  | { readonly type: "connected"; readonly address: string; readonly security: "plain" | "tls" }
  /** TLS works, but the certificate is not to be trusted, for this reason. */
  | { readonly type: "untrusted"; readonly address: string; readonly reason: string }
  | { readonly type: "tls-failed"; readonly address: string; readonly reason: string }
  | { readonly type: "unreachable"; readonly reason: string };

/** Connects, and closes without a byte of its own. `limitMs` holds for each address. Never rejects. */
export async function dial({ addresses, port, tls }: DialTarget, limitMs: number): Promise<DialLook> {
  let reason = "there is no address to connect to";
  for (const address of addresses) {
    const tcp = connect({ host: address, port });
    try {
      await reach(tcp, "connect", limitMs);
      return tls === undefined
        ? { type: "connected", address, security: "plain" }
        : await shakeHands(tcp, { ...tls, address }, limitMs);
    } catch (error) {
      reason = describeError(error);
    } finally {
      tcp.destroy();
    }
  }
  return { type: "unreachable", reason };
}

async function shakeHands(
  tcp: Socket,
  { address, serverName, ca }: TlsDemand & { readonly address: string },
  limitMs: number,
): Promise<DialLook> {
  const socket = secure({
    ...{ socket: tcp, host: serverName },
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    secureContext: createSecureContext(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
    // Not trusting it is a finding of its own.
    rejectUnauthorized: false,
  });
  try {
    await reach(socket, "secureConnect", limitMs);
    const fault = socket.authorized ? undefined : String(socket.authorizationError);
    return fault === undefined
      ? { type: "connected", address, security: "tls" }
      : { type: "untrusted", address, reason: fault };
  } catch (error) {
    return { type: "tls-failed", address, reason: describeError(error) };
  } finally {
    socket.destroy();
  }
}

function reach(socket: Socket | TLSSocket, event: "connect" | "secureConnect", limitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${limitMs / 1_000} s`)), limitMs);
    const settle = (end: () => void) => (): void => {
      clearTimeout(timer);
      end();
    };
    socket.once(event, settle(resolve));
    // Stays, so that an error after the limit ends nothing.
    socket.on("error", (error) => settle(() => reject(error))());
    socket.once(
      "close",
      settle(() => reject(new Error("the connection was closed"))),
    );
  });
}
