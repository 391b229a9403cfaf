import { createHost, type Host } from "../intercept/host.js";
import { readHostFacts } from "../intercept/host-facts.js";
import { findHostProblems } from "../intercept/host-findings.js";
import type { InterceptOptions } from "../intercept/options.js";
import { createRules } from "../intercept/rules.js";
import type { Finding } from "../model/finding.js";
import { type DialLook, type DialTarget, dial } from "./dial-look.js";
import { lookAtPort, type PortUse } from "./listening-ports.js";
import { lookUpName, type NameLook } from "./name-look.js";
import { type Neighbour, readNeighbours } from "./neighbours.js";
import { type HostAddress, readHostAddresses } from "./own-addresses.js";
import {
  type FilterDemand,
  type KernelLook,
  lookAtRoutes,
  lookAtRules,
  type RoutesDemand,
} from "./packet-filter-look.js";

/** The looks at the world. None rejects, and each ends within its time. */
export interface Probes {
  addresses(): readonly HostAddress[];
  /** `wake`: addresses that are called first, so that the table is fresh. Undefined: the system shows none. */
  neighbours(wake: readonly string[]): Promise<readonly Neighbour[] | undefined>;
  port(port: number): Promise<PortUse>;
  rules(demand: FilterDemand): Promise<KernelLook>;
  routes(demand: RoutesDemand): Promise<KernelLook>;
  /** What of the host is in the way of these options, for a process with the rights of this one. */
  hostFindings(options: InterceptOptions): Promise<readonly Finding[]>;
  /** Undefined: the system does not say. */
  forwards(family: 4 | 6): Promise<boolean | undefined>;
  name(name: string, servers: readonly string[]): Promise<NameLook>;
  dial(target: DialTarget): Promise<DialLook>;
}

const nameLimitMs = 4_000;
const dialLimitMs = 4_000;
/** A machine in the same network answers within milliseconds, or not at all. */
const wakeLimitMs = 1_000;
/** Port of the discard service: nobody listens there, and the refusal is an answer as well. */
const discardPort = 9;

const forwardingFiles = {
  4: "/proc/sys/net/ipv4/ip_forward",
  6: "/proc/sys/net/ipv6/conf/all/forwarding",
} as const;

/** Looks from this host. */
export function createProbes(host: Host = createHost()): Probes {
  return {
    addresses: readHostAddresses,
    async neighbours(wake) {
      await Promise.all(wake.map((address) => dial({ addresses: [address], port: discardPort }, wakeLimitMs)));
      return readNeighbours(host);
    },
    port: (port) => lookAtPort(host, port),
    rules: (demand) => lookAtRules(host, demand),
    routes: (demand) => lookAtRoutes(host, demand),
    async hostFindings(options) {
      return findHostProblems(options, await readHostFacts(host, createRules(options)));
    },
    async forwards(family) {
      const value = await host.read(forwardingFiles[family]);
      return value === undefined ? undefined : value !== "0";
    },
    name: (name, servers) => lookUpName(name, servers, nameLimitMs),
    dial: (target) => dial(target, dialLimitMs),
  };
}
