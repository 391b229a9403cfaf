import type { Protocol } from "../../model/protocol.js";

/**
 * The protocol behind a TLS hello: by the name that it asks for, else by the port where it was heading. Undefined: none of
 * them, so that it is better not opened.
 */
export function protocolOfTls(
  candidates: readonly Protocol[],
  serverName: string | undefined,
  port: number | undefined,
): Protocol | undefined {
  if (serverName !== undefined) return candidates.find(({ defaults }) => defaults.upstream?.host === serverName);
  if (port !== undefined) return candidates.find(({ defaults }) => defaults.upstream?.port === port);
  // Who calls Cloudtap by a vendor's name and does not say which: only these speak TLS that can be opened.
  return candidates.find(({ defaults }) => defaults.onTls === "terminate");
}
