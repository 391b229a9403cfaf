import { type Answer, AUTHORITATIVE_ANSWER, encode, RECURSION_AVAILABLE, RECURSION_DESIRED } from "dns-packet";
import { type Query, recordTypes } from "./query.js";

/** RFC 1035 §4.1.1. */
export const responseCodes = { serverFailure: 2, notImplemented: 4, refused: 5 } as const;

/** What a vendor's name leads to. */
export interface Addresses {
  readonly v4: readonly string[];
  readonly v6: readonly string[];
}

/** Short, so that a device has its cloud back soon after Cloudtap was taken out of its way. */
export const answerLifetimeS = 60;

// What fits into one packet everywhere, as resolvers agreed in 2020.
const udpPayloadSize = 1232;
const badVersion = 1;
const responseBit = 0x80;
const truncatedBit = 0x02;

/**
 * The answer to a question for a vendor's name: its addresses of the type asked for, or none. Never «no such name»:
 * a device that asks for IPv6 first would take that for both.
 */
export function encodeAnswer(message: Buffer, query: Query, { v4, v6 }: Addresses): Buffer {
  const known = query.ednsVersion === undefined || query.ednsVersion === 0;
  const answers = known ? [...recordsOf("A", query, v4), ...recordsOf("AAAA", query, v6)] : [];
  const body = encode({
    type: "response",
    id: query.id,
    flags: AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE | (message.readUInt16BE(2) & RECURSION_DESIRED),
    answers,
    authorities: known && answers.length === 0 ? [zoneOf(query.name)] : [],
    additionals: query.ednsVersion === undefined ? [] : [ednsRecord(known)],
  });
  const header = body.subarray(0, 12);
  header.writeUInt16BE(1, 4);
  // The question goes back byte for byte: some askers mix upper and lower case and compare.
  return Buffer.concat([header, message.subarray(12, query.end), body.subarray(12)]);
}

/** Says that there is no answer. As long as the question without its records. */
export function encodeFailure(message: Buffer, query: Query, code: number): Buffer {
  const reply = withoutRecords(message, query.end);
  reply.writeUInt8((message.readUInt8(2) & 0x79) | responseBit, 2);
  reply.writeUInt8(0x80 | code, 3);
  return reply;
}

/** An answer that fits into `udpBytes`: where it does not, one that says to ask over TCP. */
export function fitForUdp(reply: Buffer, query: Query): Buffer {
  if (reply.length <= query.udpBytes) return reply;
  const cut = withoutRecords(reply, query.end);
  cut.writeUInt8(cut.readUInt8(2) | truncatedBit, 2);
  return cut;
}

function withoutRecords(message: Buffer, questionEnd: number): Buffer {
  const cut = Buffer.from(message.subarray(0, questionEnd));
  cut.fill(0, 6, 12);
  return cut;
}

function recordsOf(type: "A" | "AAAA", { name, type: asked }: Query, addresses: readonly string[]): readonly Answer[] {
  if (asked !== recordTypes.any && asked !== (type === "A" ? recordTypes.a : recordTypes.aaaa)) return [];
  return addresses.map((data) => ({ type, name, ttl: answerLifetimeS, data }));
}

/** With it others may remember for a while that there is nothing (RFC 2308 §3). */
function zoneOf(name: string): Answer {
  const times = { serial: 1, refresh: answerLifetimeS, retry: answerLifetimeS, expire: answerLifetimeS };
  const data = { mname: name, rname: "nobody.invalid", ...times, minimum: answerLifetimeS };
  return { type: "SOA", name, ttl: answerLifetimeS, data };
}

function ednsRecord(known: boolean): Answer {
  const extendedRcode = known ? 0 : badVersion;
  return {
    type: "OPT",
    name: ".",
    udpPayloadSize,
    extendedRcode,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  };
}
