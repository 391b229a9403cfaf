import type { Finding } from "../model/finding.js";

/** The step is there. */
export function ok(check: string, found: string): Finding {
  return { check, state: "ok", found };
}

/** The step is missing. */
export function problem(check: string, found: string, remedy: string): Finding {
  return { check, state: "problem", found, remedy };
}

/** The step could not be looked at, or nothing can be said of it yet. */
export function unknown(check: string, found: string, remedy?: string): Finding {
  return { check, state: "unknown", found, ...(remedy === undefined ? {} : { remedy }) };
}

/** True where one of these steps is missing, so that those behind it say nothing new. */
export function hasProblem(findings: readonly Finding[]): boolean {
  return findings.some(({ state }) => state === "problem");
}

/** What is missing, in words, by check; the order is that of the way from a device to Home Assistant. */
const missing: Readonly<Record<string, string>> = {
  program: "Cloudtap does not run",
  listener: "it does not listen",
  way: "nothing leads devices to it",
  name_server: "Cloudtap's own name server does not answer",
  rules: "the packet-filter rules are not in place",
  route: "the route that tproxy needs is not in place",
  forwarding: "this host does not forward what else the device sends",
  neighbour: "no device answers in this host's network",
  arrival: "the device's packets do not reach this host",
  dns_asked: "the device does not ask Cloudtap's name server",
  connection: "no device connects",
  admission: "the device is turned away",
  tls: "what the device says is encrypted and cannot be read",
  name: "the cloud's name leads nowhere, or to Cloudtap itself",
  upstream: "the cloud cannot be reached",
  broker: "the MQTT broker does not answer",
  decoded: "what the device says is not understood",
};

/** Checks of the doctor's own; the host's are those of interception. */
export const ownChecks: readonly string[] = [...Object.keys(missing), "system_name"];

/** The first missing step of a way, in one sentence. Undefined: none is missing. */
export function describeFirstMissing(relay: string, findings: readonly Finding[]): string | undefined {
  const first = findings.find(({ state }) => state === "problem");
  if (first === undefined) return undefined;
  const step = missing[first.check] ?? "this host is not ready to lead devices here";
  return `Relay ${relay}: ${step}: ${first.found}`;
}
