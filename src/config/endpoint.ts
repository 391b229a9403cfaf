import { isIP, isIPv4, isIPv6 } from "node:net";
import { formatAddressAndPort } from "../runtime/addresses.js";
import type { ListenEndpoint, RemoteEndpoint } from "./configuration.js";

const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** `10000`, `"10000"`, `"127.0.0.1:10000"`, `"[::1]:10000"`; undefined where it is none of these. */
export function parseListen(value: number | string): ListenEndpoint | undefined {
  const port = parsePort(String(value));
  if (port !== undefined) return { host: undefined, port };
  return typeof value === "string" ? parseHostAndPort(value) : undefined;
}

/** `"host:port"`, port 1 to 65535; undefined where it is not that. */
export function parseRemote(value: string): RemoteEndpoint | undefined {
  const endpoint = parseHostAndPort(value);
  return endpoint?.port === 0 ? undefined : endpoint;
}

export function formatEndpoint(endpoint: ListenEndpoint): string {
  const { host, port } = endpoint;
  if (host === undefined) return String(port);
  return formatAddressAndPort(host, port);
}

/** True where both would want the same port of one address. Port 0 is any free port and clashes with nothing. */
export function listensClash(one: ListenEndpoint, other: ListenEndpoint): boolean {
  if (one.port !== other.port || one.port === 0) return false;
  return isEveryAddress(one.host) || isEveryAddress(other.host) || canonical(one.host) === canonical(other.host);
}

/** True for a host that is this machine whatever its name servers say. */
export function isLoopback(host: string): boolean {
  return canonical(host) === "::1" || canonical(host)?.startsWith("127.") === true || isEveryAddress(host);
}

export function isEveryAddress(host: string | undefined): boolean {
  return host === undefined || host === "0.0.0.0" || host === "::";
}

function canonical(host: string | undefined): string | undefined {
  return host?.toLowerCase() === "localhost" ? "127.0.0.1" : host?.toLowerCase();
}

function parseHostAndPort(value: string): RemoteEndpoint | undefined {
  const parts = /^(?:\[(?<v6>[^\]]+)\]|(?<name>[^:[\]]+)):(?<port>\d+)$/.exec(value)?.groups;
  const port = parsePort(parts?.port ?? "");
  const { v6, name } = parts ?? {};
  if (port === undefined) return undefined;
  if (v6 !== undefined) return isIPv6(v6) ? { host: v6, port } : undefined;
  return name !== undefined && isHost(name) ? { host: name, port } : undefined;
}

function parsePort(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

function isHost(name: string): boolean {
  if (isIP(name) !== 0) return true;
  const labels = name.split(".");
  if (name.length > 253 || !labels.every((part) => label.test(part))) return false;
  return !/^\d+$/.test(labels.at(-1) ?? "") || isIPv4(name);
}
