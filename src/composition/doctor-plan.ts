import { readFile } from "node:fs/promises";
import { autoProtocol } from "../config/auto-protocol.js";
import { chooseBroker } from "../config/broker.js";
import type { Configuration, MqttConfiguration, RelayConfiguration } from "../config/configuration.js";
import { formatEndpoint, isEveryAddress } from "../config/endpoint.js";
import { interceptionOf } from "../config/interception.js";
import type { HomePlan, Place, RelayPlan, VendorPlace } from "../doctor/plan.js";
import type { Protocol } from "../model/protocol.js";
import { CloudtapError, describeError } from "../runtime/errors.js";

const usualPorts: Readonly<Record<string, number>> = { "mqtt:": 1883, "mqtts:": 8883, "ws:": 80, "wss:": 443 };
/** Of devices whose protocol is not known beforehand. */
const usualIntervalS = 300;

/** What the doctor must know of a configuration. `supervisorToken`: what the Supervisor put into SUPERVISOR_TOKEN. */
export function planHome(configuration: Configuration, supervisorToken: string | undefined): HomePlan {
  const { dataDir, intercept, resolver, mqtt, relays } = configuration;
  const { mode, backend, devices, mark, table, prepare, dns, interface: name } = intercept;
  const interception = interceptionOf(configuration);
  const broker = brokerPlace(mqtt, supervisorToken);
  return {
    dataDir,
    intercept: { mode, backend, devices, mark, table, prepare, ...(name === undefined ? {} : { interface: name }) },
    ...(interception === undefined ? {} : { interception }),
    ...(dns === undefined ? {} : { dns: { listen: formatEndpoint(dns.listen), names: dns.names } }),
    resolver,
    ...(broker === undefined ? {} : { broker }),
    ownPorts: relays.map(({ listen }) => listen.port),
  };
}

/** The same of one relay. Throws CloudtapError CONFIG_UNREADABLE where its `upstream_ca` cannot be read. */
export async function planRelay(relay: RelayConfiguration, protocols: readonly Protocol[]): Promise<RelayPlan> {
  const isAuto = relay.protocol === autoProtocol;
  const served = protocols.filter(({ name }) => isAuto || name === relay.protocol);
  const intervals = served.filter(({ defaults }) => defaults.upstream !== undefined || !isAuto);
  const { name, protocol, listen, upstream, interceptPorts, tls, upstreamTls, upstreamCa } = relay;
  const { maxSessions, maxSessionsPerAddress } = relay;
  return {
    ...{ name, protocol, listen, upstream, interceptPorts, tls, upstreamTls, maxSessions, maxSessionsPerAddress },
    vendors: served.flatMap(vendorOf),
    isLocal: relay.cloud === "local",
    intervalS: Math.max(...intervals.map(({ defaults }) => defaults.intervalS)) || usualIntervalS,
    ...(upstreamCa === undefined ? {} : { upstreamCa: await readAuthorities(upstreamCa) }),
  };
}

function vendorOf({ name, defaults }: Protocol): readonly VendorPlace[] {
  return defaults.upstream === undefined ? [] : [{ protocol: name, ...defaults.upstream }];
}

/** Undefined where only the Supervisor knows it. */
function brokerPlace(mqtt: MqttConfiguration, supervisorToken: string | undefined): Place | undefined {
  const choice = chooseBroker(mqtt, supervisorToken);
  if (choice.type === "supervisor") return undefined;
  if (choice.type === "embedded") {
    const { host, port } = mqtt.embedded.listen;
    return { host: host === undefined || isEveryAddress(host) ? "127.0.0.1" : host, port };
  }
  const { hostname, port, protocol } = new URL(choice.access.url);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return { host, port: port === "" ? (usualPorts[protocol] ?? 1883) : Number(port) };
}

async function readAuthorities(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new CloudtapError("CONFIG_UNREADABLE", `upstream_ca: ${describeError(error)}`, { path }, error);
  }
}
