import { embeddedBrokerUrl } from "../config/broker.js";
import type { Configuration, ListenEndpoint } from "../config/configuration.js";
import { formatEndpoint, isEveryAddress } from "../config/endpoint.js";
import type { Part } from "../runtime/lifecycle.js";
import type { Logger } from "../runtime/log.js";
import type { MqttOptions } from "../sinks/mqtt/options.js";

/** A broker as it was found; undefined in its place: the embedded one. */
export interface FoundBroker {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

/** How the MQTT sink is to speak to its broker. */
export function mqttOptionsOf({ mqtt, relays }: Configuration, broker: FoundBroker | undefined): MqttOptions {
  const { clientId, protocolVersion, baseTopic, discovery, discoveryPrefix, values } = mqtt;
  return {
    ...(broker ?? { url: loopbackUrl(mqtt.embedded.listen) }),
    control: relays.some(({ control }) => control),
    ...{ clientId, protocolVersion, baseTopic, discovery, discoveryPrefix, values },
    ...(mqtt.ca === undefined ? {} : { ca: mqtt.ca }),
    ...(mqtt.cert === undefined ? {} : { cert: mqtt.cert }),
    ...(mqtt.key === undefined ? {} : { key: mqtt.key }),
  };
}

/** Loaded only where it is used: it is large. `reason`: why there is no other. */
export function createEmbeddedBroker({ mqtt }: Configuration, reason: string, log: Logger): Part {
  const { listen } = mqtt.embedded;
  let stop = async (): Promise<void> => undefined;
  return {
    name: "broker",
    start: async () => {
      const { startEmbeddedBroker } = await import("../sinks/mqtt/broker.js");
      try {
        const broker = await startEmbeddedBroker({ ...listen, host: listen.host ?? "0.0.0.0" }, log);
        log.info({ address: embeddedBrokerUrl(listen), reason }, "embedded broker listens");
        stop = () => broker.stop();
      } catch (error) {
        // Relaying matters more than publishing: the client goes on trying this address.
        log.error({ code: "LISTEN_FAILED", err: error }, "embedded broker does not listen");
      }
    },
    stop: () => stop(),
  };
}

function loopbackUrl({ host, port }: ListenEndpoint): string {
  return `mqtt://${formatEndpoint({ host: isEveryAddress(host) ? "127.0.0.1" : host, port })}`;
}
