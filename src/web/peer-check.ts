import { plainAddress } from "../runtime/addresses.js";
import type { Refusal } from "./request-error.js";

export interface PeerRequest {
  /** Of the other end; undefined: it is gone already. */
  readonly address: string | undefined;
  readonly method: string;
  readonly path: string;
}

const refusal: Refusal = {
  code: "FORBIDDEN",
  message: "Only the Supervisor is served here; open Cloudtap in Home Assistant's side bar",
};

/**
 * Under ingress Home Assistant has checked who the user is: so whoever calls past the Supervisor is refused. This host
 * itself may ask for the health, as the container's check does.
 */
export function createPeerCheck(
  ingress: { readonly supervisor: string } | undefined,
): (request: PeerRequest) => Refusal | undefined {
  if (ingress === undefined) return () => undefined;
  const supervisor = plainAddress(ingress.supervisor);
  return ({ address = "", method, path }) => {
    const peer = plainAddress(address);
    if (peer === supervisor) return undefined;
    return isLoopback(peer) && isHealthCheck(method, path) ? undefined : refusal;
  };
}

export function isHealthCheck(method: string, path: string): boolean {
  return path === "/health" && (method === "GET" || method === "HEAD");
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}
