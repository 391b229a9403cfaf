import { isIP } from "node:net";
import type { InterceptOptions } from "../intercept/options.js";

/** What of the configuration decides how devices are to come here, for all relays. */
export interface HomePlan {
  readonly dataDir: string;
  readonly intercept: InterceptPlan;
  /** What a gateway is to do; undefined where none is meant. */
  readonly interception?: InterceptOptions;
  /** The own name server, where it is switched on. */
  readonly dns?: DnsPlan;
  /** Name servers for Cloudtap's own look-ups; empty: the system's. */
  readonly resolver: readonly string[];
  /** Undefined where only the running program knows it. */
  readonly broker?: Place;
  /** Where its relays listen: a cloud that leads there leads in a circle. */
  readonly ownPorts: readonly number[];
}

export interface InterceptPlan {
  readonly mode: "none" | "redirect" | "tproxy";
  readonly backend: "auto" | "nft" | "iptables";
  readonly devices: readonly string[];
  readonly interface?: string;
  readonly mark: number;
  readonly table: number;
  /** True: settings of the host are changed at the start and put back at the end. */
  readonly prepare: boolean;
}

export interface DnsPlan {
  /** As the configuration has it. */
  readonly listen: string;
  /** Names besides the vendors'. */
  readonly names: readonly string[];
}

export interface Place {
  readonly host: string;
  readonly port: number;
}

/** The same for one relay. */
export interface RelayPlan {
  readonly name: string;
  readonly protocol: string;
  readonly listen: { readonly host: string | undefined; readonly port: number };
  readonly upstream: Place | "original" | "vendor";
  /** Clouds of the protocols that it serves. */
  readonly vendors: readonly VendorPlace[];
  /** Ports of clouds whose connections a gateway leads to it. */
  readonly interceptPorts: readonly number[];
  readonly tls: "auto" | "terminate" | "plain" | "splice";
  readonly upstreamTls: "auto" | "verify" | "insecure" | "plain";
  /** PEM: authorities besides the well-known ones. */
  readonly upstreamCa?: string;
  /** True: no cloud is contacted. */
  readonly isLocal: boolean;
  /** Usual seconds between signs of life. */
  readonly intervalS: number;
  readonly maxSessions: number;
  readonly maxSessionsPerAddress: number;
}

export interface VendorPlace extends Place {
  readonly protocol: string;
}

/** What is meant to lead devices here: a gateway, names that lead here, or both. */
export function meansGateway({ intercept }: HomePlan): boolean {
  return intercept.mode !== "none";
}

/** IP families of the devices that a gateway leads here. */
export function familiesOf({ devices }: InterceptPlan): readonly (4 | 6)[] {
  const found = devices.map((device) => isIP(device.split("/")[0] ?? ""));
  return ([4, 6] as const).filter((family) => found.includes(family));
}

/** The names that a device of this relay asks for. */
export function namesOf({ vendors }: RelayPlan, { dns }: HomePlan): readonly string[] {
  return [...new Set([...vendors.map(({ host }) => host), ...(dns?.names ?? [])])];
}
