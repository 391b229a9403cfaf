import type { ConfigFault } from "../runtime/errors.js";
import type { ProtocolFacts } from "./configuration.js";
import { isLoopback, parseListen } from "./endpoint.js";
import { type Network, networksOverlap, parseNetwork } from "./network.js";
import { isSection, joinPath, listAt, type Section, sectionAt, textAt } from "./section.js";

/** Routing tables that the system has given a meaning. */
const systemTables = [253, 254, 255];

/** What interception and the relays ask of each other, beyond what the schema sees. */
export function checkIntercept(document: Section, protocols: readonly ProtocolFacts[]): readonly ConfigFault[] {
  const intercept = sectionAt(document, "intercept");
  const mode = textAt(intercept, "mode") ?? "none";
  const relays = listAt(document, "relays").map((entry) => (isSection(entry) ? entry : {}));
  return [
    ...overlaps(listAt(intercept, "devices")),
    ...missingDevices(intercept, mode, relays),
    ...systemTable(intercept),
    ...sourceNeedsTproxy(intercept, mode),
    ...sourceNeedsRights(intercept),
    ...(mode === "none" ? [] : relays.flatMap((relay, index) => unreachable(relay, index, protocols))),
    ...(mode === "none" ? [] : sharedPorts(relays, protocols)),
  ];
}

/** Ports of clouds whose connections lead to a relay of this protocol where the configuration names none. */
export function usualInterceptPorts(protocol: unknown, protocols: readonly ProtocolFacts[]): readonly number[] {
  const meant = protocols.filter(({ name }) => name === protocol || protocol === "auto");
  return [...new Set(meant.flatMap(({ defaults }) => defaults.upstream?.port ?? []))].toSorted((a, b) => a - b);
}

function overlaps(devices: readonly unknown[]): readonly ConfigFault[] {
  const earlier: { readonly network: Network; readonly index: number }[] = [];
  return devices.flatMap((device, index) => {
    const network = typeof device === "string" ? parseNetwork(device) : undefined;
    if (network === undefined) return [];
    const other = earlier.find((one) => networksOverlap(one.network, network));
    earlier.push({ network, index });
    if (other === undefined) return [];
    const allowed = `addresses that no other entry holds; intercept.devices[${other.index}] does`;
    return [{ path: joinPath("intercept.devices", index), found: JSON.stringify(device), allowed }];
  });
}

function missingDevices(intercept: Section, mode: string, relays: readonly Section[]): readonly ConfigFault[] {
  const needed = mode !== "none" || relays.some((relay) => relay.upstream === "original");
  if (!needed || listAt(intercept, "devices").length > 0) return [];
  const why = mode === "none" ? "with `upstream: original` nobody else is served" : "nothing else is redirected";
  return [{ path: "intercept.devices", found: "an empty list", allowed: `the devices' addresses; ${why}` }];
}

function systemTable({ table }: Section): readonly ConfigFault[] {
  if (typeof table !== "number" || !systemTables.includes(table)) return [];
  const allowed = `a routing table that the system does not use itself, so none of ${systemTables.join(", ")}`;
  return [{ path: "intercept.table", found: String(table), allowed }];
}

function sourceNeedsTproxy(intercept: Section, mode: string): readonly ConfigFault[] {
  if (intercept.source !== "device" || mode === "tproxy") return [];
  return [{ path: "intercept.source", found: '"device"', allowed: "bridge, or mode: tproxy beside it" }];
}

/** Connecting from the device's address takes a right that relaying as another account gives up. */
function sourceNeedsRights(intercept: Section): readonly ConfigFault[] {
  if (intercept.source !== "device" || textAt(intercept, "user") === undefined) return [];
  return [{ path: "intercept.source", found: '"device"', allowed: "bridge, or no intercept.user beside it" }];
}

/** Packets of other hosts never arrive at a loopback address, and rules need to know the port beforehand. */
function unreachable(relay: Section, index: number, protocols: readonly ProtocolFacts[]): readonly ConfigFault[] {
  const facts = protocols.find(({ name }) => name === relay.protocol);
  const { listen = facts?.defaults.listenPort } = relay;
  const endpoint = typeof listen === "number" || typeof listen === "string" ? parseListen(listen) : undefined;
  if (endpoint === undefined) return [];
  const path = joinPath(joinPath("relays", index), "listen");
  const found = JSON.stringify(listen);
  if (endpoint.port === 0) return [{ path, found, allowed: "a port of its own, because packets are redirected to it" }];
  if (endpoint.host === undefined || !isLoopback(endpoint.host) || endpoint.host.match(/^(0\.0\.0\.0|::)$/) !== null)
    return [];
  return [{ path, found, allowed: "an address that redirected packets can reach, best a port alone" }];
}

function sharedPorts(relays: readonly Section[], protocols: readonly ProtocolFacts[]): readonly ConfigFault[] {
  const taken = new Map<number, string>();
  return relays.flatMap((relay, index) => {
    const path = joinPath(joinPath("relays", index), "intercept_ports");
    const given = listAt(relay, "intercept_ports").filter((port) => typeof port === "number");
    const ports = given.length > 0 ? given : usualInterceptPorts(relay.protocol, protocols);
    return ports.flatMap((port) => {
      const owner = taken.get(port);
      taken.set(port, path);
      if (owner === undefined) return [];
      return [{ path, found: String(port), allowed: `ports that no other relay is led; ${owner} has it` }];
    });
  });
}
