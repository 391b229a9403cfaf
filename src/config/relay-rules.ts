import type { ConfigFault } from "../runtime/errors.js";
import { autoProtocol, findFacts } from "./auto-protocol.js";
import type { ListenEndpoint, ProtocolFacts } from "./configuration.js";
import { formatEndpoint, isLoopback, listensClash, parseListen, parseRemote } from "./endpoint.js";
import { embeddedListen, webListen } from "./listens.js";
import { isSection, joinPath, listAt, type Section, textAt } from "./section.js";

interface Relay {
  readonly path: string;
  readonly section: Section;
  readonly name: string | undefined;
  readonly facts: ProtocolFacts | undefined;
  readonly listen: ListenEndpoint | undefined;
}

/**
 * Faults between relays that the schema cannot see. Looks at whatever is well formed, so that these come out together
 * with the schema's own faults.
 */
export function checkRelays(document: Section, protocols: readonly ProtocolFacts[]): readonly ConfigFault[] {
  const relays = listAt(document, "relays").map((entry, index) => readRelay(entry, index, protocols));
  return [
    ...duplicateNames(relays),
    ...clashingListens(relays, [
      { listen: embeddedListen(document), owner: "mqtt.embedded.listen" },
      { listen: webListen(document), owner: "web.listen" },
    ]),
    ...relays.flatMap(missingListen),
    ...relays.flatMap(missingUpstream),
    ...relays.flatMap((relay) => upstreamLoop(relay, relays)),
    ...relays.flatMap(uselessAuthority),
  ];
}

function readRelay(entry: unknown, index: number, protocols: readonly ProtocolFacts[]): Relay {
  const section = isSection(entry) ? entry : {};
  const facts = findFacts(section.protocol, protocols);
  const { listen = facts?.defaults.listenPort } = section;
  return {
    ...{ section, facts, name: textAt(section, "name"), path: joinPath("relays", index) },
    listen: typeof listen === "number" || typeof listen === "string" ? parseListen(listen) : undefined,
  };
}

function duplicateNames(relays: readonly Relay[]): readonly ConfigFault[] {
  return relays.flatMap(({ name, path }, index) => {
    const first = relays.findIndex((other) => name !== undefined && other.name === name);
    if (name === undefined || first === index) return [];
    return [
      { path: `${path}.name`, found: JSON.stringify(name), allowed: `a name of its own; relays[${first}] has it` },
    ];
  });
}

interface OtherListener {
  readonly listen: ListenEndpoint | undefined;
  readonly owner: string;
}

function clashingListens(relays: readonly Relay[], others: readonly OtherListener[]): readonly ConfigFault[] {
  const taken = others.flatMap(({ listen, owner }) => (listen === undefined ? [] : [{ listen, owner }]));
  return relays.flatMap(({ listen, path }) => {
    if (listen === undefined) return [];
    const other = taken.find((entry) => listensClash(entry.listen, listen));
    taken.push({ listen, owner: `${path}.listen` });
    if (other === undefined) return [];
    const allowed = `a port that nothing else has; ${other.owner} is ${formatEndpoint(other.listen)}`;
    return [{ path: `${path}.listen`, found: formatEndpoint(listen), allowed }];
  });
}

/** All vendors' devices arrive there, so no vendor's port suggests itself. */
function missingListen({ section, path }: Relay): readonly ConfigFault[] {
  if (section.protocol !== autoProtocol || section.listen !== undefined) return [];
  return [{ path: `${path}.listen`, found: "nothing", allowed: "PORT or HOST:PORT; the protocol auto has no default" }];
}

function missingUpstream({ section, facts, path }: Relay): readonly ConfigFault[] {
  const given = section.upstream !== undefined && section.upstream !== "";
  if (facts === undefined || facts.name === autoProtocol || facts.defaults.upstream !== undefined || given) return [];
  const allowed = `original or HOST:PORT; the protocol ${facts.name} has no default`;
  return [{ path: `${path}.upstream`, found: "nothing", allowed }];
}

function upstreamLoop({ section, path }: Relay, relays: readonly Relay[]): readonly ConfigFault[] {
  const upstream = parseRemote(textAt(section, "upstream") ?? "");
  if (upstream === undefined || !isLoopback(upstream.host)) return [];
  const target = relays.find(({ listen }) => listen?.port === upstream.port);
  if (target === undefined) return [];
  const allowed = `a host that is not Cloudtap itself; ${target.path}.listen has that port`;
  return [{ path: `${path}.upstream`, found: JSON.stringify(formatEndpoint(upstream)), allowed }];
}

function uselessAuthority({ section, path }: Relay): readonly ConfigFault[] {
  const mode = textAt(section, "upstream_tls");
  if (textAt(section, "upstream_ca") === undefined || (mode !== "insecure" && mode !== "plain")) return [];
  const allowed = "auto or verify, because upstream_ca is set and nothing else checks certificates";
  return [{ path: `${path}.upstream_tls`, found: JSON.stringify(mode), allowed }];
}
