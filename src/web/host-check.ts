import { isIP } from "node:net";
import type { Refusal } from "./request-error.js";

// Public names never end so (RFC 6762, 6761, 8375; .internal and .lan are not delegated).
const homeEndings = [".local", ".lan", ".internal", ".home.arpa", ".localhost"];

/**
 * Keeps foreign web pages out: a page on the internet can have its own name lead to this host (DNS rebinding), and is then
 * of one origin with us for the browser. The name that it called gives it away. `hosts`: names that are served as well.
 */
export function createHostCheck(hosts: readonly string[]): (host: string | undefined) => Refusal | undefined {
  const known = new Set(hosts.map((host) => host.toLowerCase()));
  return (host) => {
    const name = nameIn(host ?? "");
    if (name !== undefined && (isHomeName(name) || known.has(name))) return undefined;
    const called = name === undefined ? "No name that can be used" : name;
    return {
      code: "HOST_REFUSED",
      message: `${called} is not a name of this Cloudtap; add the name that you call it by to web.hosts, or call it by its IP address`,
    };
  };
}

/** In lower case, without the port and a closing dot; an IPv6 address without its brackets. */
function nameIn(host: string): string | undefined {
  const parts = /^(?:\[(?<v6>[0-9a-f:.]+)\]|(?<name>[a-z0-9_.-]+))(?::\d{1,5})?$/i.exec(host)?.groups;
  if (parts?.v6 !== undefined) return isIP(parts.v6) === 6 ? parts.v6.toLowerCase() : undefined;
  const name = parts?.name?.toLowerCase().replace(/\.$/, "");
  return name === "" ? undefined : name;
}

function isHomeName(name: string): boolean {
  if (isIP(name) !== 0 || !name.includes(".")) return true;
  return homeEndings.some((ending) => name.endsWith(ending));
}
