import { autoProtocol, findFacts } from "./auto-protocol.js";
import { type BrokerChoice, chooseBroker, embeddedBrokerUrl } from "./broker.js";
import type {
  Configuration,
  MqttConfiguration,
  ProtocolFacts,
  RelayConfiguration,
  UpstreamTarget,
} from "./configuration.js";
import { formatEndpoint, isEveryAddress } from "./endpoint.js";
import { explainCapture } from "./explain-capture.js";
import { explainIntercept } from "./explain-intercept.js";
import { explainPolicies, explainShared } from "./explain-policies.js";
import { explainSinks } from "./explain-sinks.js";

/** What a configuration means, a sentence a line. `supervisorToken` as for `chooseBroker`; no secret is in the result. */
export function explainConfiguration(
  configuration: Configuration,
  protocols: readonly ProtocolFacts[],
  supervisorToken: string | undefined,
): readonly string[] {
  const { relays, mqtt, resolver, dataDir, log } = configuration;
  return [
    ...relays.flatMap((relay) => explainRelay(relay, findFacts(relay.protocol, protocols))),
    ...(relays.every(({ cloud }) => cloud === "local") ? [] : [explainResolver(resolver)]),
    ...explainIntercept(configuration),
    ...explainShared(configuration, protocols),
    ...explainCapture(configuration),
    ...explainSinks(configuration, supervisorToken !== undefined && supervisorToken !== ""),
    explainBroker(chooseBroker(mqtt, supervisorToken), mqtt),
    explainTopics(mqtt),
    `What must survive a restart is kept in ${dataDir}.`,
    `The log shows ${log.level} and above.`,
  ];
}

function explainRelay(relay: RelayConfiguration, facts: ProtocolFacts | undefined): readonly string[] {
  const { listen, upstream } = relay;
  const where = isEveryAddress(listen.host) ? "of all addresses" : `of ${listen.host}`;
  const port = listen.port === 0 ? "any free port" : `port ${listen.port}`;
  const onwards = relay.cloud === "local" ? "" : ` and forwards to ${explainUpstream(upstream)}`;
  const first = `Relay ${relay.name} listens on ${port} ${where} for ${relay.protocol}${onwards}.`;
  const title = facts === undefined ? [] : [`${relay.protocol}: ${facts.title}.`];
  return [
    first,
    ...indented([
      ...[...title, explainDeviceTls(relay, facts)],
      ...(relay.cloud === "local" ? [] : [explainCloudTls(relay)]),
      ...explainPolicies(relay),
      explainLimits(relay),
    ]),
  ];
}

function explainUpstream(upstream: UpstreamTarget): string {
  if (upstream === "original") return "where the device was heading";
  return upstream === "vendor" ? "the vendor's host of what the device speaks" : formatEndpoint(upstream);
}

function indented(sentences: readonly string[]): readonly string[] {
  return sentences.map((sentence) => `  ${sentence}`);
}

function explainDeviceTls({ tls, tlsMin, cloud }: RelayConfiguration, facts: ProtocolFacts | undefined): string {
  const unread = cloud === "local" ? "refused, for nobody here could read it" : "passed through unread";
  const old = tlsMin === "TLSv1" || tlsMin === "TLSv1.1" ? ", which only old devices need" : "";
  const opened = `TLS from devices is opened here, ${tlsMin} or newer${old}`;
  switch (tls) {
    case "plain":
      return "Devices speak without TLS.";
    case "terminate":
      return `${opened}; anything else is refused.`;
    case "splice":
      return `TLS from devices is ${unread}; without TLS they are read.`;
    case "auto":
      if (facts?.name === autoProtocol)
        return `TLS from devices is opened where it is known to be readable, ${tlsMin} or newer${old}; else it is ${unread}.`;
      return facts?.defaults.onTls === "splice"
        ? `TLS from devices is ${unread}, because they check their vendor's certificate; without TLS they are read.`
        : `${opened}; devices without TLS are served too.`;
  }
}

function explainCloudTls({ upstreamTls, upstreamCa }: RelayConfiguration): string {
  const besides = upstreamCa === undefined ? "" : ` Authorities in ${upstreamCa} are trusted too.`;
  switch (upstreamTls) {
    case "auto":
      return `The cloud is spoken to with TLS where the device used it, and its certificate is checked.${besides}`;
    case "verify":
      return `The cloud is spoken to with TLS, and its certificate is checked.${besides}`;
    case "insecure":
      return "The cloud is spoken to with TLS, and ANY certificate is taken: for tests alone.";
    case "plain":
      return "The cloud is spoken to without TLS.";
  }
}

function explainLimits(relay: RelayConfiguration): string {
  const { maxSessions, maxSessionsPerAddress, idleTimeoutMs, dialTimeoutMs, offlineAfterMs, cloud } = relay;
  const dialling = cloud === "local" ? "" : `dialling takes at most ${dialTimeoutMs / 1000} s, `;
  const offline =
    offlineAfterMs === 0
      ? "three times its usual interval without a report"
      : `${offlineAfterMs / 1000} s without a report`;
  return `At most ${maxSessions} sessions, ${maxSessionsPerAddress} from one address; ${dialling}silence lasts at most ${idleTimeoutMs / 1000} s. A device is offline after ${offline}.`;
}

function explainResolver(resolver: readonly string[]): string {
  if (resolver.length === 0) return "Names of clouds are looked up with the system's name servers.";
  return `Names of clouds are looked up at ${resolver.join(", ")}, not with the system's name servers.`;
}

function explainBroker(choice: BrokerChoice, mqtt: MqttConfiguration): string {
  const embedded = `the embedded broker; clients reach it at ${embeddedBrokerUrl(mqtt.embedded.listen)}`;
  const version =
    mqtt.protocolVersion === "auto" ? "MQTT 5, or 3.1.1 where it does not know 5" : `MQTT ${mqtt.protocolVersion}`;
  switch (choice.type) {
    case "configured": {
      const { url, username } = choice.access;
      const user = username === undefined ? "without a user" : `as user ${username}`;
      return `The broker is ${url}, ${user}, with ${version}.`;
    }
    case "supervisor":
      return `The broker is the one that the Supervisor offers; where it has none, ${embedded}.`;
    case "embedded":
      return `No broker is named: Cloudtap starts ${embedded}.`;
  }
}

function explainTopics({ baseTopic, values, discovery, discoveryPrefix }: MqttConfiguration): string {
  const shape = {
    json: "one state topic a device",
    topics: "one topic a value",
    both: "one state topic a device and one topic a value",
  }[values];
  const announced = discovery ? `announced under ${discoveryPrefix}/` : "not announced to Home Assistant";
  return `Devices are published under ${baseTopic}/ with ${shape}, and ${announced}.`;
}
