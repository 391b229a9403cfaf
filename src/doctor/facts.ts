import { isIP } from "node:net";
import type { Finding } from "../model/finding.js";
import type { EpochMs } from "../model/time.js";
import type { Caller } from "./callers.js";
import type { DialLook, TlsDemand } from "./dial-look.js";
import type { PortUse } from "./listening-ports.js";
import type { NameLook } from "./name-look.js";
import type { Neighbour } from "./neighbours.js";
import { addressBeside, type HostAddress, isOwn } from "./own-addresses.js";
import type { KernelLook } from "./packet-filter-look.js";
import { familiesOf, type HomePlan, meansGateway, type Place, type RelayPlan } from "./plan.js";
import type { Probes } from "./probes.js";
import type { ProgramStatus } from "./status.js";

/** What the running program said. */
export type ProgramLook =
  | { readonly type: "running"; readonly status: ProgramStatus }
  | { readonly type: "absent"; readonly reason: string }
  /** Something runs, but what it says is of no use here. */
  | { readonly type: "unclear"; readonly reason: string };

/** What is the same for all relays. */
export interface HomeFacts {
  readonly now: EpochMs;
  readonly plan: HomePlan;
  readonly program: ProgramLook;
  readonly addresses: readonly HostAddress[];
  readonly neighbours: readonly Neighbour[] | undefined;
  /** Undefined where no gateway is meant. */
  readonly rules?: KernelLook;
  /** Undefined where `tproxy` is not meant. */
  readonly routes?: KernelLook;
  /** What is in the way of a gateway now; empty where none is meant. */
  readonly hostFindings: readonly Finding[];
  readonly forwarding: readonly { readonly family: 4 | 6; readonly on: boolean | undefined }[];
  /** Of the broker; undefined where the program says how it stands, or nobody knows where it is. */
  readonly broker?: DialLook;
}

/** Everything that is known about the way to one relay and from it. */
export interface Facts extends HomeFacts {
  readonly relay: RelayPlan;
  readonly port: PortUse;
  /** By the configured name servers, as the relay asks. */
  readonly names: readonly NameLook[];
  /** By the system's; empty where those are the same. */
  readonly systemNames: readonly NameLook[];
  readonly clouds: readonly CloudLook[];
}

export interface CloudLook {
  readonly place: Place;
  readonly look: DialLook;
}

const wakeLimit = 8;
const cloudLimit = 4;
const httpsPort = 443;

/** What is looked at once. */
export async function gatherHomeFacts(
  plan: HomePlan,
  program: ProgramLook,
  given: { readonly probes: Probes; readonly now: EpochMs },
): Promise<HomeFacts> {
  const { probes, now } = given;
  const { intercept } = plan;
  const addresses = probes.addresses();
  const families = meansGateway(plan) ? familiesOf(intercept) : [];
  const { backend = intercept.backend } = (program.type === "running" ? program.status.intercept : undefined) ?? {};
  const { mode, mark, table } = intercept;
  const { interception } = plan;
  const [neighbours, rules, routes, hostFindings, forwarding, broker] = await Promise.all([
    probes.neighbours(meansGateway(plan) ? toWake(intercept.devices, addresses) : []),
    mode === "none" ? undefined : probes.rules({ mode, backend, families }),
    mode === "tproxy" ? probes.routes({ mark, table, families }) : undefined,
    interception === undefined ? [] : probes.hostFindings(interception),
    Promise.all(families.map(async (family) => ({ family, on: await probes.forwards(family) }))),
    lookAtBroker(plan, program, probes),
  ]);
  return {
    ...{ now, plan, program, addresses, neighbours, hostFindings, forwarding },
    ...(rules === undefined ? {} : { rules }),
    ...(routes === undefined ? {} : { routes }),
    ...(broker === undefined ? {} : { broker }),
  };
}

