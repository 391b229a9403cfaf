import type { CapturePart } from "../model/capture.js";
import type { CommandClass } from "../model/command.js";
import type { Abilities, ProtocolDefaults } from "../model/protocol.js";
import type { LogLevel } from "../runtime/log.js";

/** What the configuration must know of a protocol; every `Protocol` is one. */
export interface ProtocolFacts {
  readonly name: string;
  readonly title: string;
  readonly defaults: ProtocolDefaults;
  readonly abilities: Abilities;
  /** Present where its cloud takes later what it missed. */
  readonly delivery?: object;
}

/** A place to listen. `host` undefined: all addresses. `port` 0: any free one. */
export interface ListenEndpoint {
  readonly host: string | undefined;
  readonly port: number;
}

/** A place to connect to. */
export interface RemoteEndpoint {
  readonly host: string;
  readonly port: number;
}

/** A valid configuration with every default filled in; frozen. Paths are absolute, durations in milliseconds. */
export interface Configuration {
  readonly log: { readonly level: LogLevel };
  readonly dataDir: string;
  readonly mqtt: MqttConfiguration;
  readonly relays: readonly RelayConfiguration[];
  /** Name servers for upstream look-ups, `IP` or `IP:PORT`; empty: the system's. */
  readonly resolver: readonly string[];
  /** IANA name; absent: the host's. */
  readonly timezone?: string;
  readonly outbox: OutboxConfiguration;
  readonly intercept: InterceptConfiguration;
  readonly capture: CaptureConfiguration;
  /** Absent: nothing is spooled. */
  readonly spool?: SpoolConfiguration;
  /** Absent: nothing is sent to Splunk. */
  readonly splunk?: SplunkConfiguration;
  /** What keeps Splunk switched off although the other of the two is given. */
  readonly splunkMissing?: "splunk.url" | "splunk.token";
  /** Absent: nothing is served over HTTP. */
  readonly web?: WebConfiguration;
}

/** One HTTP Event Collector. */
export interface SplunkConfiguration {
  /** Of its event endpoint. */
  readonly url: string;
  /** Exactly one of the two. */
  readonly token?: string;
  readonly tokenFile?: string;
  readonly index?: string;
  readonly source: string;
  readonly sourcetype: string;
  readonly verify: boolean;
  /** Path of a PEM file: authorities to trust besides the well-known ones. */
  readonly ca?: string;
  readonly fields: "keys" | "classic";
  readonly maxBytes: number;
}

export interface WebConfiguration {
  readonly listen: ListenEndpoint;
  /** Names in lower case under which it may be called, besides those that are always allowed. */
  readonly hosts: readonly string[];
  /** 0: no history is kept. */
  readonly historyMs: number;
}

export type CaptureMode = "none" | "always" | "anomaly";
export type TlsSecrets = "none" | "file" | "block" | "both";

/** Recorded traffic. */
export interface CaptureConfiguration {
  readonly mode: CaptureMode;
  readonly directory: string;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  /** Score of one direction of a session from which its device is captured. */
  readonly threshold: number;
  readonly holdMs: number;
  /** Letters of what is kept, in their order. */
  readonly parts: readonly CapturePart[];
  /** Names of relays that `always` and `anomaly` are for; empty: all. */
  readonly relays: readonly string[];
  readonly tlsSecrets: TlsSecrets;
  /** Captures are anonymized when they are handed out. */
  readonly redact: boolean;
}

