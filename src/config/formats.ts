import { isIP } from "node:net";
import { type CommandClass, commandClasses } from "../model/command.js";
import { parseListen, parseRemote } from "./endpoint.js";
import { parseNetwork } from "./network.js";
import type { FormatName } from "./schema-nodes.js";

/** What a text must be, by the schema's name for it. Empty is "not given" where the key may be absent. */
export const formats: Readonly<Record<FormatName, (text: string) => boolean>> = {
  listen: (text) => parseListen(text) !== undefined,
  "fixed-listen": (text) => (parseListen(text)?.port ?? 0) > 0,
  remote: (text) => text === "" || text === "original" || parseRemote(text) !== undefined,
  "mqtt-url": (text) => text === "" || parseBrokerUrl(text) !== undefined,
  "topic-root": (text) => /^(?!\$)[^\s+#/\0]+(\/[^\s+#/\0]+)*$/.test(text),
  timezone: (text) => text === "" || isTimezone(text),
  classes: (text) => parseClasses(text) !== undefined,
  "device-addresses": (text) => parseNetwork(text) !== undefined,
  address: (text) => isIP(text) !== 0,
  interface: (text) => text === "" || /^[^\s/"'`$\\;{}]{1,15}$/.test(text),
  "host-name": (text) => parseRemote(`${text}:1`) !== undefined && isIP(text) === 0,
  account: (text) => text === "" || /^([a-z_][a-z0-9_-]*|\d{1,10}(:\d{1,10})?)$/.test(text),
  "http-url": (text) => text === "" || isHttpUrl(text),
  "name-server": (text) => isIP(text) !== 0 || isAddressWithPort(text),
};

/** `firmware, server` as classes, each once; undefined where a word is none. */
export function parseClasses(text: string): readonly CommandClass[] | undefined {
  const words = text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  const found = words.flatMap((word) => commandClasses.filter((known) => known === word));
  return found.length === words.length ? [...new Set(found)] : undefined;
}

function isTimezone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: text }) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** A user in it would be written into logs. */
function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, hash } = new URL(text);
  return /^https?:$/.test(protocol) && hostname !== "" && username === "" && password === "" && hash === "";
}

export interface BrokerUrl {
  /** Without user and password. */
  readonly url: string;
  readonly secure: boolean;
  readonly username?: string;
  readonly password?: string;
}

/** Takes user and password out of a broker's URL; undefined where it is not one. */
export function parseBrokerUrl(text: string): BrokerUrl | undefined {
  const scheme = /^(mqtts?|wss?):\/\/[^/]/.exec(text)?.[1];
  if (scheme === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.hostname === "") return undefined;
  const [username, password] = [decode(url.username), decode(url.password)];
  if (username === undefined || password === undefined) return undefined;
  url.username = "";
  url.password = "";
  return {
    url: url.href,
    secure: scheme.endsWith("s") && scheme !== "ws",
    ...(username === "" ? {} : { username }),
    ...(password === "" ? {} : { password }),
  };
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

function isAddressWithPort(text: string): boolean {
  const endpoint = parseRemote(text);
  return endpoint !== undefined && isIP(endpoint.host) !== 0;
}
