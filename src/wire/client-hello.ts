import { Cursor } from "./cursor.js";
import { WireError } from "./wire-error.js";

/** What a TLS client offers, as far as a relay needs it (RFC 8446 §4.1.2, RFC 6066 §3, RFC 7301, RFC 5246 appendix E.2). */
export interface ClientHello {
  /** `sslv2`: the format of very old clients, which mean TLS all the same. */
  readonly format: "tls" | "sslv2";
  /** The highest version that is offered: 0x0301 is TLS 1.0, 0x0304 is TLS 1.3. */
  readonly version: number;
  /** Lower case; absent where none is asked for, or what is asked for is no host name. */
  readonly serverName?: string;
  readonly alpn: readonly string[];
  /** In the client's order, without the reserved values that some clients strew in. */
  readonly cipherSuites: readonly number[];
}

export type ClientHelloResult =
  | { readonly type: "hello"; readonly hello: ClientHello }
  | { readonly type: "need-more" }
  | { readonly type: "not-tls" }
  /** It begins like TLS and is none that could be read. */
  | { readonly type: "malformed"; readonly detail: string };

const record = { handshake: 0x16, major: 0x03, headerBytes: 5, limit: 16 } as const;
const handshake = { clientHello: 0x01, headerBytes: 4, limitBytes: 16_384 } as const;
const sslv2 = { headerBytes: 2, clientHello: 0x01 } as const;
const extension = { serverName: 0, alpn: 16, supportedVersions: 43 } as const;
const hostNameType = 0;
const ascii = new TextDecoder("latin1");
const hostName = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*\.?$/;

/**
 * Looks at all bytes so far of a connection and takes nothing away. Never throws; needs no more than 16 records or 16 KiB
 * of a hello to give an answer.
 */
export function parseClientHello(head: Uint8Array): ClientHelloResult {
  const [first, second] = head;
  if (first === undefined) return { type: "need-more" };
  if (first === record.handshake) {
    if (second !== undefined && second !== record.major) return { type: "not-tls" };
    return guarded(() => parseRecords(head));
  }
  return (first & 0x80) === 0 ? { type: "not-tls" } : guarded(() => parseSslv2(head));
}

function guarded(parse: () => ClientHelloResult): ClientHelloResult {
  try {
    return parse();
  } catch (error) {
    if (error instanceof WireError) return { type: "malformed", detail: error.message };
    throw error;
  }
}

