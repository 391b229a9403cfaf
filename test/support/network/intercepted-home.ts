import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import { askRunning } from "../../../src/admin/client.js";
import { adminSocketPath } from "../../../src/admin/socket-path.js";
import type { JsonObject, JsonValue } from "../../../src/model/value.js";
import { protocolByName } from "../../../src/protocols/registry.js";
import { Observer } from "../../integration/broker.js";
import { makeKeyPair } from "../../integration/key-pair.js";
import { PlayedDevice } from "../../integration/played-device.js";
import { type LogLine, Program, type Spawn, temporaryFolder } from "../../integration/program.js";
import { addresses, type Family, interfaces, Network, type NetworkOptions } from "./network.js";
import { NetworkBroker } from "./network-broker.js";
import { PlayedCloud } from "./played-cloud.js";
import type { RemoteSocket } from "./remote-socket.js";

/** How the gateway hands traffic over. */
export interface Way {
  readonly mode: "redirect" | "tproxy";
  readonly backend: "nft" | "iptables";
}

export const ways: readonly Way[] = [
  { mode: "redirect", backend: "nft" },
  { mode: "redirect", backend: "iptables" },
  { mode: "tproxy", backend: "nft" },
  { mode: "tproxy", backend: "iptables" },
];

export const families: readonly Family[] = [4, 6];
export const playedProtocols = ["solarman", "websentry", "envoy"] as const;
export type PlayedProtocol = (typeof playedProtocols)[number];

export type Section = Readonly<Record<string, unknown>>;

export interface HomeOptions extends NetworkOptions {
  readonly intercept: Section;
  /** Default: one for each vendor, on the vendor's own terms. */
  readonly relays?: (home: InterceptedHome) => readonly Section[];
  /** Further keys of the configuration. */
  readonly extra?: Section;
  readonly level?: string;
  /** Starts the program; default: as root in the gateway. */
  readonly spawn?: (home: InterceptedHome) => Spawn;
}

/** Where the simulated vendor's cloud is called. */
export function vendorOf(protocol: PlayedProtocol): { readonly host: string; readonly port: number } {
  const vendor = protocolByName(protocol)?.defaults.upstream;
  if (vendor === undefined) throw new Error(`expected a vendor of ${protocol}`);
  return vendor;
}

/** The device's addresses, as the configuration wants them. */
export const ownDevices = [...Object.values(addresses.device), ...Object.values(addresses.second)];

/** A network whose gateway runs Cloudtap, with the vendors' clouds on its other side and a broker in the gateway. */
export class InterceptedHome {
  readonly network: Network;
  readonly folder = temporaryFolder();
  readonly clouds = new Map<PlayedProtocol, PlayedCloud>();
  readonly #options: HomeOptions;
  #program: Program | undefined;
  #observer: Observer | undefined;

  private constructor(network: Network, options: HomeOptions) {
    this.network = network;
    this.#options = options;
  }

  static async start(options: HomeOptions): Promise<InterceptedHome> {
    const home = await InterceptedHome.prepare(options);
    await home.run();
    return home;
  }

  /** Everything but the program itself. */
  static async prepare(options: HomeOptions): Promise<InterceptedHome> {
    const home = new InterceptedHome(await Network.create(options), options);
    try {
      await home.#prepare();
    } catch (error) {
      await home.stop();
      throw error;
    }
    return home;
  }

  get program(): Program {
    if (this.#program === undefined) throw new Error("expected a running program");
    return this.#program;
  }

  get observer(): Observer {
    if (this.#observer === undefined) throw new Error("expected a broker");
    return this.#observer;
  }

  get dataDir(): string {
    return join(this.folder.path, "data");
  }

  cloud(protocol: PlayedProtocol): PlayedCloud {
    const cloud = this.clouds.get(protocol);
    if (cloud === undefined) throw new Error(`expected a cloud of ${protocol}`);
    return cloud;
  }

  /** Starts the program; resolves when interception is as the configuration wants it. */
  async run(): Promise<void> {
    const { network, folder } = this;
    const { relays, intercept, extra, level, spawn } = this.#options;
    const inGateway: Spawn = (command, args, options) => network.gateway.spawn(command, args, options);
    this.#program = await Program.start({
      folder: folder.path,
      ...(level === undefined ? {} : { level }),
      mqttUrl: "mqtt://127.0.0.1:1883",
      relays: relays?.(this) ?? vendorRelays(this.vendorCertificate),
      extra: { intercept: { interface: interfaces.lan, ...intercept }, ...extra },
      spawn: spawn?.(this) ?? inGateway,
    });
    await this.#settled(0);
  }

