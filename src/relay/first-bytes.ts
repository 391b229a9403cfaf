import type { Socket } from "node:net";
import type { Clock } from "../runtime/clock.js";

const handshakeRecord = 0x16;
const sslv2Length = 0x80;
const sslv2ClientHello = 0x01;
const tlsMajor = 0x03;

/**
 * Tells a TLS hello from anything else; undefined: too few bytes to say. Clients with an old OpenSSL begin with a hello
 * in SSLv2 format, `80 <length> 01 03`, and mean TLS (docs/protocols/envoy.md §3).
 */
export function classifyFirstBytes(head: Uint8Array): "tls" | "plain" | undefined {
  const [first, second, third, fourth] = head;
  if (first === undefined) return undefined;
  if (first === handshakeRecord) return second === undefined || second === tlsMajor ? "tls" : "plain";
  if (first !== sslv2Length) return "plain";
  if (third !== undefined && third !== sslv2ClientHello) return "plain";
  if (fourth === undefined) return undefined;
  return fourth === tlsMajor ? "tls" : "plain";
}

export interface FirstBytes {
  readonly kind: "tls" | "plain";
  /** What was read; the caller owns it. Empty when nothing came within the limit. */
  readonly head: Buffer;
  /** The device has finished sending. */
  readonly ended: boolean;
}

/**
 * Reads until the first bytes can be told, then leaves the socket paused. A device that says nothing within `limitMs`
 * counts as plain. Undefined: the connection is gone.
 */
export function awaitFirstBytes(socket: Socket, clock: Clock, limitMs: number): Promise<FirstBytes | undefined> {
  return new Promise((resolve) => {
    let head: Buffer = Buffer.alloc(0);
    const settle = (first: FirstBytes | undefined): void => {
      cancel();
      socket.off("data", onData).off("end", onEnd).off("close", onClose);
      socket.pause();
      resolve(first);
    };
    const onData = (chunk: Buffer): void => {
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      const kind = classifyFirstBytes(head);
      if (kind !== undefined) settle({ kind, head, ended: false });
    };
    const onEnd = (): void => settle({ kind: "plain", head, ended: true });
    const onClose = (): void => settle(undefined);
    const cancel = clock.after(limitMs, () => settle({ kind: "plain", head, ended: false }));
    socket.on("data", onData).on("end", onEnd).on("close", onClose);
  });
}
