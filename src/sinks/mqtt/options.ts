import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import type { IClientOptions } from "mqtt";
import { CloudtapError, describeError } from "../../runtime/errors.js";

export interface MqttOptions {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`, with host and optional port, path and credentials. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Certificate authority of the broker, the client's certificate and its key: each a path or the PEM text itself. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly clientId: string;
  /** `auto`: 5, and 3.1.1 where the broker refuses that. */
  readonly protocolVersion: "auto" | "5" | "3.1.1";
  readonly baseTopic: string;
  readonly discovery: boolean;
  readonly discoveryPrefix: string;
  readonly values: ValueTopics;
  /** Whether settings of any device may be changed from the broker. */
  readonly control: boolean;
  /** Where Home Assistant says that it is there; default `homeassistant/status`. */
  readonly homeAssistantStatusTopic?: string;
}

/** `json`: one state topic a device; `topics`: one topic per value; or both. */
export type ValueTopics = "json" | "topics" | "both";

const schemes = ["mqtt", "mqtts", "ws", "wss"] as const;
type Scheme = (typeof schemes)[number];

/** How to reach the broker. `label` is the address without credentials, for the log. */
export interface BrokerAccess {
  readonly label: string;
  readonly client: IClientOptions;
}

/** Reads certificate files; throws CloudtapError where the address or a file is unusable. */
export function readBrokerAccess(options: MqttOptions): BrokerAccess {
  const url = parseUrl(options.url);
  const scheme = schemes.find((known) => `${known}:` === url.protocol);
  if (scheme === undefined || url.hostname === "")
    throw new CloudtapError("BROKER_FAILED", `expected ${schemes.join(", ")}://HOST[:PORT] as the broker's address`);
  const username = options.username ?? (url.username === "" ? undefined : decodeURIComponent(url.username));
  const password = options.password ?? (url.password === "" ? undefined : decodeURIComponent(url.password));
  return {
    label: `${scheme}://${url.host}${url.pathname === "/" ? "" : url.pathname}`,
    client: {
      ...addressOptions(scheme, url),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(scheme === "mqtts" || scheme === "wss" ? tlsOptions(options) : {}),
      clientId: options.clientId,
    },
  };
}

function parseUrl(text: string): URL {
  try {
    return new URL(text);
  } catch (error) {
    // Neither the text nor the cause is passed on: a password may stand in it.
    const found = error instanceof TypeError ? "something that is no address" : describeError(error);
    throw new CloudtapError("BROKER_FAILED", `expected mqtt://HOST[:PORT] as the broker's address, found ${found}`);
  }
}

function addressOptions(scheme: Scheme, url: URL): IClientOptions {
  const isWebSocket = scheme === "ws" || scheme === "wss";
  return {
    protocol: scheme,
    // A WebSocket address is put together from this again, a socket's is not.
    host: isWebSocket ? url.hostname : url.hostname.replace(/^\[|\]$/g, ""),
    ...(url.port === "" ? {} : { port: Number(url.port) }),
    ...(isWebSocket ? { path: `${url.pathname === "" ? "/" : url.pathname}${url.search}` } : {}),
  };
}

function tlsOptions({ ca, cert, key }: MqttOptions): IClientOptions {
  const texts = {
    ...(ca === undefined ? {} : { ca: readPem("mqtt.ca", ca) }),
    ...(cert === undefined ? {} : { cert: readPem("mqtt.cert", cert) }),
    ...(key === undefined ? {} : { key: readPem("mqtt.key", key) }),
  };
  try {
    createSecureContext(texts);
  } catch (error) {
    const message = `expected certificates and a key in PEM form that belong together, found: ${describeError(error)}; check mqtt.ca, mqtt.cert and mqtt.key`;
    throw new CloudtapError("BROKER_FAILED", message, {}, error);
  }
  return texts;
}

function readPem(name: string, pathOrPem: string): string {
  if (pathOrPem.includes("-----BEGIN ")) return pathOrPem;
  try {
    return readFileSync(pathOrPem, "utf8");
  } catch (error) {
    const message = `expected a readable PEM file for ${name}, found: ${describeError(error)}`;
    throw new CloudtapError("BROKER_FAILED", message, { name, path: pathOrPem }, error);
  }
}