  /** Starts the program anew, with the same configuration and data. */
  async rerun(): Promise<void> {
    const from = this.program.logs.length;
    await this.program.start();
    await this.#settled(from);
  }

  /** PEM file that a relay trusts the simulated vendor by. */
  get vendorCertificate(): string {
    return join(this.folder.path, "vendor.crt");
  }

  /** A connection of the device to its cloud. */
  async connect(family: Family, port: number, from?: string): Promise<RemoteSocket> {
    const peer = await this.network.device.peer();
    return peer.connect(addresses.cloud[family], port, from);
  }

  /** A simulated device that heads for its vendor's cloud; `sockets` are its connections. */
  device(protocol: PlayedProtocol, family: Family, index: number) {
    const sockets: RemoteSocket[] = [];
    const dial = async (): Promise<Duplex> => {
      const { host, port } = vendorOf(protocol);
      const socket = await this.connect(family, port);
      sockets.push(socket);
      return protocol === "envoy" ? dialTls(socket, { servername: host, rejectUnauthorized: false }) : socket;
    };
    return { device: new PlayedDevice({ protocol, index, dial }), sockets };
  }

  /** What the program says of itself when asked. */
  ask(command: string, args: JsonObject = {}): Promise<JsonValue> {
    return askRunning(adminSocketPath(this.dataDir), command, args, 5_000);
  }

  /** The packet filter, routing rules and settings of the gateway, as text. */
  async rules(): Promise<string> {
    const { gateway } = this.network;
    const commands = [
      ["nft", "-s", "list", "ruleset"],
      ["iptables-save"],
      ["ip6tables-save"],
      ["ip", "rule"],
      ["ip", "-6", "rule"],
      ["ip", "route", "show", "table", "all"],
      ["ip", "-6", "route", "show", "table", "all"],
      [
        "sh",
        "-c",
        "grep -r . /proc/sys/net/ipv4/conf /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/*/forwarding",
      ],
    ];
    const texts: string[] = [];
    for (const [program = "", ...args] of commands) texts.push((await gateway.run(program, ...args)).stdout);
    // Comments of iptables-save tell the time, and each chain counts.
    return texts
      .join("\n")
      .replace(/^#.*\n/gm, "")
      .replace(/\[\d+:\d+\]/g, "");
  }

  async stop(): Promise<void> {
    await this.#program?.end("SIGKILL");
    await this.#observer?.stop();
    await this.network.remove();
    this.folder.remove();
  }

  async #settled(from: number): Promise<void> {
    const { program } = this;
    if ((this.#options.intercept.mode ?? "none") === "none") return;
    await program.waitForLog((line) => isSettled(line) && program.logs.indexOf(line) >= from);
  }

  async #prepare(): Promise<void> {
    const { network, folder } = this;
    mkdirSync(this.dataDir, { recursive: true });
    await network.gateway.feed(trackingTable, "nft", "-f", "-");
    const broker = await NetworkBroker.start(network.gateway, folder.path);
    this.#observer = await Observer.connect(broker.observerUrl);
    const vendor = makeKeyPair(folder.path, "vendor", vendorOf("envoy").host);
    const peer = await network.cloud.peer();
    for (const protocol of playedProtocols) {
      const tls = protocol === "envoy" ? vendor : undefined;
      this.clouds.set(protocol, await PlayedCloud.start(peer, protocol, vendorOf(protocol).port, tls));
    }
  }
}

/** Interception holds, or it was said why not. */
function isSettled({ msg }: LogLine): boolean {
  return msg === "interception begins" || msg === "the devices are not led here";
}

function vendorRelays(vendorCertificate: string): readonly Section[] {
  return playedProtocols.map((protocol) => ({
    ...{ name: protocol, protocol, upstream: "original" },
    listen: protocolByName(protocol)?.defaults.listenPort ?? 0,
    ...(protocol === "envoy" ? { upstream_ca: vendorCertificate } : {}),
  }));
}

/** A rule that makes the kernel track connections and changes nothing. */
const trackingTable = `table inet tracking {
  chain forward {
    type filter hook forward priority filter
    ct state new accept
  }
}
`;

/** The client's side of TLS over a connection that is up; resolves after the handshake. */
export async function dialTls(socket: Duplex, options: ConnectionOptions): Promise<TLSSocket> {
  const secured = connectTls({ ...options, socket });
  await new Promise<void>((resolve, reject) => {
    secured.once("secureConnect", resolve);
    secured.once("error", (error) => {
      // What TLS lies over is not closed with it, as it is where Node opens it itself.
      socket.destroy();
      reject(error);
    });
    secured.once("close", () => reject(new Error("closed within the handshake")));
  });
  return secured;
}
