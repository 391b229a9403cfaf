import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { LegSecurity } from "../model/session.js";
import type { LegTraffic, SessionTraffic } from "../model/traffic.js";

/** Tells of a cloud leg that has just come up. `tcp`: the connection under it. */
export function cloudLegTraffic(
  traffic: SessionTraffic | undefined,
  tcp: Socket,
  security: LegSecurity,
): LegTraffic | undefined {
  if (traffic === undefined) return undefined;
  const { localAddress = "", localPort = 0, remoteAddress = "", remotePort = 0 } = tcp;
  return traffic.legOpened({
    ...{ side: "cloud", security },
    addresses: { localAddress, localPort, remoteAddress, remotePort },
  });
}

/** What is to be told of a TLS connection before its handshake: all who want its secrets. Undefined: nobody does. */
export function secretsWatch(
  watchTls: ((socket: TLSSocket) => void) | undefined,
  traffic: SessionTraffic | undefined,
): ((socket: TLSSocket) => void) | undefined {
  if (traffic?.wantsSecrets !== true) return watchTls;
  return (socket) => {
    watchTls?.(socket);
    socket.on("keylog", (line: Buffer) => traffic.secret(line));
  };
}
