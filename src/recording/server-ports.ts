import type { Protocol, ProtocolDefaults } from "../model/protocol.js";

/** Where the devices of these protocols connect to. */
export function serverPortsOf(protocols: readonly Protocol[]): ReadonlySet<number> {
  return new Set(protocols.filter(isTold).flatMap(({ defaults }) => portsOf(defaults)));
}

/** Of the protocols whose bytes tell what they are, the one whose devices connect to this port. */
export function protocolOfPort(port: number, protocols: readonly Protocol[]): Protocol | undefined {
  return protocols.filter(isTold).find(({ defaults }) => portsOf(defaults).includes(port));
}

function isTold({ probe }: Protocol): boolean {
  return probe !== undefined;
}

function portsOf({ listenPort, dissectorPort, upstream }: ProtocolDefaults): readonly number[] {
  return [listenPort, dissectorPort, ...(upstream === undefined ? [] : [upstream.port])];
}
