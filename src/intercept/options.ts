/** What of the configuration interception needs. */
export interface InterceptOptions {
  readonly mode: "redirect" | "tproxy";
  readonly backend: "auto" | "nft" | "iptables";
  /** IPv4 and IPv6 addresses and networks, none within another. */
  readonly devices: readonly string[];
  /** Where the devices' packets come in; absent: anywhere. */
  readonly interface?: string;
  readonly mark: number;
  readonly table: number;
  /** Whose address a cloud sees under `tproxy`. */
  readonly source: "bridge" | "device";
  /** True: settings of the host that are in the way are changed. */
  readonly prepare: boolean;
  readonly relays: readonly InterceptedRelay[];
}

export interface InterceptedRelay {
  readonly name: string;
  /** Where it listens. */
  readonly port: number;
  /** Ports of clouds whose connections are led to it. */
  readonly destinationPorts: readonly number[];
}
