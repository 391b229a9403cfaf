import type { ListenEndpoint, MqttConfiguration } from "./configuration.js";
import { formatEndpoint, isEveryAddress } from "./endpoint.js";
import { isSection, type Section } from "./section.js";

export interface BrokerAccess {
  /** Without user and password. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

export type BrokerChoice =
  | { readonly type: "configured"; readonly access: BrokerAccess }
  /** Ask it with `fetchSupervisorBroker`; where it has none, use the embedded one. */
  | { readonly type: "supervisor"; readonly token: string }
  | { readonly type: "embedded" };

/** Which broker a configuration means. `supervisorToken`: what the Supervisor put into SUPERVISOR_TOKEN. */
export function chooseBroker(mqtt: MqttConfiguration, supervisorToken: string | undefined): BrokerChoice {
  const { url, username, password } = mqtt;
  if (url !== undefined) return { type: "configured", access: { url, ...optional({ username, password }) } };
  if (supervisorToken !== undefined && supervisorToken !== "") return { type: "supervisor", token: supervisorToken };
  return { type: "embedded" };
}

export type SupervisorAnswer =
  | { readonly type: "found"; readonly access: BrokerAccess }
  | {
      readonly type: "not-found";
      /** `none`: no broker app is installed. `refused`: the app may not ask. `unreachable`: no answer. `unusable`: an answer of another form. */
      readonly why: "none" | "refused" | "unreachable" | "unusable";
      /** One sentence for the log, without secrets. */
      readonly reason: string;
    };

/** The part of `fetch` that is needed; tests pass a fake. */
export type Fetch = (
  url: string,
  options: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
) => Promise<{ readonly status: number; json(): Promise<unknown> }>;

const serviceUrl = "http://supervisor/services/mqtt";
const answerLimitMs = 5_000;

/**
 * Asks Home Assistant's Supervisor for the broker that its apps share. Ask again when the broker refuses the password:
 * it changes when the broker app is installed anew. Never rejects.
 */
export async function fetchSupervisorBroker(token: string, fetch: Fetch): Promise<SupervisorAnswer> {
  const headers = { authorization: `Bearer ${token}` };
  try {
    const response = await fetch(serviceUrl, { headers, signal: AbortSignal.timeout(answerLimitMs) });
    if (response.status === 401 || response.status === 403) {
      return notFound("refused", `the Supervisor answers ${response.status}: this app may not use its MQTT service`);
    }
    if (response.status === 400) return notFound("none", "the Supervisor knows no MQTT broker");
    if (response.status !== 200) return notFound("unusable", `the Supervisor answers ${response.status}`);
    const access = readAccess(await response.json());
    return access === undefined
      ? notFound("unusable", "the Supervisor's answer holds no host and port")
      : { type: "found", access };
  } catch (error) {
    if (error instanceof SyntaxError) return notFound("unusable", "the Supervisor's answer is not JSON");
    return notFound(
      "unreachable",
      `the Supervisor does not answer (${error instanceof Error ? error.name : "unknown"})`,
    );
  }
}

function notFound(why: "none" | "refused" | "unreachable" | "unusable", reason: string): SupervisorAnswer {
  return { type: "not-found", why, reason };
}

/** `{result, data: {host, port, ssl, username?, password?, …}}`; its `protocol` says nothing about the broker. */
function readAccess(body: unknown): BrokerAccess | undefined {
  const answer = isSection(body) && isSection(body.data) ? body.data : {};
  const { host, ssl } = answer;
  const port = Number(answer.port);
  if (typeof host !== "string" || host === "" || !Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
  const url = `${ssl === true ? "mqtts" : "mqtt"}://${formatEndpoint({ host, port })}`;
  return { url, ...optional({ username: textOf(answer, "username"), password: textOf(answer, "password") }) };
}

function textOf(section: Section, key: string): string | undefined {
  const value = section[key];
  return typeof value === "string" ? value : undefined;
}

function optional(given: { readonly username: string | undefined; readonly password: string | undefined }) {
  const { username, password } = given;
  return {
    ...(username === undefined || username === "" ? {} : { username }),
    ...(password === undefined || password === "" ? {} : { password }),
  };
}

/** Where MQTT clients find the embedded broker. */
export function embeddedBrokerUrl(listen: ListenEndpoint): string {
  const host = isEveryAddress(listen.host) ? "<this host>" : listen.host;
  return `mqtt://${formatEndpoint({ host, port: listen.port })}`;
}