/** What is kept of traffic for other programs. */
export interface SpoolConfiguration {
  readonly directory: string;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/** How a gateway hands the devices' traffic to Cloudtap. */
export interface InterceptConfiguration {
  readonly mode: InterceptMode;
  readonly backend: "auto" | "nft" | "iptables";
  /** IPv4 and IPv6 addresses and networks, none within another. */
  readonly devices: readonly string[];
  /** Where the devices' packets come in; absent: anywhere. */
  readonly interface?: string;
  /** Packet mark of `tproxy`, and the routing table that it leads to. */
  readonly mark: number;
  readonly table: number;
  /** Whose address a cloud sees under `tproxy`. */
  readonly source: "bridge" | "device";
  /** True: settings of the host that are in the way are changed, and put back by the clean-up. */
  readonly prepare: boolean;
  /** Account under which relaying runs when Cloudtap is started as root. */
  readonly user?: string;
  readonly dns?: DnsConfiguration;
}

export type InterceptMode = "none" | "redirect" | "tproxy";

/** The own name server. */
export interface DnsConfiguration {
  readonly listen: ListenEndpoint;
  /** What the vendors' names are answered with; empty: this host's addresses. */
  readonly answer: readonly string[];
  /** Names besides those of the relays' protocols. */
  readonly names: readonly string[];
  /** Name servers for everything else, `IP` or `IP:PORT`; empty: `resolver`, else the system's. */
  readonly forward: readonly string[];
}

/** What a cloud missed, of all relays together. */
export interface OutboxConfiguration {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

export interface MqttConfiguration {
  /** Without user and password. Absent: the Supervisor's broker, else the embedded one. */
  readonly url?: string;
  readonly username?: string;
  readonly password?: string;
  /** Path of a PEM file: authorities to trust besides the well-known ones. */
  readonly ca?: string;
  /** Paths of PEM files: the client's certificate and its key; both or none. */
  readonly cert?: string;
  readonly key?: string;
  readonly clientId: string;
  /** `auto`: 5, and 3.1.1 where the broker does not know 5. */
  readonly protocolVersion: "auto" | "5" | "3.1.1";
  readonly baseTopic: string;
  readonly discovery: boolean;
  readonly discoveryPrefix: string;
  readonly values: "json" | "topics" | "both";
  readonly embedded: { readonly listen: ListenEndpoint };
}

export interface RelayConfiguration {
  readonly name: string;
  /** Name of a registered protocol, or `auto`: told by the first bytes. */
  readonly protocol: string;
  readonly listen: ListenEndpoint;
  readonly upstream: UpstreamTarget;
  /** Destination ports of devices that are led here by a gateway. */
  readonly interceptPorts: readonly number[];
  readonly tls: DeviceTls;
  readonly tlsMin: TlsVersion;
  readonly upstreamTls: UpstreamTls;
  /** Path of a PEM file: authorities to trust besides the well-known ones. */
  readonly upstreamCa?: string;
  /** Path of a file that TLS secrets of both legs are appended to. */
  readonly tlsKeyLog?: string;
  readonly dialTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly maxSessions: number;
  readonly maxSessionsPerAddress: number;
  /** 0: three times the usual interval of the device or its protocol. */
  readonly offlineAfterMs: number;
  readonly cloud: CloudPolicy;
  readonly commands: CommandsConfiguration;
  /** Settings can be written from MQTT. */
  readonly control: boolean;
  /** Also what is unproven. */
  readonly controlExperimental: boolean;
  /** The cloud cannot change what was written from here. */
  readonly protectLocal: boolean;
  /** Without the cloud's answer before it counts as away. */
  readonly replyTimeoutMs: number;
}

/** Which commands of the cloud pass: those of the preset, less `block`, and `allow` all the same. */
export interface CommandsConfiguration {
  readonly preset: "allow" | "protect" | "block";
  readonly block: readonly CommandClass[];
  readonly allow: readonly CommandClass[];
}

/** `original`: where the device was heading. `vendor`: the host of the protocol that the device turns out to speak. */
export type UpstreamTarget = RemoteEndpoint | "original" | "vendor";

export type CloudPolicy = "relay" | "local" | "auto";
export type DeviceTls = "auto" | "terminate" | "plain" | "splice";
export type UpstreamTls = "auto" | "verify" | "insecure" | "plain";
export type TlsVersion = "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";

/** The configuration as users write it, once the schema has accepted it and filled in its defaults. */
export interface ConfigurationDocument {
  readonly log: { readonly level: LogLevel };
  readonly data_dir?: string;
  readonly mqtt: MqttDocument;
  readonly relays?: readonly RelayDocument[];
  readonly resolver: readonly string[];
  readonly timezone?: string;
  readonly outbox: { readonly max_mb: number; readonly max_days: number };
  readonly intercept: InterceptDocument;
  readonly capture: CaptureDocument;
  readonly spool: SpoolDocument;
  readonly splunk: SplunkDocument;
  readonly web: WebDocument;
}

export interface MqttDocument {
  readonly url?: string;
  readonly username?: string;
  readonly password?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly client_id: string;
  readonly protocol_version: "auto" | "5" | "3.1.1" | 5;
  readonly base_topic: string;
  readonly discovery: boolean;
  readonly discovery_prefix: string;
  readonly values: "json" | "topics" | "both";
  readonly embedded: { readonly listen: number | string };
}

export interface RelayDocument {
  readonly name: string;
  readonly protocol: string;
  readonly listen?: number | string;
  readonly upstream?: string;
  readonly tls: DeviceTls;
  readonly tls_min?: TlsVersion;
  readonly upstream_tls: UpstreamTls;
  readonly upstream_ca?: string;
  readonly tls_key_log?: string;
  readonly intercept_ports?: readonly number[];
  readonly dial_timeout: number;
  readonly idle_timeout: number;
  readonly max_sessions: number;
  readonly max_sessions_per_address: number;
  readonly offline_after: number;
  readonly cloud: CloudPolicy;
  readonly commands: "allow" | "protect" | "block";
  readonly commands_block: string;
  readonly commands_allow: string;
  readonly control: boolean;
  readonly control_experimental: boolean;
  readonly protect_local: boolean;
  readonly reply_timeout: number;
}

export interface InterceptDocument extends Omit<InterceptConfiguration, "dns"> {
  readonly dns: DnsDocument;
}

export interface DnsDocument extends Omit<DnsConfiguration, "listen"> {
  readonly enabled: boolean;
  readonly listen: number | string;
}

export interface CaptureDocument {
  readonly mode: CaptureMode;
  readonly directory?: string;
  readonly max_mb: number;
  readonly max_days: number;
  readonly threshold: number;
  readonly hold: number;
  readonly parts: readonly string[];
  readonly relays: readonly string[];
  readonly tls_secrets: TlsSecrets;
  readonly redact: boolean;
}

export interface SpoolDocument {
  readonly enabled: boolean;
  readonly directory?: string;
  readonly max_mb: number;
  readonly max_days: number;
}

export interface SplunkDocument {
  readonly url?: string;
  readonly token?: string;
  readonly token_file?: string;
  readonly index?: string;
  readonly source: string;
  readonly sourcetype: string;
  readonly verify: boolean;
  readonly ca?: string;
  readonly fields: "keys" | "classic";
  readonly max_mb: number;
}

export interface WebDocument {
  readonly enabled: boolean;
  readonly listen: number | string;
  readonly hosts: readonly string[];
  readonly history_hours: number;
}