/** What is looked at for one relay. */
export async function gatherFacts(home: HomeFacts, relay: RelayPlan, probes: Probes): Promise<Facts> {
  const { resolver } = home.plan;
  const callers = callersOf({ ...home, relay });
  const cloudNames = new Set(cloudPlaces(relay, callers).map(({ host }) => host));
  const wanted = [...cloudNames].filter((name) => isIP(name) === 0);
  const vendorNames = relay.vendors.map(({ host }) => host).filter((name) => isIP(name) === 0);
  const systemOnly = resolver.length === 0 ? vendorNames.filter((name) => !cloudNames.has(name)) : vendorNames;
  const [port, names, systemNames] = await Promise.all([
    relay.listen.port === 0 ? ({ type: "unseen" } as const) : probes.port(relay.listen.port),
    Promise.all(wanted.map((name) => probes.name(name, resolver))),
    Promise.all([...new Set(systemOnly)].map((name) => probes.name(name, []))),
  ]);
  const clouds = await lookAtClouds({ home, relay, names, callers }, probes);
  const asSystem = resolver.length === 0 ? names.filter(({ name }) => vendorNames.includes(name)) : [];
  return { ...home, relay, port, names, systemNames: [...asSystem, ...systemNames], clouds };
}

/** Who called this relay. */
export function callersOf({ program, relay }: Pick<Facts, "program" | "relay">): readonly Caller[] {
  return program.type === "running" ? program.status.callers.filter((caller) => caller.relay === relay.name) : [];
}

/** True where Cloudtap would connect to itself. */
export function leadsInCircle(address: string, port: number, { plan, addresses }: HomeFacts): boolean {
  return plan.ownPorts.includes(port) && isOwn(address, addresses);
}

/** The devices' addresses that stand alone and in a network of this host. */
function toWake(devices: readonly string[], addresses: readonly HostAddress[]): readonly string[] {
  return devices
    .filter((device) => !device.includes("/") && addressBeside(device, addresses) !== undefined)
    .slice(0, wakeLimit);
}

async function lookAtBroker(plan: HomePlan, program: ProgramLook, probes: Probes): Promise<DialLook | undefined> {
  if (plan.broker === undefined) return undefined;
  if (program.type === "running" && program.status.broker !== undefined) return undefined;
  const { host, port } = plan.broker;
  const { addresses } = await probes.name(host, []);
  return probes.dial({ addresses, port });
}

/** Where the relay connects to, as far as that is known. */
function cloudPlaces(relay: RelayPlan, callers: readonly Caller[]): readonly Place[] {
  const { upstream, isLocal, vendors } = relay;
  if (isLocal) return [];
  if (upstream === "original") {
    const headings = callers.flatMap(({ destination }) => destination ?? []);
    const places = new Map(headings.map(({ address, port }) => [`${address} ${port}`, { host: address, port }]));
    return [...places.values()].slice(-cloudLimit);
  }
  if (upstream !== "vendor") return [upstream];
  const spoken = vendors.filter(({ protocol }) =>
    callers.some(({ devices }) => devices.some((device) => device.startsWith(`${protocol}_`))),
  );
  return (spoken.length > 0 ? spoken : vendors).map(({ host, port }) => ({ host, port }));
}

interface CloudsDemand {
  readonly home: HomeFacts;
  readonly relay: RelayPlan;
  readonly names: readonly NameLook[];
  readonly callers: readonly Caller[];
}

async function lookAtClouds(demand: CloudsDemand, probes: Probes): Promise<readonly CloudLook[]> {
  const { home, relay, names, callers } = demand;
  const looks = cloudPlaces(relay, callers).map(async (place): Promise<readonly CloudLook[]> => {
    const found = names.find(({ name }) => name === place.host)?.addresses ?? [place.host];
    const addresses = found.filter((address) => isIP(address) !== 0 && !leadsInCircle(address, place.port, home));
    // A name without an address, or that leads in a circle, is a finding of its own.
    if (addresses.length === 0) return [];
    const tls = tlsDemand(relay, place);
    const target = { addresses, port: place.port };
    return [{ place, look: await probes.dial(tls === undefined ? target : { ...target, tls }) }];
  });
  return (await Promise.all(looks)).flat();
}

/** TLS where the relay speaks it; with `auto` that is as the device does, which the port tells. */
function tlsDemand(relay: RelayPlan, place: Place): TlsDemand | undefined {
  const { upstreamTls, upstreamCa, vendors } = relay;
  if (upstreamTls === "plain" || (upstreamTls === "auto" && place.port !== httpsPort)) return undefined;
  // Where a device was heading is known by its address; the certificate is its vendor's.
  const vendor = vendors.find(({ port }) => port === place.port)?.host;
  const serverName = isIP(place.host) === 0 ? place.host : (vendor ?? place.host);
  return { serverName, ...(upstreamCa === undefined ? {} : { ca: upstreamCa }) };
}
