import type { InterceptOptions } from "./options.js";

export type Family = 4 | 6;

/**
 * What is wanted of a packet filter, without a word of any tool. A packet meets the rules in their order, before it is
 * routed; one that meets none goes on as if Cloudtap were not there.
 */
export interface RuleSet {
  readonly mode: "redirect" | "tproxy";
  /** Those that devices are configured for. */
  readonly families: readonly Family[];
  /** Addresses and networks. */
  readonly devices: Readonly<Record<Family, readonly string[]>>;
  readonly interface?: string;
  /** Under `tproxy`: packets with this mark are delivered here by a routing table of their own. */
  readonly mark: number;
  readonly table: number;
  /** Carried by Cloudtap's own connections to clouds. */
  readonly bypassMark: number;
  readonly rules: readonly Rule[];
}

export interface Rule {
  /** One sentence for people. */
  readonly why: string;
  /** Absent: both. */
  readonly family?: Family;
  /** All of them must hold. */
  readonly matches: readonly Match[];
  readonly verdict: Verdict;
}

export type Match =
  | { readonly type: "from-loopback" }
  | { readonly type: "marked"; readonly mark: number }
  | { readonly type: "to-this-host" }
  | { readonly type: "from-this-host" }
  /** Comes from a device that is configured, on the interface where that is configured. */
  | { readonly type: "from-devices" }
  | { readonly type: "to-devices" }
  | { readonly type: "tcp-to"; readonly ports: readonly number[] }
  /** Not the first packet of a connection, and a transparent socket of this host holds that connection. */
  | { readonly type: "held-connection" };

export type Verdict =
  /** No further rule is asked. */
  | { readonly type: "leave" }
  /** To the socket that holds the connection. */
  | { readonly type: "deliver" }
  /** To the port of a relay; counted by the relay's name. */
  | { readonly type: "redirect" | "tproxy"; readonly relay: string; readonly port: number };

/** Rules lapse so long after they were last refreshed. */
export const lifetimeS = 25;
/** Own connections carry the packet mark of interception plus one. */
export const bypassMarkOf = (mark: number): number => mark + 1;

/** The rule set of a configuration. */
export function createRules(options: InterceptOptions): RuleSet {
  const { mode, mark, table } = options;
  const devices = { 4: addressesOf(4, options.devices), 6: addressesOf(6, options.devices) };
  const families = ([4, 6] as const).filter((family) => devices[family].length > 0);
  const bypassMark = bypassMarkOf(mark);
  const led = families.flatMap((family) => [
    ...(mode === "tproxy" ? diversions(family, options) : []),
    ...takings(family, options),
  ]);
  return {
    ...{ mode, families, devices, mark, table, bypassMark },
    ...(options.interface === undefined ? {} : { interface: options.interface }),
    rules: [...exemptions(bypassMark), ...led],
  };
}

function addressesOf(family: Family, devices: readonly string[]): readonly string[] {
  return devices.filter((device) => device.includes(":") === (family === 6));
}

/** No loop, and nothing that was meant for this host itself. */
function exemptions(bypassMark: number): readonly Rule[] {
  const leave = (why: string, match: Match): Rule => ({ why, matches: [match], verdict: { type: "leave" } });
  return [
    leave("What this host says to itself stays.", { type: "from-loopback" }),
    leave("Cloudtap's own connections to clouds carry this mark and are never led back to it.", {
      type: "marked",
      mark: bypassMark,
    }),
    leave("What is meant for this host itself stays as it is.", { type: "to-this-host" }),
    leave("What comes from an address of this host is never led anywhere.", { type: "from-this-host" }),
  ];
}

/** Connections that are already taken over need no second look at who listens. */
function diversions(family: Family, { source, relays }: InterceptOptions): readonly Rule[] {
  const ports = [...new Set(relays.flatMap(({ destinationPorts }) => destinationPorts))].toSorted((a, b) => a - b);
  const verdict: Verdict = { type: "deliver" };
  const outward: Rule = {
    why: "Further packets of a connection that Cloudtap has taken over: to the socket that holds it.",
    ...{ family, verdict },
    matches: [{ type: "from-devices" }, { type: "tcp-to", ports }, { type: "held-connection" }],
  };
  const inward: Rule = {
    why: "Answers of a cloud to a connection that Cloudtap made in the device's name.",
    ...{ family, verdict },
    matches: [{ type: "to-devices" }, { type: "held-connection" }],
  };
  return [...(ports.length === 0 ? [] : [outward]), ...(source === "device" ? [inward] : [])];
}

function takings(family: Family, { mode, relays }: InterceptOptions): readonly Rule[] {
  const how = mode === "redirect" ? "are redirected to" : "are taken over, addresses unchanged, by";
  return relays
    .filter(({ destinationPorts }) => destinationPorts.length > 0)
    .map(({ name, port, destinationPorts: ports }) => ({
      why: `Connections of devices to ${portWords(ports)} ${how} the relay ${name} on port ${port}; counted.`,
      family,
      matches: [{ type: "from-devices" }, { type: "tcp-to", ports }],
      verdict: { type: mode, relay: name, port },
    }));
}

function portWords(ports: readonly number[]): string {
  return `${ports.length === 1 ? "port" : "ports"} ${ports.join(", ")}`;
}
