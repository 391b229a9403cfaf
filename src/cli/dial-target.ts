import { connect, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import type { RemoteEndpoint } from "../config/configuration.js";
import { parseRemote } from "../config/endpoint.js";
import { type Arguments, optionOf, usageError } from "./arguments.js";
import type { DialledSocket } from "./player-runner.js";

/** Value of `--target`. Throws CloudtapError USAGE. */
export function parseTarget(given: Arguments, command: string): RemoteEndpoint {
  const text = optionOf(given, "target");
  if (text === undefined) throw usageError("expected --target HOST:PORT", command);
  const target = parseRemote(text);
  if (target === undefined) throw usageError(`--target: expected HOST:PORT, found ${text}`, command);
  return target;
}

/** Opens a connection; TLS with any certificate. `allowHalfOpen`: one without TLS is not ended just because the other side ends it. */
export function dial(target: RemoteEndpoint, tls: boolean, allowHalfOpen = false): DialledSocket {
  if (!tls) return { socket: connect({ ...target, noDelay: true, allowHalfOpen }), readyEvent: "connect" };
  const servername = isIP(target.host) === 0 ? { servername: target.host } : {};
  const socket = connectTls({ ...target, ...servername, rejectUnauthorized: false });
  return { socket, readyEvent: "secureConnect" };
}
