import type { SecureVersion } from "node:tls";
import type { DeviceId } from "../model/device.js";
import type { Bus, Deliver, DeviceMemory, Outbox, OutboxItem } from "../model/ports.js";
import type { Protocol } from "../model/protocol.js";
import type { EpochMs } from "../model/time.js";
import type { DecodeTiming } from "../model/timing.js";
import type { TrafficObserver } from "../model/traffic.js";
import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/log.js";
import type { ListenAddress, ListenerSource } from "./arrival/listener.js";
import type { SocketOptions } from "./arrival/socket-options.js";
import type { CloudTlsMode } from "./cloud/upstream.js";
import type { UpstreamTarget } from "./cloud/upstreams.js";
import type { PolicyOptions } from "./relay-policies.js";
import type { DeviceCertificate } from "./tls/certificates.js";
import type { DeviceTlsMode } from "./tls/device-security.js";
import type { KeyLog } from "./tls/key-log.js";
import type { SpliceMemory } from "./tls/splice-memory.js";

export interface RelayOptions extends PolicyOptions {
  readonly name: string;
  /** What the devices speak; with `candidates`, what the others speak. */
  readonly protocol: Protocol;
  /** Told apart by the first bytes. */
  readonly candidates?: readonly Protocol[];
  readonly listen: ListenAddress;
  readonly upstream: UpstreamTarget;
  readonly tls: DeviceTlsMode;
  /** Lowest version for the device leg. */
  readonly tlsMin: SecureVersion;
  readonly upstreamTls: CloudTlsMode;
  readonly dialTimeoutMs: number;
  /** Without a byte in either direction. */
  readonly idleTimeoutMs: number;
  readonly maxSessions: number;
  readonly maxSessionsPerAddress: number;
  /** Name servers for the upstream's name; empty: the system's. */
  readonly resolver: readonly string[];
  /** When a relay counts as silent; absent or 0: three times the protocol's usual interval. */
  readonly offlineAfterMs?: number;
  /** Whose address the cloud sees. */
  readonly source: "bridge" | "device";
  /** Addresses and networks that `upstream: original` serves. */
  readonly devices: readonly string[];
}

export interface RelayPorts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly deliver: Deliver;
  readonly memory: DeviceMemory;
  /** For the relays that keep what their cloud misses. */
  readonly outbox: Outbox;
  /** A cloud will not take what was kept for it. */
  refused(item: OutboxItem): void;
  /** Minutes east of UTC that are in force where the devices stand. */
  offsetMinutes(at: EpochMs): number;
  /** True for a setting that was written from here. */
  owns(device: DeviceId, key: string): boolean;
  /** Asked at the first device that speaks TLS, by the name that it asks for. */
  certificate(serverName: string | undefined): Promise<DeviceCertificate>;
  readonly splices: SpliceMemory;
  readonly keyLog?: KeyLog;
  /** Is told what passes. */
  readonly traffic?: TrafficObserver;
  /** Is told how long decoding takes. */
  readonly timing?: DecodeTiming;
  /** Where a gateway leads devices here. */
  readonly interception?: Interception;
  readonly listenerSource?: ListenerSource;
  /** Every port on which this process listens, for the loop guard. */
  ownPorts(): readonly number[];
  /** PEM of an authority to trust besides the well-known ones. */
  readonly upstreamCa?: string;
}

/** What sockets must do for traffic that a gateway leads here. */
export interface Interception {
  readonly sockets: SocketOptions;
  /** Mark of own connections; absent: this process may not mark them. */
  readonly mark?: number;
  /** True: connections to addresses of others arrive here. */
  readonly transparent: boolean;
}
