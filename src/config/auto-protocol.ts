import type { ProtocolFacts } from "./configuration.js";

/** `protocol: auto`: each connection is served as what its first bytes say. */
export const autoProtocol = "auto";

/** What holds for a relay whose devices' protocols are not known beforehand; policies fall away where one cannot do them. */
export function autoFacts(protocols: readonly ProtocolFacts[]): ProtocolFacts {
  const vendors = protocols.filter(({ defaults }) => defaults.upstream !== undefined);
  return {
    name: autoProtocol,
    title: `told by the first bytes: ${vendors.map(({ name }) => name).join(", ")}; the rest passes unread`,
    defaults: {
      listenPort: 0,
      onTls: "terminate",
      tlsMin: protocols.some(({ defaults }) => defaults.tlsMin === "TLSv1") ? "TLSv1" : "TLSv1.2",
      intervalS: Math.max(...protocols.map(({ defaults }) => defaults.intervalS)),
      idleTimeoutS: Math.max(...protocols.map(({ defaults }) => defaults.idleTimeoutS)),
      dissectorPort: 80,
    },
    abilities: { localCloud: true, classedCommands: true, control: true },
  };
}

export function findFacts(name: unknown, protocols: readonly ProtocolFacts[]): ProtocolFacts | undefined {
  return name === autoProtocol ? autoFacts(protocols) : protocols.find((facts) => facts.name === name);
}

/** Of a relay that passed the checks. */
export function factsOf(name: string, protocols: readonly ProtocolFacts[]): ProtocolFacts {
  const facts = findFacts(name, protocols);
  if (facts === undefined) throw new Error(`the checks let the unknown protocol ${name} pass`);
  return facts;
}
