import type { ProtocolFacts } from "./configuration.js";
import { isSection } from "./section.js";

/** Relays of a configuration that names none: one for each protocol that knows its vendor's host, on its usual port. */
export function withDefaultRelays(document: unknown, protocols: readonly ProtocolFacts[]): unknown {
  if (!isSection(document) || Object.hasOwn(document, "relays")) return document;
  const relays = protocols
    .filter((protocol) => protocol.defaults.upstream !== undefined)
    .map(({ name, defaults }) => ({ name, protocol: name, listen: defaults.listenPort }));
  return { ...document, relays };
}
