import { isIP, isIPv4, isIPv6 } from "node:net";
import { plainAddress } from "../runtime/addresses.js";
import { isLoopback, isOwnAddress, type LocalAddress, type LocalNetwork } from "./local-addresses.js";
import type { Addresses } from "./reply.js";

export interface AnswerOptions {
  /** Empty: this host's address on the asker's side. */
  readonly answer: readonly string[];
  /** Where the name server listens; undefined: everywhere. */
  readonly host: string | undefined;
}

// An address that nobody has (RFC 5737): the way to it is the way out of the house.
const faraway = "192.0.2.1";

/** What vendors' names are answered with, for one who asks. Both lists empty: this host has no address to give. */
export async function findAnswers(options: AnswerOptions, asker: string, network: LocalNetwork): Promise<Addresses> {
  const { answer } = options;
  if (answer.length > 0) return { v4: answer.filter(isIPv4), v6: answer.filter(isIPv6) };
  const own = await chooseOwn(options.host, asker, network);
  return own === undefined ? { v4: [], v6: [] } : besideOwn(own, network.addresses());
}

/** Where the question reached this host. Loopback is never given out: another name server may ask for a device. */
async function chooseOwn(host: string | undefined, asker: string, network: LocalNetwork): Promise<string | undefined> {
  if (host !== undefined && isIP(host) !== 0 && !isEvery(host) && !isLoopback(host)) return plainAddress(host);
  const plain = plainAddress(asker);
  // An IPv6 address may need its zone.
  if (!isOwnAddress(plain, network)) return network.towards(isIPv4(plain) ? plain : asker);
  const outward = await network.towards(faraway);
  return outward ?? network.addresses().find(({ address, internal }) => !internal && isIPv4(address))?.address;
}

/**
 * IPv4 always, for that is what these devices speak. IPv6 only to who asks over IPv6: it is not known whether others
 * can use it.
 */
function besideOwn(own: string, addresses: readonly LocalAddress[]): Addresses {
  if (isIP(own) === 4) return { v4: [own], v6: [] };
  const place = addresses.find(({ address }) => address === own)?.interface;
  const beside = addresses.filter((entry) => entry.interface === place).map(({ address }) => address);
  const v6 = [own, ...beside.filter(isIPv6)].find((address) => !isLinkLocal(address));
  return { v4: beside.filter(isIPv4).slice(0, 1), v6: v6 === undefined ? [] : [v6] };
}

/** Such an address holds within one network and needs its name, for which a DNS answer has no room. */
function isLinkLocal(address: string): boolean {
  return address.startsWith("fe80:");
}

function isEvery(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}
