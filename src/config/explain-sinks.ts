import type { Configuration } from "./configuration.js";
import { formatEndpoint, isEveryAddress, isLoopback } from "./endpoint.js";

/** What is served over HTTP and sent to Splunk, a sentence each. `isApp`: the Supervisor runs it. */
export function explainSinks({ web, splunk, splunkMissing }: Configuration, isApp: boolean): readonly string[] {
  return [...explainWeb(web, isApp), ...explainSplunk(splunk, splunkMissing)];
}

function explainWeb(web: Configuration["web"], isApp: boolean): readonly string[] {
  if (web === undefined) return ["No page, metrics or health check are served."];
  const { listen, historyMs } = web;
  const where = isEveryAddress(listen.host) ? `port ${listen.port} of all addresses` : formatEndpoint(listen);
  const open = !isApp && (listen.host === undefined || !isLoopback(listen.host) || isEveryAddress(listen.host));
  return [
    `The page, /metrics and /health are at ${where}${isApp ? ", for Home Assistant's ingress alone" : ""}.`,
    ...(open ? ["ANYBODY in the network can open the page: it asks for no password."] : []),
    historyMs === 0
      ? "No history of values is kept for its charts."
      : `Values of the last ${historyMs / 3_600_000} hours are kept for its charts.`,
  ];
}

function explainSplunk(splunk: Configuration["splunk"], missing: Configuration["splunkMissing"]): readonly string[] {
  if (splunk === undefined) return missing === undefined ? [] : [`Nothing is sent to Splunk: ${missing} is not given.`];
  const { url, index, verify, fields, maxBytes } = splunk;
  const where = index === undefined ? "" : `, index ${index}`;
  const names = fields === "classic" ? " with the names of deye-mitm" : "";
  return [
    `Readings and events go to Splunk at ${url}${where}${names}; at most ${maxBytes / 1_000_000} MB wait while it is away.`,
    ...(verify ? [] : ["Splunk's certificate is NOT checked: anybody in between can read the token."]),
  ];
}
