import { join, resolve } from "node:path";
import { captureParts } from "../model/capture.js";
import { factsOf } from "./auto-protocol.js";
import type {
  CaptureConfiguration,
  CaptureDocument,
  Configuration,
  ConfigurationDocument,
  InterceptConfiguration,
  InterceptDocument,
  MqttConfiguration,
  MqttDocument,
  ProtocolFacts,
  RelayConfiguration,
  RelayDocument,
  SplunkDocument,
  SpoolDocument,
  WebDocument,
} from "./configuration.js";
import { parseListen, parseRemote } from "./endpoint.js";
import { parseBrokerUrl, parseClasses } from "./formats.js";
import { usualInterceptPorts } from "./intercept-rules.js";
import { formatNetwork, parseNetwork } from "./network.js";

/** Makes the configuration of a document without faults. An empty text counts as not given. */
export function resolveConfiguration(
  document: ConfigurationDocument,
  protocols: readonly ProtocolFacts[],
  defaultDataDir: string,
): Configuration {
  const dataDir = resolve(document.data_dir ?? defaultDataDir);
  return frozen({
    ...{ log: { level: document.log.level }, dataDir },
    mqtt: resolveMqtt(document.mqtt),
    relays: (document.relays ?? []).map((relay) => resolveRelay(relay, protocols)),
    resolver: resolvers(document),
    ...given("timezone", document.timezone),
    outbox: kept(document.outbox.max_mb, document.outbox.max_days),
    intercept: resolveIntercept(document.intercept),
    capture: resolveCapture(document.capture, dataDir),
    ...resolveSpool(document.spool, dataDir),
    ...resolveSplunk(document.splunk),
    ...resolveWeb(document.web),
  });
}

function resolveSplunk(splunk: SplunkDocument): Pick<Configuration, "splunk" | "splunkMissing"> {
  const { url, token, token_file, index, ca, source, sourcetype, verify, fields, max_mb } = splunk;
  const missing = missingForSplunk(splunk);
  if (missing !== undefined) return { splunkMissing: missing };
  if (url === undefined || url === "") return {};
  return {
    splunk: {
      ...{ url: eventEndpoint(url), source, sourcetype, verify, fields, maxBytes: max_mb * 1_000_000 },
      ...given("token", token),
      ...given("tokenFile", path(token_file)),
      ...given("index", index),
      ...given("ca", path(ca)),
    },
  };
}

/** Which of the two that Splunk needs is missing where the other is given. */
function missingForSplunk({ url, token, token_file }: SplunkDocument): Configuration["splunkMissing"] {
  const hasUrl = isGiven(url);
  const hasToken = isGiven(token) || isGiven(token_file);
  if (hasUrl === hasToken) return undefined;
  return hasUrl ? "splunk.token" : "splunk.url";
}

function isGiven(text: string | undefined): boolean {
  return text !== undefined && text !== "";
}

/** Splunk's usual path where none is given. */
function eventEndpoint(url: string): string {
  const parsed = new URL(url);
  if (parsed.pathname === "/") parsed.pathname = "/services/collector/event";
  return parsed.href;
}

function resolveWeb({ enabled, listen, hosts, history_hours }: WebDocument): Pick<Configuration, "web"> {
  if (!enabled) return {};
  const place = checked(parseListen(listen), "web.listen");
  return {
    web: { listen: place, hosts: hosts.map((host) => host.toLowerCase()), historyMs: history_hours * 3_600_000 },
  };
}

function resolveCapture(capture: CaptureDocument, dataDir: string): CaptureConfiguration {
  const { mode, directory, max_mb, max_days, threshold, hold, parts, relays, tls_secrets, redact } = capture;
  const named = captureParts.filter(({ letter, word }) => parts.includes(letter) || parts.includes(word));
  return {
    ...{ mode, threshold, relays: [...relays], tlsSecrets: tls_secrets, redact },
    directory: path(directory) ?? join(dataDir, "captures"),
    ...kept(max_mb, max_days),
    holdMs: hold * 1000,
    parts: named.map(({ letter }) => letter),
  };
}