/** A handshake message may be cut over several records, and a record may hold more than it. */
function parseRecords(head: Uint8Array): ClientHelloResult {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (parts.length < record.limit) {
    const [type, major, , high, low] = head.subarray(at, at + record.headerBytes);
    if (low === undefined) return { type: "need-more" };
    if (type !== record.handshake || major !== record.major) return malformed("expected a further handshake record");
    const start = at + record.headerBytes;
    at = start + (((high ?? 0) << 8) | low);
    if (at === start) return malformed("expected a handshake record that holds something");
    parts.push(head.subarray(start, at));
    const result = parseMessage(joined(parts));
    if (result.type !== "need-more" || at > head.length) return result;
  }
  return malformed(`expected a hello within ${record.limit} records`);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function malformed(detail: string): ClientHelloResult {
  return { type: "malformed", detail };
}

function parseMessage(bytes: Uint8Array): ClientHelloResult {
  const [type, high, middle, low] = bytes;
  if (type !== undefined && type !== handshake.clientHello) return malformed(`expected a hello, found message ${type}`);
  if (high === undefined || middle === undefined || low === undefined) return { type: "need-more" };
  const end = handshake.headerBytes + ((high << 16) | (middle << 8) | low);
  if (end > handshake.limitBytes) return malformed(`expected at most ${handshake.limitBytes} bytes, found ${end}`);
  if (bytes.length < end) return { type: "need-more" };
  return { type: "hello", hello: readHello(new Cursor(bytes.subarray(handshake.headerBytes, end))) };
}

function readHello(cursor: Cursor): ClientHello {
  const legacyVersion = cursor.u16be();
  cursor.take(32);
  cursor.take(cursor.u8());
  const cipherSuites = numbers(cursor.take(cursor.u16be()));
  cursor.take(cursor.u8());
  const extensions = cursor.remaining === 0 ? new Map<number, Uint8Array>() : readExtensions(cursor);
  const versions = extensions.get(extension.supportedVersions);
  const name = extensions.get(extension.serverName);
  const alpn = extensions.get(extension.alpn);
  const serverName = name === undefined ? undefined : readServerName(new Cursor(name));
  return {
    format: "tls",
    version: versions === undefined ? legacyVersion : highest(versions, legacyVersion),
    ...(serverName === undefined ? {} : { serverName }),
    alpn: alpn === undefined ? [] : readAlpn(new Cursor(alpn)),
    cipherSuites,
  };
}

/** The first of each kind; no kind may stand there twice. */
function readExtensions(cursor: Cursor): ReadonlyMap<number, Uint8Array> {
  const list = new Cursor(cursor.take(cursor.u16be()));
  const found = new Map<number, Uint8Array>();
  while (list.remaining > 0) {
    const kind = list.u16be();
    const body = list.take(list.u16be());
    if (!found.has(kind)) found.set(kind, body);
  }
  return found;
}

function readServerName(body: Cursor): string | undefined {
  const list = new Cursor(body.take(body.u16be()));
  while (list.remaining > 0) {
    const type = list.u8();
    const name = list.take(list.u16be());
    if (type !== hostNameType) continue;
    const text = ascii.decode(name).toLowerCase();
    return hostName.test(text) ? text.replace(/\.$/, "") : undefined;
  }
  return undefined;
}

function readAlpn(body: Cursor): readonly string[] {
  const list = new Cursor(body.take(body.u16be()));
  const names: string[] = [];
  while (list.remaining > 0) names.push(ascii.decode(list.take(list.u8())));
  return names;
}

/** TLS 1.3 is offered in a list beside the version that older servers read. */
function highest(body: Uint8Array, legacyVersion: number): number {
  const cursor = new Cursor(body);
  const known = numbers(cursor.take(cursor.u8())).filter((version) => version >> 8 === record.major);
  return known.length === 0 ? legacyVersion : Math.max(...known);
}

/** u16be each, without the values that are reserved to keep servers tolerant (RFC 8701). */
function numbers(bytes: Uint8Array): readonly number[] {
  const cursor = new Cursor(bytes);
  const found: number[] = [];
  while (cursor.remaining > 0) found.push(cursor.u16be());
  return found.filter((value) => (value & 0x0f0f) !== 0x0a0a || value >> 8 !== (value & 0xff));
}

/** Length u15 with the high bit set · `01` · version · lengths of suites, session id and challenge · suites, 3 bytes each. */
function parseSslv2(head: Uint8Array): ClientHelloResult {
  const [high, low, type, major] = head;
  if (type !== undefined && type !== sslv2.clientHello) return { type: "not-tls" };
  if (major !== undefined && major !== record.major) return { type: "not-tls" };
  if (high === undefined || low === undefined || type === undefined || major === undefined)
    return { type: "need-more" };
  const end = sslv2.headerBytes + (((high & 0x7f) << 8) | low);
  if (end > handshake.limitBytes) return malformed(`expected at most ${handshake.limitBytes} bytes, found ${end}`);
  if (head.length < end) return { type: "need-more" };
  const cursor = new Cursor(head.subarray(sslv2.headerBytes + 1, end));
  const version = cursor.u16be();
  const suitesBytes = cursor.u16be();
  cursor.take(4);
  const suites = new Cursor(cursor.take(suitesBytes));
  const cipherSuites: number[] = [];
  while (suites.remaining > 0) {
    const isTls = suites.u8() === 0;
    const suite = suites.u16be();
    if (isTls) cipherSuites.push(suite);
  }
  return { type: "hello", hello: { format: "sslv2", version, alpn: [], cipherSuites } };
}
