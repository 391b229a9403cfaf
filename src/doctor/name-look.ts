import { lookup, Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { systemCodeOf } from "../runtime/system-errors.js";

/** What a name's addresses are said to be. */
export interface NameLook {
  readonly name: string;
  /** Who was asked; empty: the system. */
  readonly servers: readonly string[];
  /** IPv4 first. */
  readonly addresses: readonly string[];
  /** Why there are none. */
  readonly fault?: string;
}

/** Looks a name up. `servers`: name servers to ask in place of the system. Never rejects; an address stands for itself. */
export async function lookUpName(name: string, servers: readonly string[], limitMs: number): Promise<NameLook> {
  const asked = { name, servers };
  if (isIP(name) !== 0) return { ...asked, addresses: [name] };
  try {
    const addresses = await (servers.length === 0 ? askSystem(name, limitMs) : askServers(name, servers, limitMs));
    return addresses.length > 0 ? { ...asked, addresses } : { ...asked, addresses, fault: "it has no address" };
  } catch (error) {
    return { ...asked, addresses: [], fault: describeFault(error) };
  }
}

async function askServers(name: string, servers: readonly string[], limitMs: number): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: Math.max(1, Math.floor(limitMs / 2)), tries: 1 });
  resolver.setServers(servers);
  const found = Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const timer = setTimeout(() => resolver.cancel(), limitMs);
  const [v4, v6] = await found;
  clearTimeout(timer);
  if (v4.status === "rejected" && v6.status === "rejected") throw v4.reason;
  return [...(v4.status === "fulfilled" ? v4.value : []), ...(v6.status === "fulfilled" ? v6.value : [])];
}

/** The system cannot be told to give up: its answer is not waited for. */
async function askSystem(name: string, limitMs: number): Promise<readonly string[]> {
  const found = await new Promise<Awaited<ReturnType<typeof askForAll>>>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${limitMs / 1_000} s`)), limitMs);
    askForAll(name)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
  return found.toSorted((a, b) => a.family - b.family).map(({ address }) => address);
}

function askForAll(name: string) {
  return lookup(name, { all: true });
}

const words: Readonly<Record<string, string>> = {
  ENOTFOUND: "the name is not known there",
  ENODATA: "the name has no address there",
  EAI_AGAIN: "no name server answers",
  ECONNREFUSED: "no name server answers",
  ETIMEOUT: "no answer came in time",
  ECANCELLED: "no answer came in time",
  ESERVFAIL: "the name server failed",
  EREFUSED: "the name server refuses to answer",
};

function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = systemCodeOf(error) ?? "";
  return words[code] ?? error.message;
}