function resolveSpool(
  { enabled, directory, max_mb, max_days }: SpoolDocument,
  dataDir: string,
): Pick<Configuration, "spool"> {
  if (!enabled) return {};
  return { spool: { directory: path(directory) ?? join(dataDir, "spool"), ...kept(max_mb, max_days) } };
}

function kept(megabytes: number, days: number): { readonly maxBytes: number; readonly maxAgeMs: number } {
  return { maxBytes: megabytes * 1_000_000, maxAgeMs: days * 86_400_000 };
}

/** Cloudtap's own questions go past its own name server, which would answer them with this host. */
function resolvers({ resolver, intercept: { dns } }: ConfigurationDocument): readonly string[] {
  return resolver.length === 0 && dns.enabled ? [...dns.forward] : [...resolver];
}

function resolveMqtt(mqtt: MqttDocument): MqttConfiguration {
  const broker = parseBrokerUrl(mqtt.url ?? "");
  return {
    ...(broker === undefined ? {} : { url: broker.url }),
    ...given("username", mqtt.username || broker?.username),
    ...given("password", mqtt.password || broker?.password),
    ...given("ca", path(mqtt.ca)),
    ...given("cert", path(mqtt.cert)),
    ...given("key", path(mqtt.key)),
    clientId: mqtt.client_id,
    protocolVersion: mqtt.protocol_version === 5 ? "5" : mqtt.protocol_version,
    baseTopic: mqtt.base_topic,
    discovery: mqtt.discovery,
    discoveryPrefix: mqtt.discovery_prefix,
    values: mqtt.values,
    embedded: { listen: checked(parseListen(mqtt.embedded.listen), "mqtt.embedded.listen") },
  };
}

function resolveIntercept({ dns, devices, user, interface: name, ...rest }: InterceptDocument): InterceptConfiguration {
  const { enabled, listen, ...words } = dns;
  return {
    ...rest,
    devices: devices.map((device) => formatNetwork(checked(parseNetwork(device), "intercept.devices"))),
    ...given("interface", name),
    ...given("user", user),
    ...(enabled ? { dns: { ...words, listen: checked(parseListen(listen), "intercept.dns.listen") } } : {}),
  };
}

function resolveRelay(relay: RelayDocument, protocols: readonly ProtocolFacts[]): RelayConfiguration {
  const { defaults } = factsOf(relay.protocol, protocols);
  const upstream =
    relay.upstream === "original" ? "original" : (parseRemote(relay.upstream ?? "") ?? defaults.upstream);
  return {
    name: relay.name,
    protocol: relay.protocol,
    listen: checked(parseListen(relay.listen ?? defaults.listenPort), "listen"),
    upstream: upstream ?? "vendor",
    interceptPorts: relay.intercept_ports ?? usualInterceptPorts(relay.protocol, protocols),
    tls: relay.tls,
    tlsMin: relay.tls_min ?? defaults.tlsMin,
    upstreamTls: relay.upstream_tls,
    ...given("upstreamCa", path(relay.upstream_ca)),
    ...given("tlsKeyLog", path(relay.tls_key_log)),
    dialTimeoutMs: Math.round(relay.dial_timeout * 1000),
    idleTimeoutMs: (relay.idle_timeout || defaults.idleTimeoutS) * 1000,
    maxSessions: relay.max_sessions,
    maxSessionsPerAddress: relay.max_sessions_per_address,
    offlineAfterMs: relay.offline_after * 1000,
    cloud: relay.cloud,
    commands: {
      preset: relay.commands,
      block: checked(parseClasses(relay.commands_block), "commands_block"),
      allow: checked(parseClasses(relay.commands_allow), "commands_allow"),
    },
    control: relay.control,
    controlExperimental: relay.control_experimental,
    protectLocal: relay.protect_local,
    replyTimeoutMs: Math.round(relay.reply_timeout * 1000),
  };
}

function path(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : resolve(text);
}

function given<K extends string>(key: K, value: string | undefined): { readonly [key in K]?: string } {
  const result: { [key in K]?: string } = {};
  if (value !== undefined && value !== "") result[key] = value;
  return result;
}

function checked<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the checks let a configuration without ${what} pass`);
  return value;
}

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
